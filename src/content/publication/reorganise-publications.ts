import {
  addRows,
  changeRows,
  type Kept,
  keyOf,
  lockRows,
  type RecordedTable,
  type Row,
  type RowChange,
} from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import type { Finding, PlanTx, ReorganisationPart } from '../../tenancy/reorganisation/reorganisation-part.js';
import { restoreRows } from '../../tenancy/reorganisation/restored-rows.js';
import { siteTags } from '../../tenancy/tags.js';

const PUBLICATIONS: RecordedTable = {
  name: 'publication',
  key: ['id'],
  columns: { site_id: '', channel_id: '' },
  together: [['site_id', 'channel_id']],
  nameOf: (row) => String(row.path),
};

const ITEMS: RecordedTable = {
  name: 'item',
  key: ['id'],
  columns: { site_id: '', source_value: '' },
  together: [['site_id', 'source_value']],
  nameOf: (row) => String(row.serial),
};

const REDIRECTS: RecordedTable = {
  name: 'redirect',
  key: ['site_id', 'from_path'],
  columns: { to_path: '' },
  quiet: true,
  nameOf: (row) => `/${row.from_path} 的跳转`,
};

/** A channel of a sub-site that joins another one, and the one of the same path there. */
interface Counterpart {
  siteId: string;
  channelId: string;
  path: string;
  name: string;
  publications: number;
  /** Of texts that another tenant published: they are not ours to place elsewhere. */
  foreign: number;
  toSiteId: string;
  toChannelId: string | null;
}

/**
 * What stands on a sub-site that joins another one goes into the channels of the same path there, each at the address
 * that it had within its site. The texts themselves are not touched.
 */
export const publicationsPart: ReorganisationPart = {
  name: 'publications',
  title: '稿件',
  tables: [PUBLICATIONS, ITEMS, REDIRECTS],

  async foresee(tx, plan) {
    const channels = await counterparts(tx, plan);
    return {
      conflicts: [...channels.flatMap((channel) => faultsOf(plan, channel)), ...(await twice(tx, plan, channels))],
      warnings: await joinings(tx, plan, channels),
    };
  },

  async apply(tx, plan) {
    if (plan.joined.size === 0) return { changes: [], kept: [], tags: [] };
    const { tenantId } = tx.scope;
    const there = new Map((await counterparts(tx, plan)).map((channel) => [channel.channelId, channel]));
    const sites = [...plan.joined.keys()];
    // What is being published there right now is waited for and goes along.
    await tx.query('SELECT FROM channel WHERE tenant_id = $1 AND site_id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE', [
      tenantId,
      sites,
    ]);
    const publications = await lockRows(tx, PUBLICATIONS, tenantId, 't.site_id = ANY ($2::uuid[])', [sites]);
    const placed = publications.map((row) => {
      const { toSiteId, toChannelId } = there.get(String(row.channel_id))!;
      return { row, set: { site_id: toSiteId, channel_id: toChannelId } };
    });
    const changes = await changeRows(tx, PUBLICATIONS, tenantId, placed);
    const items = await joinItems(tx, plan, sites, there);
    const redirects = await carryRedirects(tx, plan, sites);
    const tags = [...plan.joined.values()].map(siteTags.site);
    return { changes: [...changes, ...items.changes, ...redirects], kept: items.kept, tags };
  },

  obstacles: async () => [],

  async takeBack(tx, _plan, changes) {
    const back = { changes: [] as RowChange[], kept: [] as Kept[], tags: [] as string[] };
    for (const table of [REDIRECTS, ITEMS, PUBLICATIONS]) {
      const own = changes.filter((change) => change.table === table.name);
      const restored = await restoreRows(tx, table, tx.scope.tenantId, own);
      back.changes.push(...restored.changes);
      back.kept.push(...restored.kept);
    }
    const sites = changes.flatMap(({ before, after }) => [before?.site_id, after?.site_id]);
    back.tags.push(...[...new Set(sites.filter(Boolean))].map((id) => siteTags.site(String(id))));
    return back;
  },
};

const counterparts = (tx: PlanTx, plan: Reorganisation): Promise<Counterpart[]> =>
  tx.query<Counterpart>(
    `SELECT c.site_id AS "siteId", c.id AS "channelId", c.path, c.name, j.to_id AS "toSiteId", o.id AS "toChannelId",
       p.publications, p.foreign
     FROM unnest($2::uuid[], $3::uuid[]) AS j(from_id, to_id)
     JOIN channel c ON c.tenant_id = $1 AND c.site_id = j.from_id
     LEFT JOIN channel o ON o.tenant_id = $1 AND o.site_id = j.to_id AND o.path = c.path
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS publications, count(*) FILTER (WHERE source_tenant_id <> $1)::int AS "foreign"
       FROM publication WHERE tenant_id = $1 AND site_id = c.site_id AND channel_id = c.id
     ) p
     ORDER BY c.site_id, c.path`,
    [tx.scope.tenantId, [...plan.joined.keys()], [...plan.joined.values()]],
  );

function faultsOf(plan: Reorganisation, channel: Counterpart): Finding[] {
  const { path, name, publications, foreign, toChannelId } = channel;
  const row = plan.lines.find((line) => line.fate === 'redirected')?.row ?? null;
  if (publications > 0 && !toChannelId)
    return [
      {
        row,
        sentence: `子站栏目“${name}”（${path}）有 ${publications} 篇稿件，接续的子站没有同一地址的栏目，请先建好。`,
      },
    ];
  return foreign > 0
    ? [{ row, sentence: `子站栏目“${name}”（${path}）有 ${foreign} 篇外单位的稿件，不能并入，请先撤下。` }]
    : [];
}

/** A text that stands on both sites, and would stand twice in one place. */
async function twice(tx: PlanTx, plan: Reorganisation, channels: readonly Counterpart[]): Promise<Finding[]> {
  const [found] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS j(from_id, site_id, channel_id)
     JOIN publication a ON a.tenant_id = $1 AND a.channel_id = j.from_id
     WHERE EXISTS (SELECT FROM publication b WHERE b.tenant_id = $1 AND b.channel_id = j.channel_id AND b.item_id = a.item_id)
       OR EXISTS (SELECT FROM publication b WHERE b.tenant_id = $1 AND b.site_id = j.site_id AND b.path = a.path)`,
    [
      tx.scope.tenantId,
      channels.map((channel) => channel.channelId),
      channels.map((channel) => channel.toSiteId),
      channels.map((channel) => channel.toChannelId),
    ],
  );
  const count = found?.count ?? 0;
  const row = plan.lines.find((line) => line.fate === 'redirected')?.row ?? null;
  return count > 0 ? [{ row, sentence: `有 ${count} 篇稿件在两个子站都刊载了，并入后会重复，请先撤下一处。` }] : [];
}

async function joinings(tx: PlanTx, plan: Reorganisation, channels: readonly Counterpart[]): Promise<Finding[]> {
  const names = await tx.query<{ id: string; prefix: string }>('SELECT id, prefix FROM site WHERE tenant_id = $1', [
    tx.scope.tenantId,
  ]);
  const prefixOf = (id: string) => names.find((site) => site.id === id)?.prefix ?? '';
  return [...plan.joined].map(([from, to]): Finding => {
    const count = channels
      .filter(({ siteId }) => siteId === from)
      .reduce((sum, { publications }) => sum + publications, 0);
    const sentence = `子站 ${prefixOf(from)} 的 ${count} 篇稿件并入 ${prefixOf(to)}，原来的地址都转到新地址。`;
    return { row: null, sentence };
  });
}

/**
 * Items belong to the site that they came in by, files to the channel too. One whose source the other site knows already
 * stays with the old one.
 */
async function joinItems(
  tx: PlanTx,
  plan: Reorganisation,
  sites: readonly string[],
  there: ReadonlyMap<string, Counterpart>,
): Promise<{ changes: RowChange[]; kept: Kept[] }> {
  const { tenantId } = tx.scope;
  const rows = await lockRows(tx, ITEMS, tenantId, 't.site_id = ANY ($2::uuid[])', [sites]);
  const held = await tx.query<{ source: string }>(
    `SELECT site_id || ' ' || source_by || ' ' || source_value AS source FROM item
     WHERE tenant_id = $1 AND site_id = ANY ($2::uuid[])`,
    [tenantId, [...plan.joined.values()]],
  );
  const known = new Set(held.map(({ source }) => source));
  const edits: { row: Row; set: Row }[] = [];
  const kept: Kept[] = [];
  for (const row of rows) {
    const siteId = plan.joined.get(String(row.site_id))!;
    const value = sourceThere(row, there);
    const source = `${siteId} ${row.source_by} ${value}`;
    if (known.has(source))
      kept.push({
        name: `稿件 ${row.serial}`,
        field: '',
        value: String(row.source_value),
        why: '接续的子站已有同一来源的稿件，再次导入时会另作一篇',
      });
    else edits.push({ row, set: { site_id: siteId, source_value: value } });
    known.add(source);
  }
  return { changes: await changeRows(tx, ITEMS, tenantId, edits), kept };
}

/** `<channel>/notice.txt` by the channel that the text goes into; what is known otherwise, and what goes nowhere, stays. */
function sourceThere(row: Row, there: ReadonlyMap<string, Counterpart>): string {
  const value = String(row.source_value);
  const [channelId = '', ...name] = value.split('/');
  const toChannelId = row.source_by === 'file-name' ? there.get(channelId)?.toChannelId : null;
  return toChannelId ? [toChannelId, ...name].join('/') : value;
}

/** Addresses that led on within the old site lead on within the new one, unless it has its own of them. */
async function carryRedirects(tx: PlanTx, plan: Reorganisation, sites: readonly string[]): Promise<RowChange[]> {
  const { tenantId } = tx.scope;
  const rows = await lockRows(tx, REDIRECTS, tenantId, 't.site_id = ANY ($2::uuid[])', [
    [...sites, ...plan.joined.values()],
  ]);
  const held = new Set(rows.map((row) => keyOf(REDIRECTS, row)));
  const carried = rows.flatMap((row) => {
    const siteId = plan.joined.get(String(row.site_id));
    const there = { site_id: siteId, from_path: row.from_path, to_path: row.to_path };
    if (!siteId || held.has(keyOf(REDIRECTS, there))) return [];
    held.add(keyOf(REDIRECTS, there));
    return [there];
  });
  return addRows(tx, REDIRECTS, tenantId, carried);
}
