import { type Actor, type ClusterScope, PLATFORM_TENANT } from '../database/scope.js';
import type { Tx } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.js';
import { appendHeads, type ExportedHead, type HeadLine, lastHeadLine } from './head-files.js';

const HEADS_LOCK = 5310927146;
const DAY_MS = 86_400_000;

export const HEADS_EXPORTED = 'audit.heads-exported';

/** What the platform's audit keeps of an export, so that files which are cut at their end are missed. */
export interface HeadsExportedDetail {
  keeper: string;
  sequence: number;
  mac: string;
}

/** The part of the platform that carrying out the heads needs. */
export type HeadExporter = Pick<Platform, 'work' | 'config' | 'calendar' | 'secretKey' | 'log'>;

/**
 * Carries the end of every tenant's chain out of the database: into DATA_DIR/audit-heads and, as one log line, to
 * whoever collects logs elsewhere. Whoever rebuilds a chain inside the database cannot rebuild these.
 */
export const exportHeadsNow = (platform: HeadExporter, actor: Actor): Promise<HeadLine> =>
  underLock(platform, actor, (tx) => exportHeads(platform, tx));

/** For a machine that is off at night. @returns null when the last export is younger than a day */
export const exportHeadsWhenDue = (platform: HeadExporter, actor: Actor): Promise<HeadLine | null> =>
  underLock(platform, actor, async (tx) => {
    const last = await lastHeadLine(platform.config.dataDirectory, platform.secretKey);
    const due = !last || Date.now() - Date.parse(last.line.at) >= DAY_MS;
    return due ? exportHeads(platform, tx) : null;
  });

/** One exporter at a time: two lines of one number would look like a forgery. */
function underLock<T>(platform: HeadExporter, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  const scope: ClusterScope = { kind: 'cluster', actor, work: 'audit' };
  return platform.work.run(scope, async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [HEADS_LOCK]);
    return work(tx);
  });
}

async function exportHeads(platform: HeadExporter, tx: Tx): Promise<HeadLine> {
  const heads = await tx.query<ExportedHead>(
    `SELECT tenant_id AS "tenantId", position::float8, encode(hash, 'hex') AS hash FROM audit_chain ORDER BY tenant_id`,
  );
  const now = new Date();
  const month = platform.calendar.day(now).slice(0, 7);
  const line = await appendHeads(platform.config.dataDirectory, platform.secretKey, month, { at: now, heads });
  const { keeper, sequence, mac } = line;
  platform.log.info({ part: 'audit', keeper, sequence, tenants: heads.length, mac }, 'audit heads exported');
  const detail: HeadsExportedDetail = { keeper, sequence, mac };
  tx.audit(HEADS_EXPORTED, `audit-heads:${sequence}`, { ...detail, tenants: heads.length }, PLATFORM_TENANT);
  return line;
}
