import { kernelErrors } from '../errors.js';
import { UserError } from '../user-error.js';

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08003',
  '08006',
  '28P01',
  '28000',
  '3D000',
  '55000',
]);

/** Waited for too long, or given up for another that waited as well: nothing was written, and later it can be. */
const BUSY = new Set(['57014', '55P03', '40P01', '40001']);

/** What an operator can mend about the database, as a sentence; everything else unchanged (a defect stays a defect). */
export function explainDatabaseError(error: unknown): unknown {
  if (error instanceof UserError) return error;
  const { code, message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (code === '53100' || code === 'ENOSPC') return kernelErrors['kernel.disk-full']({}, { cause: error });
  if ((code && AWAY.has(code)) || /Connection terminated|timeout exceeded when trying to connect/.test(message))
    return kernelErrors['kernel.database-away']({ why: message || String(code) }, { cause: error });
  if (code && BUSY.has(code)) return kernelErrors['kernel.database-busy']({}, { cause: error });
  if (code === '42501' && /schema public|must be owner/.test(message))
    return kernelErrors['kernel.database-refused']({ why: message }, { cause: error });
  return error;
}
