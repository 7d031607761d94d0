import { readingsOf } from '../site/site-reading.js';
import { siteTags } from '../tags.js';
import type { TextOwner } from './organ-texts.js';
import { addRows, changeRows, lockRows, type RecordedTable, type Row, type RowChange } from './recorded-rows.js';
import type { Reorganisation } from './reorganisation.js';
import { type Finding, type ReorganisationPart, stayBehind } from './reorganisation-part.js';
import { plainly, restoreRows } from './restored-rows.js';
import { readPlanSites, settleFates, wayOfSite } from './sub-site-fates.js';
import { TextRewriting, writtenByPlans } from './text-fields.js';

const SITES: RecordedTable = {
  name: 'site',
  key: ['id'],
  columns: {
    name: '名称',
    short_name: '简称',
    tagline: '标语',
    sponsor_id: '主办单位',
    undertaker_id: '承办单位',
    archived_at: '归档时间',
    state: '状态',
    pinyin_full: '',
    pinyin_initials: '',
    overridden: '',
  },
  together: [['name', 'pinyin_full', 'pinyin_initials']],
  marks: 'overridden',
  nameOf: (row) => String(row.name),
};

const TEXTS = [
  { column: 'name', most: 60 },
  { column: 'tagline', most: 60 },
];
const STATE_WORDS: Record<string, string> = { open: '开放', suspended: '停用', retired: '已并入别的子站' };
const INHERITED = ['name', 'short_name', 'tagline'];

/** Where a sub-site stood that joined another one: its addresses lead there. */
const MOVED_SITES: RecordedTable = {
  name: 'moved_site',
  key: ['portal_id', 'prefix', 'key'],
  columns: { site_id: '' },
  quiet: true,
  unlocked: true,
  nameOf: (row) => `${row.prefix} 的跳转`,
};

/** Sites: who sponsors and undertakes them, what they are called, and what becomes of the sub-sites of organs that end. */
export const sitesPart: ReorganisationPart = {
  name: 'sites',
  title: '网站和子站',
  tables: [SITES, MOVED_SITES],
  say(column, value, plan) {
    if (column === 'sponsor_id' || column === 'undertaker_id') return plan.nameOf(value as string);
    if (column === 'state') return STATE_WORDS[String(value)] ?? String(value);
    // The day alone: instants in rows are in UTC, the day is the platform's.
    return column === 'archived_at' ? plan.plan.day : plainly(column, value);
  },

  async foresee(tx, plan) {
    const sites = await readPlanSites(tx);
    const conflicts = sites.flatMap((site): Finding[] => {
      const { row, sponsor, undertaker } = wayOfSite(plan, site);
      if (sponsor === null)
        return [{ row, sentence: `拆分后“${site.name}”归谁主办没有写明：请在一行里写“子站”或“其余”。` }];
      return undertaker === null
        ? [{ row, sentence: `拆分后“${site.name}”归谁承办没有写明：请在一行里写“其余”。` }]
        : [];
    });
    return { conflicts: [...conflicts, ...settleFates(plan, sites)], warnings: [] };
  },

  async apply(tx, plan) {
    const { tenantId } = tx.scope;
    const rows = await lockRows(tx, SITES, tenantId, 'true');
    const rewriting = new TextRewriting(plan, SITES, await writtenByPlans(tx, SITES));
    const edits = rows.map((row) => ({ row, set: changesOf(plan, row, rewriting) }));
    const renamed = edits.filter(({ row, set }) => set.name !== undefined && set.name !== row.name);
    const readings = renamed.length > 0 ? await readingsOf(renamed.map(({ set }) => String(set.name))) : [];
    for (const [i, { set }] of renamed.entries())
      Object.assign(set, { pinyin_full: readings[i]!.full, pinyin_initials: readings[i]!.initials });
    const changes = await changeRows(tx, SITES, tenantId, edits);
    const led = await addRows(
      tx,
      MOVED_SITES,
      tenantId,
      rows.flatMap((row) => addressesOf(plan, row)),
    );
    return {
      changes: [...changes, ...led],
      kept: rewriting.kept,
      warnings: namesakes(edits),
      tags: pagesOf(changes, plan.joined.values()),
    };
  },

  async obstacles(tx, plan, changes) {
    const behind = [
      ...(await stayBehind(tx, plan, SITES, 'sponsor_id', changes)),
      ...(await stayBehind(tx, plan, SITES, 'undertaker_id', changes)),
    ];
    return behind.map(({ organ, row }) => `网站“${row}”后来改由新设的“${organ}”主办或承办，请先改回去。`);
  },

  async takeBack(tx, plan, changes) {
    const { tenantId } = tx.scope;
    const say = (column: string, value: unknown) => sitesPart.say!(column, value, plan);
    const [led, sites] = [MOVED_SITES, SITES].map(({ name }) => changes.filter((change) => change.table === name));
    const addresses = await restoreRows(tx, MOVED_SITES, tenantId, led!);
    const restored = await restoreRows(tx, SITES, tenantId, sites!, say);
    return {
      changes: [...addresses.changes, ...restored.changes],
      kept: [...addresses.kept, ...restored.kept],
      tags: pagesOf(
        sites!,
        led!.map(({ after }) => String(after!.site_id)),
      ),
    };
  },
};

function changesOf(plan: Reorganisation, row: Row, rewriting: TextRewriting): Row {
  const [id, sponsorId, undertakerId] = [row.id, row.sponsor_id, row.undertaker_id].map(String) as [
    string,
    string,
    string,
  ];
  const parentSiteId = row.parent_site_id as string | null;
  const { sponsor, undertaker } = wayOfSite(plan, { parentSiteId, sponsorId, undertakerId });
  const hands = { sponsor_id: sponsor ?? sponsorId, undertaker_id: undertaker ?? undertakerId };
  // What is archived or joins another one keeps the face of its day.
  if (plan.archived.has(id)) return { ...hands, archived_at: row.archived_at ?? plan.plan.from };
  if (plan.joined.has(id)) return { ...hands, state: 'retired' };
  const owner: TextOwner = { fromId: sponsorId, toId: sponsor };
  const set = rewriting.fields(row, TEXTS, owner);
  const [before, after] = [plan.organs.get(sponsorId), sponsor ? plan.after(sponsor) : null];
  if (before && after && row.short_name === before.shortName && after.shortName !== before.shortName)
    rewriting.set(set, row, 'short_name', after.shortName);
  return { ...hands, ...(row.blueprint_revision === '' ? set : rewriting.marked(set, row, INHERITED)) };
}

function addressesOf(plan: Reorganisation, row: Row): Row[] {
  const siteId = plan.joined.get(String(row.id));
  const { parent_site_id: portal_id, prefix, key, tenant_id: to_tenant_id } = row;
  return siteId ? [{ portal_id, prefix, key, to_tenant_id, site_id: siteId }] : [];
}

/** Sub-sites that are called alike afterwards, as those of two organs that merged are. */
function namesakes(edits: readonly { row: Row; set: Row }[]): Finding[] {
  const named = Map.groupBy(edits, ({ row, set }) => String(set.name ?? row.name));
  return [...named].flatMap(([name, alike]) =>
    alike.length > 1 && alike.some(({ row, set }) => set.name !== undefined && set.name !== row.name)
      ? [
          {
            row: null,
            sentence: `执行后有 ${alike.length} 个网站都叫“${name}”：${alike.map(({ row }) => row.prefix).join('、')}。`,
          },
        ]
      : [],
  );
}

const pagesOf = (changes: readonly RowChange[], alsoSites: Iterable<string>): string[] =>
  changes.length > 0
    ? [siteTags.directory, ...[...changes.map(({ key }) => String(key.id)), ...alsoSites].map(siteTags.site)]
    : [];
