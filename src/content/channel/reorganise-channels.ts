import {
  changeRows,
  lockRows,
  type RecordedTable,
  type Row,
  type RowChange,
} from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import {
  type Finding,
  type PlanTx,
  type ReorganisationPart,
  stayBehind,
} from '../../tenancy/reorganisation/reorganisation-part.js';
import { plainly, restoreRows } from '../../tenancy/reorganisation/restored-rows.js';
import { TextRewriting, writtenByPlans } from '../../tenancy/reorganisation/text-fields.js';
import { contentTags } from '../tags.js';
import { type ChannelRow, channelName, nameChannels, type OrganTree, treeOf } from './organ-tree.js';
import { settleStates } from './site-channels.js';

const CHANNELS: RecordedTable = {
  name: 'channel',
  key: ['id'],
  columns: {
    organ_id: '负责机关',
    name: '名称',
    description: '说明',
    keywords: '关键词',
    responsible_telephone: '负责人电话',
    state: '状态',
    overridden: '',
  },
  marks: 'overridden',
  nameOf: channelName,
};

const TEXTS = [
  { column: 'name', most: 30 },
  { column: 'description', most: 300 },
  { column: 'keywords', most: 20 },
  { column: 'responsible_telephone', most: 40 },
];
const INHERITED = ['name', 'description', 'keywords'];
const STATE_WORDS: Record<string, string> = { open: '开放', closed: '停止更新', hidden: '隐藏' };

/**
 * Channels: which organ answers for them and what they say of it. What has been published keeps the words of its day. On
 * an archived sub-site nothing new is written: its channels are closed.
 */
export const channelsPart: ReorganisationPart = {
  name: 'channels',
  title: '栏目',
  tables: [CHANNELS],
  say(column, value, plan) {
    if (column === 'organ_id') return plan.nameOf(value as string | null);
    return column === 'state' ? (STATE_WORDS[String(value)] ?? String(value)) : plainly(column, value);
  },

  async foresee(tx, plan) {
    const tree = await treeOf(tx, nameChannels(plan, (await readChannels(tx)) as ChannelRow[]));
    const conflicts: Finding[] = [];
    const unplaced = [...tree.channels.values()].filter(
      (row) => row.organ_id && plan.sources.includes(row.organ_id) && tree.successorOf(plan, row) === null,
    );
    for (const [organId, rows] of Map.groupBy(unplaced, (row) => row.organ_id!)) {
      const names = rows.map(CHANNELS.nameOf).join('、');
      conflicts.push({
        row: plan.linesFrom(organId)[0]!.row,
        sentence: `拆分“${plan.organs.get(organId)?.name}”后这些栏目没有机关负责：${names}。请写到“栏目”里，或在一行里写“其余”。`,
      });
    }
    const gone = plan.lines.flatMap((line) =>
      line.channels.some(({ id }) => !tree.channels.has(id))
        ? [{ row: line.row, sentence: '方案里写明的栏目有的已被删除，请修改方案。' }]
        : [],
    );
    return { conflicts: [...conflicts, ...gone], warnings: await oldNamesInTexts(tx, plan) };
  },

  async apply(tx, plan, done) {
    const { tenantId } = tx.scope;
    const rows = nameChannels(plan, (await lockRows(tx, CHANNELS, tenantId, 'true')) as ChannelRow[]);
    const tree = await treeOf(tx, rows, done);
    const rewriting = new TextRewriting(plan, CHANNELS, await writtenByPlans(tx, CHANNELS));
    const edits = rows.map((row) => {
      const organ = tree.organSet(plan, row);
      if (plan.joined.has(row.site_id)) return { row, set: organ };
      if (!plan.archived.has(row.site_id)) return { row, set: { ...organ, ...textsOf(plan, tree, row, rewriting) } };
      return { row, set: { ...organ, ...(row.state === 'open' ? { state: 'closed' } : {}) } };
    });
    const changes = await changeRows(tx, CHANNELS, tenantId, edits);
    for (const id of plan.archived) await settleStates(tx, { tenantId, id });
    return { changes, kept: rewriting.kept, tags: pagesOf(rows, changes) };
  },

  async obstacles(tx, plan, changes) {
    const behind = await stayBehind(tx, plan, CHANNELS, 'organ_id', changes);
    return behind.map(({ organ, row }) => `栏目${row}后来改由新设的“${organ}”负责，请先改回去。`);
  },

  async takeBack(tx, plan, changes) {
    const { tenantId } = tx.scope;
    const say = (column: string, value: unknown) => channelsPart.say!(column, value, plan);
    const restored = await restoreRows(tx, CHANNELS, tenantId, changes, say);
    const rows = (await readChannels(tx)) as ChannelRow[];
    const reopened = new Set(
      restored.changes.filter(({ after }) => after && 'state' in after).map(({ key }) => key.id),
    );
    for (const id of new Set(rows.filter((row) => reopened.has(row.id)).map((row) => row.site_id)))
      await settleStates(tx, { tenantId, id });
    return { ...restored, tags: pagesOf(rows, restored.changes) };
  },
};

const readChannels = async (tx: PlanTx): Promise<Row[]> =>
  (
    await tx.query<{ row: Row }>('SELECT to_jsonb(c) AS row FROM channel c WHERE tenant_id = $1', [tx.scope.tenantId])
  ).map(({ row }) => row);

function textsOf(plan: Reorganisation, tree: OrganTree, row: ChannelRow, rewriting: TextRewriting): Row {
  const set = rewriting.fields(row, TEXTS, { fromId: tree.organOf(row), toId: tree.successorOf(plan, row) });
  return row.blueprint_key ? rewriting.marked(set, row, INHERITED) : set;
}

/** Published texts that name an organ by what it is called until then. They are left alone; people should know. */
async function oldNamesInTexts(tx: PlanTx, plan: Reorganisation): Promise<Finding[]> {
  const names = [...plan.organs.values()]
    .filter((organ) => plan.ends(organ.id) || (plan.after(organ.id)?.name ?? organ.name) !== organ.name)
    .map((organ) => organ.name);
  if (names.length === 0) return [];
  const [found] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM release WHERE tenant_id = $1 AND state = 'public'
       AND (fields ->> 'organ' = ANY ($2::text[]) OR fields ->> 'source' = ANY ($2::text[])
         OR EXISTS (SELECT FROM unnest($2::text[]) AS name WHERE strpos(title, name) > 0))`,
    [tx.scope.tenantId, names],
  );
  const count = found?.count ?? 0;
  return count === 0
    ? []
    : [{ row: null, sentence: `已发布的稿件里有 ${count} 篇署原来的名称，按当时的名称保留，不改。` }];
}

/** The navigation of the sites concerned, and the lists in which a changed channel or what is in it shows. */
function pagesOf(rows: readonly ChannelRow[], changes: readonly RowChange[]): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return changes.flatMap(({ key }) => {
    const tags: string[] = [];
    let row = byId.get(String(key.id));
    if (row) tags.push(contentTags.navigation(row.site_id));
    for (; row; row = row.parent_id ? byId.get(row.parent_id) : undefined) tags.push(contentTags.channel(row.id));
    return tags;
  });
}
