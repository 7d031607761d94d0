import { acrossTenants, authorize, type DeskContext, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, FormFaults, reasonField } from '../form-faults.js';
import { faultOfSlug } from '../plan/slug.js';
import { findSiteToRead } from '../site/site.queries.js';
import { tellSites } from '../site/tell-sites.js';
import { findTenantToRead } from '../tenant/tenant.queries.js';
import { type Carried, carrySite } from './carry-site.js';
import { insist } from './insist.js';
import { findMovePlaces, type MovePlaces } from './move-places.js';
import type { EndingGrant, MoveConflict, MoveCounts, MoveStep, SiteMove } from './move-step.js';

export interface MoveRequest {
  siteId: string;
  toTenantId: string;
  /** Last part of its address there; as it was when absent. */
  slug?: string;
  reason: string;
}

/**
 * What carrying an item takes, ms: measured 0.3 on two cores, 0.7 where others work beside it (docs/decisions/0012). The other
 * statements of a move are done in a second or two.
 */
const MS_AN_ITEM = 0.6;
/** A preview carries no more items than these: it holds both tenants as the move does, and a page is waited for. */
const REHEARSED_ITEMS = 20_000;
/** No statement takes longer than a minute, except the one that carries a large site; a machine may be ten times slower. */
const PATIENCE = 10;
const LEAST_MS = 60_000;

/** What a move does: shown before, and returned after. */
export interface MoveReport extends MoveCounts {
  name: string;
  fromName: string;
  toName: string;
  organ: { name: string; moves: boolean };
  /** Complete: `nongan.localhost/bm/jyj/`. Everything below `from` redirects to the same below `to`. */
  addresses: { from: string; to: string };
  /** None, or the move is not done. */
  conflicts: MoveConflict[];
  /** Which the move takes about, all in all. */
  seconds: number;
  /** Whether every row was carried: of a preview of a large site none is, and it counts what would be. */
  carried: boolean;
}

const NOTHING: MoveCounts = {
  channels: 0,
  items: 0,
  publications: 0,
  attachments: 0,
  attachmentBytes: 0,
  placements: 0,
  channelsWithoutOrgan: 0,
  channelsLosingOrgan: 0,
  grantsFollowing: 0,
  grantsEnding: [],
  accounts: 0,
};

/**
 * Moves a department's or township's sub-site under another tenant, with all that is on it and the people of its organ.
 * The preview is the move itself, taken back; of a large site without its one long statement. Each address of before redirects for good (docs: README of this room).
 */
export class MoveSite {
  constructor(
    private readonly work: UnitOfWork,
    private readonly steps: readonly MoveStep[],
    private readonly baseDomain: string,
  ) {}

  /** What would happen. @throws FormFaults; UserError `authority.*` */
  async preview(ctx: DeskContext, request: MoveRequest): Promise<MoveReport> {
    const input = await this.admit(ctx, request);
    return this.work.rehearse(acrossTenants(ctx, 'restructure'), (tx) => this.move(tx, input, 'preview'));
  }

  /** @throws FormFaults; UserError `authority.*`, `tenancy.move-conflicts` naming all that stands in the way */
  async run(ctx: DeskContext, request: MoveRequest): Promise<MoveReport> {
    const input = await this.admit(ctx, request);
    return this.work.run(acrossTenants(ctx, 'restructure'), (tx) => this.move(tx, input, 'in earnest'));
  }

  private async finish(tx: Tx<ClusterScope>, move: SiteMove) {
    const late = { grantsEnding: [] as EndingGrant[], conflicts: [] as MoveConflict[] };
    for (const step of this.steps) {
      const { grantsEnding = [], conflicts = [] } = (await step.finish?.(tx, move)) ?? {};
      late.grantsEnding.push(...grantsEnding);
      late.conflicts.push(...conflicts);
    }
    return late;
  }

  /** Both ends must be in sight and in one's power. */
  private async admit(ctx: DeskContext, request: MoveRequest): Promise<MoveRequest & { fromTenantId: string }> {
    const { site, to } = await this.work.run(reading(ctx), async (tx) => ({
      site: await findSiteToRead(tx, ctx, request.siteId),
      to: await findTenantToRead(tx, ctx, request.toTenantId),
    }));
    authorize(ctx, 'site.move', site);
    authorize(ctx, 'site.move', to);
    if (site.parentSiteId === null) throw tenancyErrors['tenancy.move-portal']({ name: site.name });
    if (site.tenantId === to.tenantId)
      throw new FormFaults({ toTenantId: `“${site.name}”已经在${to.name}之下，请选择别的单位。` });
    const { reason } = new FormCheck({ reason: reasonField }, { ...request }).taken();
    const slug = request.slug?.trim() || undefined;
    const fault = slug ? faultOfSlug(slug) : null;
    if (fault) throw new FormFaults({ slug: `${fault}。` });
    return { ...request, slug, reason, fromTenantId: site.tenantId };
  }

  private async move(
    tx: Tx<ClusterScope>,
    input: MoveRequest & { fromTenantId: string },
    how: 'preview' | 'in earnest',
  ): Promise<MoveReport> {
    await holdTenants(tx, [input.fromTenantId, input.toTenantId]);
    const places = await findMovePlaces(tx, input);
    if (!places) throw authorityErrors['authority.missing']();
    const carried = await carrySite(tx, places, input.slug);
    const move = moveOf(places, carried);
    const conflicts = [...carried.conflicts];
    const counts = { ...NOTHING, grantsEnding: [...NOTHING.grantsEnding] };
    for (const step of this.steps) {
      const told = await step.run(tx, move);
      Object.assign(counts, told.counts);
      conflicts.push(...(told.conflicts ?? []));
    }
    refuse(how, conflicts);
    const takes = counts.items * MS_AN_ITEM;
    const carries = how === 'in earnest' || counts.items <= REHEARSED_ITEMS;
    if (carries) {
      await allow(tx, Math.max(LEAST_MS, takes * PATIENCE));
      await carried.carry().catch((error) => asChanged(error, places.site.name));
      const late = await insist(tx, () => this.finish(tx, move));
      counts.grantsEnding.push(...late.grantsEnding);
      conflicts.push(...late.conflicts.filter(({ sentence }) => !conflicts.some((one) => one.sentence === sentence)));
      refuse(how, conflicts);
      await carried.leave();
    }
    const addresses = {
      from: `${places.from.host(this.baseDomain)}${places.site.prefix}`,
      to: `${places.to.host(this.baseDomain)}${carried.prefix}`,
    };
    const { grantsEnding, ...numbers } = counts;
    const detail = {
      name: move.name,
      reason: input.reason,
      before: { tenant: move.fromName, address: addresses.from },
      after: { tenant: move.toName, address: addresses.to },
      counts: { ...numbers, grantsEnding: grantsEnding.length },
      grantsEnded: grantsEnding.map((grant) => grant.grantId),
    };
    for (const tenantId of [move.fromTenantId, move.toTenantId])
      tx.audit('site.moved', `site:${move.siteId}`, detail, tenantId);
    await tellSites(tx, 'tenancy.site-moved', move.toTenantId, [move.siteId, places.from.portalId, places.to.portalId]);
    return {
      ...counts,
      name: move.name,
      fromName: move.fromName,
      toName: move.toName,
      organ: { name: places.organ.name, moves: move.organMoves },
      addresses,
      conflicts,
      seconds: Math.ceil(takes / 1000),
      carried: carries,
    };
  }
}

/** @throws UserError `tenancy.move-conflicts` in earnest */
function refuse(how: 'preview' | 'in earnest', conflicts: readonly MoveConflict[]): void {
  if (how === 'in earnest' && conflicts.length > 0)
    throw tenancyErrors['tenancy.move-conflicts']({ conflicts: conflicts.map(({ sentence }) => sentence).join('') });
}

/** How long a statement may take from here to the end of the transaction, ms. */
async function allow(tx: Tx<ClusterScope>, most: number): Promise<void> {
  await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(Math.ceil(most))]);
}

/**
 * Neither tenant is frozen, archived, deleted or renamed meanwhile, and nothing else moves there; people sign in, and publish
 * on its other sites. Always in one order, so that two moves never cross.
 */
async function holdTenants(tx: Tx<ClusterScope>, tenantIds: string[]): Promise<void> {
  await tx.query('SELECT FROM tenant WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [tenantIds]);
}

/** Another took an address or a key there after this looked: told as what came between. */
function asChanged(error: unknown, name: string): never {
  if ((error as { code?: string }).code !== '23505') throw error;
  throw tenancyErrors['tenancy.changed-since']({ name });
}

const moveOf = (places: MovePlaces, carried: Carried): SiteMove => ({
  siteId: places.site.id,
  name: places.site.name,
  fromTenantId: places.from.tenantId,
  toTenantId: places.to.tenantId,
  fromName: places.from.name,
  toName: places.to.name,
  organId: places.organ.id,
  organMoves: places.organ.moves,
  newOrganId: carried.organId,
});
