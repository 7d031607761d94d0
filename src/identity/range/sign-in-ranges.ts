import { isIP } from 'node:net';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { identityErrors } from '../errors.js';
import { plainAddress } from '../sign-in/address-group.js';
import { addressAllowed } from './address-allowed.js';

/** From where those whose duties ask for a second factor may sign in. */
export interface SignInRange {
  id: string;
  tenantId: string;
  /** `10.20.0.0/16` */
  range: string;
  note: string;
  createdAt: Date;
}

const COLUMNS = `id, tenant_id AS "tenantId", range::text, note, created_at AS "createdAt"`;
const LONGEST_NOTE = 60;

/** The ranges of the tenants in sight. */
export const listRanges = (tx: Tx): Promise<SignInRange[]> =>
  tx.query<SignInRange>(`SELECT ${COLUMNS} FROM sign_in_range ORDER BY tenant_id, range`);

/** @throws UserError `identity.range-form`, `identity.range-everything` */
export function readRange(written: string): string {
  const fault = () => identityErrors['identity.range-form']({ range: written.trim().slice(0, 50) });
  const [address = '', bits, ...rest] = written.trim().split('/');
  const plain = plainAddress(address);
  if (plain === null || rest.length > 0) throw fault();
  const longest = isIP(plain) === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > longest)) throw fault();
  const prefix = bits === undefined ? longest : Number(bits);
  if (prefix === 0) throw identityErrors['identity.range-everything']({ range: written.trim() });
  return `${plain}/${prefix}`;
}

/**
 * Adds a range to the scope's tenant; `10.20.3.4/16` is the network it lies in. Audited.
 * @param ownAddress of who changes the ranges, when the tenant is their own: nobody shuts themselves out
 * @throws UserError of `readRange`, `identity.range-taken`, `identity.range-excludes-you`
 */
export async function addRange(
  tx: Tx<TenantScope>,
  { range, note }: { range: string; note: string },
  ownAddress: string | null,
): Promise<SignInRange> {
  const read = readRange(range);
  await oneAtATime(tx);
  const [made] = await tx.query<SignInRange>(
    `INSERT INTO sign_in_range (tenant_id, id, range, note) VALUES ($1, $2, network($3::inet), $4)
     ON CONFLICT (tenant_id, range) DO NOTHING RETURNING ${COLUMNS}`,
    [tx.scope.tenantId, newId(), read, note.trim().slice(0, LONGEST_NOTE)],
  );
  if (!made) throw identityErrors['identity.range-taken']({ range: read });
  await requireOwnWayIn(tx, ownAddress);
  tx.audit('range.added', `range:${made.id}`, { name: made.range, note: made.note });
  return made;
}

/**
 * What adding a range would mean, before it is asked for.
 * @returns the network, and whether it is the first of the scope's tenant: from then on everywhere else is outside
 * @throws UserError as `addRange`
 */
export async function judgeRange(
  tx: Tx<TenantScope>,
  written: string,
  ownAddress: string | null,
): Promise<{ range: string; first: boolean }> {
  const read = readRange(written);
  const [found] = await tx.query<{ range: string; ranges: number; taken: boolean; own: boolean }>(
    `SELECT network($2::inet)::text AS range, count(r.id)::int AS ranges, coalesce(bool_or(r.range = network($2::inet)), false) AS taken,
       $3::inet IS NULL OR $3::inet <<= network($2::inet) OR coalesce(bool_or($3::inet <<= r.range), false) AS own
     FROM (SELECT) AS one LEFT JOIN sign_in_range r ON r.tenant_id = $1`,
    [tx.scope.tenantId, read, ownAddress],
  );
  if (found!.taken) throw identityErrors['identity.range-taken']({ range: read });
  if (!found!.own) throw identityErrors['identity.range-excludes-you']({ address: ownAddress! });
  return { range: found!.range, first: found!.ranges === 0 };
}

/** @throws UserError `identity.range-missing`, `identity.range-excludes-you` */
export async function removeRange(tx: Tx<TenantScope>, id: string, ownAddress: string | null): Promise<void> {
  await oneAtATime(tx);
  const [gone] = await tx.query<{ range: string; note: string }>(
    `WITH gone AS (DELETE FROM sign_in_range WHERE tenant_id = $1 AND id::text = $2 RETURNING range::text, note)
     SELECT range, note FROM gone`,
    [tx.scope.tenantId, id],
  );
  if (!gone) throw identityErrors['identity.range-missing']();
  await requireOwnWayIn(tx, ownAddress);
  tx.audit('range.removed', `range:${id}`, { name: gone.range, note: gone.note });
}

/** Two administrators who each leave the other's range could together shut both out. */
const oneAtATime = (tx: Tx<TenantScope>) =>
  tx.query('SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tx.scope.tenantId]);

async function requireOwnWayIn(tx: Tx<TenantScope>, address: string | null): Promise<void> {
  if (address !== null && !(await addressAllowed(tx, tx.scope.tenantId, address)))
    throw identityErrors['identity.range-excludes-you']({ address });
}
