import { type Actor, type ClusterScope, PLATFORM_TENANT } from '../database/scope.js';
import type { Tx } from '../database/unit-of-work.js';
import type { Platform } from '../platform/platform.js';
import type { ActWords } from './acts.js';
import { CHAINED_COLUMNS, type ChainedEntry } from './audit-digest.js';
import { type AuditFinding, chainFinding, fileFinding, filesGone } from './audit-finding.js';
import { ChainCheck, type ChainEnd, type KnownHead } from './chain-check.js';
import { auditErrors } from './errors.js';
import { HEADS_EXPORTED, type HeadsExportedDetail } from './export-heads.js';
import { type ReadHeads, readHeads } from './head-files.js';

export interface AuditReport {
  /** Chains that were followed. */
  tenants: number;
  entries: number;
  findings: AuditFinding[];
}

/** Entries fetched at a time: what is held in memory of a chain. */
const BATCH = 2_000;

interface Chain {
  tenantId: string;
  /** Null: the tenant is not there any more. */
  name: string | null;
}

/**
 * Follows every tenant's chain from its first entry, counts each hash anew outside the database, and holds it to the heads
 * that were carried out of it; the files of the heads are held to their signatures.
 * @param options.tenant one tenant alone: its name, short name or slug
 * @param options.onChain called before each chain
 * @throws UserError `audit.tenant-unknown`
 */
export async function verifyAudit(
  platform: Pick<Platform, 'work' | 'config' | 'calendar' | 'secretKey'>,
  actor: Actor,
  acts: ActWords,
  options: { tenant?: string; onChain?: (done: number, of: number) => void } = {},
): Promise<AuditReport> {
  const scope: ClusterScope = { kind: 'cluster', actor, work: 'audit' };
  // In this order: what the audit notes as exported is in the files by now, what the files hold is in the chains by now.
  const exports = await platform.work.run(scope, notedExports);
  const carriedOut = await readHeads(platform.config.dataDirectory, platform.secretKey);
  const known = headsByTenant(carriedOut);
  const chains = await platform.work.run(scope, (tx) => findChains(tx, known, options.tenant));
  const findings: AuditFinding[] = [];
  let entries = 0;
  for (const [done, chain] of chains.entries()) {
    options.onChain?.(done, chains.length);
    const { check, faults } = await platform.work.run(scope, (tx) =>
      followChain(tx, chain.tenantId, known.get(chain.tenantId) ?? []),
    );
    entries += check.entries;
    for (const fault of faults) findings.push(chainFinding(chain, fault, { acts, calendar: platform.calendar }));
  }
  for (const fault of carriedOut.faults) findings.push(fileFinding(fault));
  findings.push(...missingExports(exports, carriedOut));
  return { tenants: chains.length, entries, findings };
}

/** A head that did not move since the export before says nothing new. */
function headsByTenant({ lines }: ReadHeads): Map<string, KnownHead[]> {
  const known = new Map<string, KnownHead[]>();
  for (const line of lines)
    for (const { tenantId, position, hash } of line.heads) {
      const heads = known.get(tenantId) ?? [];
      const before = heads.at(-1);
      if (before?.position !== position || before.hash !== hash) heads.push({ position, hash, at: line.at });
      known.set(tenantId, heads);
    }
  return known;
}

/** Every tenant, and those of whom only a chain or an exported head is left. */
async function findChains(tx: Tx, known: Map<string, KnownHead[]>, wanted?: string): Promise<Chain[]> {
  const chains = await tx.query<Chain & { shortName: string; slug: string }>(
    `SELECT i.id::text AS "tenantId", t.name, t.short_name AS "shortName", t.slug
     FROM (SELECT id FROM tenant UNION SELECT tenant_id FROM audit_chain UNION SELECT unnest($1::uuid[])) AS i (id)
     LEFT JOIN tenant t USING (id) ORDER BY t.path, i.id`,
    [[...known.keys()]],
  );
  if (wanted === undefined) return chains;
  const named = chains.filter((chain) => [chain.name, chain.shortName, chain.slug, chain.tenantId].includes(wanted));
  if (named.length === 0) throw auditErrors['audit.tenant-unknown']({ tenant: wanted });
  return named;
}

async function followChain(tx: Tx, tenantId: string, heads: KnownHead[]) {
  const check = new ChainCheck(tenantId, await endOf(tx, tenantId), heads);
  let after = { position: 0, cursor: '-infinity' };
  for (let read = BATCH; read === BATCH; ) {
    const batch = await tx.query<ChainedEntry & { cursor: string }>(
      `SELECT ${CHAINED_COLUMNS}, audit.at::text AS cursor FROM audit WHERE tenant_id = $1 AND (position, at) > ($2::bigint, $3::timestamptz)
       ORDER BY audit.position, audit.at LIMIT ${BATCH}`,
      [tenantId, after.position, after.cursor],
    );
    for (const entry of batch) check.take(entry);
    read = batch.length;
    after = batch.at(-1) ?? after;
  }
  return { check, faults: check.finish(await endOf(tx, tenantId)) };
}

async function endOf(tx: Tx, tenantId: string): Promise<ChainEnd | null> {
  const [end] = await tx.query<ChainEnd>('SELECT position::float8, hash FROM audit_chain WHERE tenant_id = $1', [
    tenantId,
  ]);
  return end ?? null;
}

/** By the platform's audit, which may have been altered as well: what is no number counts as none. */
async function notedExports(tx: Tx): Promise<HeadsExportedDetail[]> {
  const noted = await tx.query<{ keeper: string; sequence: string; mac: string }>(
    `SELECT detail ->> 'keeper' AS keeper, detail ->> 'sequence' AS sequence, detail ->> 'mac' AS mac
     FROM audit WHERE tenant_id = $1 AND act = $2 ORDER BY at`,
    [PLATFORM_TENANT, HEADS_EXPORTED],
  );
  return noted
    .map((one) => ({ ...one, sequence: Number(one.sequence) }))
    .filter(({ sequence }) => Number.isSafeInteger(sequence));
}

/**
 * Lines cut off at the end leave the rest sound, also when others were written in their place since; the platform's audit
 * remembers each export.
 */
function missingExports(exports: HeadsExportedDetail[], { lines, reached }: ReadHeads): AuditFinding[] {
  const keeper = lines.at(-1)?.keeper;
  const noted = exports.filter((one) => keeper === undefined || one.keeper === keeper);
  const exported = noted.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  if (exported > 0 && reached === 0) return [filesGone(exported)];
  const macs = new Map(lines.map((line) => [line.sequence, line.mac]));
  const replaced = noted.filter(({ sequence, mac }) => macs.has(sequence) && macs.get(sequence) !== mac);
  const findings = replaced.map(({ sequence }) => fileFinding({ kind: 'heads-missing', from: sequence, to: sequence }));
  if (exported > reached) findings.push(fileFinding({ kind: 'heads-missing', from: reached + 1, to: exported }));
  return findings;
}
