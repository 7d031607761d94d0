import type { Platform } from '../platform/platform.js';

export interface Part {
  ok: boolean;
  /** Milliseconds the check took. */
  ms: number;
  why?: string;
}

export interface Health {
  ok: boolean;
  version: string;
  uptimeSeconds: number;
  database: Part;
  objects: Part;
}

const PATIENCE_MS = 2_000;

/** Asks the database and the object store, now; each has two seconds. Names no tenant and no address. */
export async function checkHealth(platform: Platform): Promise<Health> {
  const [database, objects] = await Promise.all([
    check(() => platform.connections.visitor.query('SELECT 1')),
    check(() => platform.objects.check()),
  ]);
  return {
    ok: database.ok && objects.ok,
    version: platform.config.version,
    uptimeSeconds: Math.round(process.uptime()),
    database,
    objects,
  };
}

async function check(work: () => Promise<unknown>): Promise<Part> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), PATIENCE_MS);
  });
  const ms = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    await Promise.race([work(), late]);
    return { ok: true, ms: ms() };
  } catch (error) {
    return { ok: false, ms: ms(), why: (error as { code?: string }).code ?? (error as Error).message };
  } finally {
    clearTimeout(timer);
  }
}
