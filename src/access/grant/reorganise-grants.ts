import { type Role, roleFacts } from '../../authority/role.js';
import { organOfChannel } from '../../tenancy/reorganisation/plan-facts.js';
import {
  changeRows,
  type Kept,
  keyOf,
  lockRows,
  type RecordedTable,
  type Row,
  type RowChange,
} from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import type { PlanTx, ReorganisationPart } from '../../tenancy/reorganisation/reorganisation-part.js';
import { plainly, restoreRows } from '../../tenancy/reorganisation/restored-rows.js';

/** Columns of a grant and, for people, who holds what where: they stand in the rows that are read here. */
const GRANTS: RecordedTable = {
  name: 'access_grant',
  key: ['id'],
  columns: { ended_at: '', ended_by: '', ended_for: '收回原因', site_id: '网站', channel_id: '' },
  together: [['ended_at', 'ended_by', 'ended_for', 'site_id', 'channel_id']],
  quiet: true,
  nameOf: (row) => String(row.label ?? row.id),
};

interface GrantRow extends Row {
  id: string;
  account_id: string;
  site_id: string;
  channel_id: string | null;
}

/**
 * Grants go along with their people and their places by themselves. What ends: of a split, the authority of people over
 * what another of the new organs takes over; all authority over a sub-site that is archived. Authority over a sub-site
 * that joins another one goes there too.
 */
export const grantsPart: ReorganisationPart = {
  name: 'grants',
  title: '授权',
  tables: [GRANTS],
  say: (column, value, plan) =>
    column === 'site_id' ? (plan.sites.get(String(value))?.name ?? '') : plainly(column, value),

  foresee: async () => ({ conflicts: [], warnings: [] }),

  async apply(tx, plan, done) {
    const { tenantId } = tx.scope;
    const places = await readPlaces(tx, done);
    const moved = new Map(done.filter((change) => change.table === 'account').map((change) => [change.key.id, change]));
    const rows = (await lockRows(
      tx,
      GRANTS,
      tenantId,
      `t.ended_at IS NULL AND t.site_id IS NOT NULL AND (t.account_id = ANY ($2::uuid[]) OR t.site_id = ANY ($3::uuid[]))`,
      [[...moved.keys()], [...plan.archived, ...plan.joined.keys(), ...plan.joined.values()]],
    )) as GrantRow[];
    const labels = await labelsOf(tx, rows);
    const ended = { ended_at: new Date().toISOString(), ended_by: tx.scope.actor.name, ended_for: endedFor(plan) };
    const held = new Set(rows.map(sameGrant));
    const edits = rows.flatMap((row): { row: Row; set: Row }[] => {
      const named = { ...row, label: labels.get(row.id)?.label };
      if (plan.archived.has(row.site_id) || isParted(plan, places, moved, row)) return [{ row: named, set: ended }];
      const joins = plan.joined.get(row.site_id);
      if (!joins) return [];
      const there = { site_id: joins, channel_id: row.channel_id && places.counterpart(row.channel_id, joins) };
      // Nowhere to go, or the same is held there already.
      if ((row.channel_id && !there.channel_id) || held.has(sameGrant({ ...row, ...there })))
        return [{ row: named, set: ended }];
      held.add(sameGrant({ ...row, ...there }));
      return [{ row: named, set: there }];
    });
    const changes = await changeRows(tx, GRANTS, tenantId, edits);
    tell(tx, plan, await labelsOf(tx, rows), changes);
    return { changes, kept: [], tags: [] };
  },

  obstacles: async () => [],

  async takeBack(tx, plan, changes) {
    const { tenantId } = tx.scope;
    const stays = await notToRevive(tx, changes);
    const back = changes.filter((change) => !stays.has(keyOf(GRANTS, change.key)));
    const restored = await restoreRows(tx, GRANTS, tenantId, back);
    const labels = await labelsOf(
      tx,
      restored.changes.map(({ key }) => ({ id: String(key.id) })),
    );
    tell(tx, plan, labels, restored.changes);
    return { ...restored, kept: [...restored.kept, ...stays.values()], tags: [] };
  },
};

/** Each in the audit, where whoever looks for the person finds it. */
function tell(tx: PlanTx, plan: Reorganisation, labels: Map<string, GrantLabel>, changes: readonly RowChange[]): void {
  for (const { key, after } of changes) {
    const { accountId, name, role, place } = labels.get(String(key.id))!;
    const facts = { name, role, place, grant: key.id, reason: endedFor(plan) };
    if (!after || !('ended_at' in after)) tx.audit('grant.moved', `account:${accountId}`, facts);
    else if (after.ended_at) tx.audit('grant.ended', `account:${accountId}`, facts);
    else tx.audit('grant.revived', `account:${accountId}`, facts);
  }
}

/** What nobody holds twice. */
const sameGrant = (row: Pick<GrantRow, 'account_id' | 'site_id' | 'channel_id'> & Row): string =>
  [row.account_id, row.role, row.scope, row.channel_id ?? row.site_id].join(' ');

const endedFor = (plan: Reorganisation): string => `机构改革：${plan.plan.title}`;

interface Places {
  /** The organ that answers for a place, before and after. */
  before(row: GrantRow): string | null;
  after(row: GrantRow): string | null;
  /** The channel of the same path on another site. */
  counterpart(channelId: string, siteId: string): string | null;
}

interface Place {
  siteId: string;
  parentId: string | null;
  organId: string | null;
}
interface Sponsored {
  parentSiteId: string | null;
  sponsorId: string;
}

/** Channels and sites as the parts before left them, and (by their changes) as they were. */
async function readPlaces(tx: PlanTx, done: readonly RowChange[]): Promise<Places> {
  const { tenantId } = tx.scope;
  const channels = await tx.query<Place & { id: string; path: string }>(
    `SELECT id, path, site_id AS "siteId", parent_id AS "parentId", organ_id AS "organId" FROM channel WHERE tenant_id = $1`,
    [tenantId],
  );
  const sites = await tx.query<Sponsored & { id: string }>(
    `SELECT id, parent_site_id AS "parentSiteId", sponsor_id AS "sponsorId" FROM site WHERE tenant_id = $1`,
    [tenantId],
  );
  const channelsNow = new Map<string, Place>(channels.map((channel) => [channel.id, channel]));
  const sitesNow = new Map<string, Sponsored>(sites.map((site) => [site.id, site]));
  const [channelsThen, sitesThen] = [new Map(channelsNow), new Map(sitesNow)];
  for (const { table, key, before } of done) {
    const id = String(key.id);
    const channel = channelsThen.get(id);
    if (table === 'channel' && before && channel)
      channelsThen.set(id, {
        ...channel,
        ...('organ_id' in before ? { organId: before.organ_id as string | null } : {}),
        ...('parent_id' in before ? { parentId: before.parent_id as string | null } : {}),
      });
    const site = sitesThen.get(id);
    if (table === 'site' && before && site && 'sponsor_id' in before)
      sitesThen.set(id, { ...site, sponsorId: String(before.sponsor_id) });
  }
  const organOf = (row: GrantRow, inChannels: Map<string, Place>, inSites: Map<string, Sponsored>): string | null => {
    if (row.channel_id) return organOfChannel(row.channel_id, inChannels, inSites);
    const site = inSites.get(row.site_id);
    return site?.parentSiteId ? site.sponsorId : null;
  };
  return {
    before: (row) => organOf(row, channelsThen, sitesThen),
    after: (row) => organOf(row, channelsNow, sitesNow),
    counterpart(channelId, siteId) {
      const path = channels.find((channel) => channel.id === channelId)?.path;
      return channels.find((channel) => channel.siteId === siteId && channel.path === path)?.id ?? null;
    },
  };
}

/** A person and a place of one organ that go to different ones. */
function isParted(plan: Reorganisation, places: Places, moved: Map<unknown, RowChange>, row: GrantRow): boolean {
  const person = moved.get(row.account_id);
  if (!person) return false;
  const from = person.before?.organ_id;
  const [before, after] = [places.before(row), places.after(row)];
  return (
    before === from && after !== before && after !== person.after?.organ_id && plan.linesFrom(String(from)).length > 1
  );
}

interface GrantLabel {
  id: string;
  accountId: string;
  name: string;
  role: string;
  place: string;
  /** 张三：编辑（政务公开） */
  label: string;
}

async function labelsOf(tx: PlanTx, rows: readonly Pick<GrantRow, 'id'>[]): Promise<Map<string, GrantLabel>> {
  const found = await tx.query<Omit<GrantLabel, 'label'>>(
    `SELECT g.id, g.account_id AS "accountId", coalesce(a.name, '外单位人员') AS name, g.role,
       concat_ws(' › ', s.name, c.name) AS place
     FROM access_grant g
     LEFT JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
     LEFT JOIN site s ON s.tenant_id = g.tenant_id AND s.id = g.site_id
     LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
     WHERE g.tenant_id = $1 AND g.id = ANY ($2::uuid[])`,
    [tx.scope.tenantId, rows.map((row) => row.id)],
  );
  return new Map(
    found.map((one) => [one.id, { ...one, label: `${one.name}：${roleFacts(one.role as Role).name}（${one.place}）` }]),
  );
}

/** Grants that stay as they are: the same was given again since, or the account was closed. */
async function notToRevive(tx: PlanTx, changes: readonly RowChange[]): Promise<Map<string, Kept>> {
  const rows = await tx.query<{ id: string; closed: boolean }>(
    `SELECT g.id, coalesce(a.state = 'closed', false) AS closed
     FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS b(id, site_id, channel_id)
     JOIN access_grant g ON g.tenant_id = $1 AND g.id = b.id
     LEFT JOIN account a ON a.tenant_id = g.account_tenant_id AND a.id = g.account_id
     WHERE a.state = 'closed' OR EXISTS (
       SELECT FROM access_grant o WHERE o.tenant_id = $1 AND o.id <> g.id AND o.account_id = g.account_id AND o.role = g.role
         AND o.scope = g.scope AND coalesce(o.channel_id, o.site_id) = coalesce(b.channel_id, b.site_id, g.channel_id, g.site_id)
         AND o.ended_at IS NULL)`,
    [
      tx.scope.tenantId,
      changes.map(({ key }) => key.id),
      changes.map(({ before }) => before?.site_id ?? null),
      changes.map(({ before }) => before?.channel_id ?? null),
    ],
  );
  const names = new Map(changes.map(({ key, name }) => [key.id, name]));
  return new Map(
    rows.map(({ id, closed }) => [
      id,
      { name: names.get(id) ?? '', field: '', value: '', why: closed ? '账号已注销，不再恢复' : '后来已重新授权' },
    ]),
  );
}
