import { acrossTenants, type DeskContext } from '../../authority/desk-context.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { UserError } from '../../kernel/user-error.js';
import type { MoveReport, MoveRequest } from './move-site.js';

/** How often a move that goes on is noted to live, ms; without it for `SILENT_MINUTES` it is taken for over. */
const PULSE_MS = 30_000;
const SILENT_MINUTES = 2;
/** A failure is shown that long, unless the site moves after all. */
const SHOWN_DAYS = 30;

export const BROKEN_OFF = '系统出错或中途停止，什么都没有改。请重试；再次没有做成，请告诉平台的技术人员。';

/** A move that goes on after its page was answered, or that came to nothing. */
export interface MoveUnderway {
  siteId: string;
  toName: string;
  begunAt: Date;
  begunBy: string;
  /** Null: it goes on. */
  failure: string | null;
}

const IS_OVER = `(m.failed_at IS NOT NULL OR m.alive_at < now() - interval '${SILENT_MINUTES} minutes')`;

/** The move of a site, as one value (jsonb) of a statement about `site s`; null: none. Read it with `readMove`. */
export const MOVE_OF_SITE = `(SELECT jsonb_build_object('siteId', m.site_id, 'toName', m.to_name, 'begunAt', m.begun_at,
    'begunBy', m.begun_by, 'failure', CASE WHEN ${IS_OVER} THEN coalesce(m.failure, '${BROKEN_OFF}') END)
  FROM site_move m WHERE m.tenant_id = s.tenant_id AND m.site_id = s.id AND m.begun_at > now() - interval '${SHOWN_DAYS} days')`;

/** Moves that an account began and that came to nothing, of those sites `s` that it sees. */
export const FAILED_MOVES_OF = (accountId: string): string =>
  `FROM site_move m JOIN site s ON s.tenant_id = m.tenant_id AND s.id = m.site_id
   WHERE m.begun_by_id = ${accountId} AND ${IS_OVER} AND m.begun_at > now() - interval '${SHOWN_DAYS} days'`;

export const readMove = (move: MoveUnderway | null): MoveUnderway | null =>
  move && { ...move, begunAt: new Date(move.begunAt) };

/** Moves whose page was answered while they went on: whoever began one learns what became of it. */
export class MovesUnderway {
  constructor(private readonly work: UnitOfWork) {}

  /** Until the move is over; its failure is not this one's. @throws when nothing could be noted */
  async follow(ctx: DeskContext, request: MoveRequest, move: Promise<MoveReport>): Promise<void> {
    const outcome = move.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    const note = <T>(what: (tx: Tx<ClusterScope>) => Promise<T>) =>
      this.work.run(acrossTenants(ctx, 'restructure'), what);
    await note((tx) => begin(tx, ctx, request));
    const pulse = setInterval(() => void note((tx) => live(tx, request.siteId)).catch(() => {}), PULSE_MS).unref();
    const failed = await outcome.finally(() => clearInterval(pulse));
    await note(async (tx) => {
      if (failed) await fail(tx, request, failed.error);
      else await forget(tx, request.siteId);
    });
  }
}

async function begin(tx: Tx<ClusterScope>, { actor, account }: DeskContext, { siteId, toTenantId }: MoveRequest) {
  await tx.query(
    `INSERT INTO site_move (tenant_id, site_id, to_name, begun_by, begun_by_id)
     SELECT s.tenant_id, s.id, t.name, $3, $4 FROM site s JOIN tenant t ON t.id = $2 WHERE s.id = $1 AND s.tenant_id <> $2
     ON CONFLICT (tenant_id, site_id) DO UPDATE SET to_name = excluded.to_name, begun_at = now(), alive_at = now(),
       begun_by = excluded.begun_by, begun_by_id = excluded.begun_by_id, failed_at = NULL, failure = NULL`,
    [siteId, toTenantId, account?.name ?? actor.name, actor.id ?? null],
  );
}

const live = (tx: Tx<ClusterScope>, siteId: string) =>
  tx.query('UPDATE site_move SET alive_at = now() WHERE site_id = $1 AND failed_at IS NULL', [siteId]);

const forget = (tx: Tx<ClusterScope>, siteId: string): Promise<unknown> =>
  tx.query('DELETE FROM site_move WHERE site_id = $1', [siteId]);

async function fail(tx: Tx<ClusterScope>, { siteId, toTenantId, reason }: MoveRequest, error: unknown): Promise<void> {
  const why = error instanceof UserError ? error.message : BROKEN_OFF;
  const [at] = await tx.query<{ tenantId: string; name: string; from: string; to: string }>(
    `SELECT s.tenant_id AS "tenantId", s.name, f.name AS "from", t.name AS "to"
     FROM site s JOIN tenant f ON f.id = s.tenant_id JOIN tenant t ON t.id = $2 WHERE s.id = $1`,
    [siteId, toTenantId],
  );
  if (!at) return;
  await tx.query('UPDATE site_move SET failed_at = now(), failure = $2 WHERE site_id = $1', [siteId, why]);
  const { tenantId, name, from, to } = at;
  for (const concerned of new Set([tenantId, toTenantId]))
    tx.audit('site.move-failed', `site:${siteId}`, { name, from, to, reason, why }, concerned);
}
