import { siteTags } from '../tags.js';
import { ACTIONS, type MadeOrgan, type PlanLine } from './plan-line.js';
import { addRows, changeRows, lockRows, type RecordedTable, type Row, type RowChange } from './recorded-rows.js';
import type { Reorganisation } from './reorganisation.js';
import type { Finding, PlanTx, ReorganisationPart } from './reorganisation-part.js';
import { plainly, restoreRows } from './restored-rows.js';
import { nameKey } from './settle-lines.js';
import { TextRewriting, writtenByPlans } from './text-fields.js';

const ORGANS: RecordedTable = {
  name: 'organ',
  key: ['id'],
  columns: {
    name: '名称',
    short_name: '简称',
    telephone: '电话',
    address: '地址',
    introduction: '简介',
    ended_on: '撤并日期',
    successor_id: '接续机关',
    overridden: '',
  },
  together: [['ended_on', 'successor_id']],
  marks: 'overridden',
  nameOf: (row) => String(row.name),
};

const TEXTS = [
  { column: 'introduction', most: 2000 },
  { column: 'address', most: 200 },
];

/** The organs themselves: those that arise, what they are called from then on, those that end. */
export const organsPart: ReorganisationPart = {
  name: 'organs',
  title: '机关',
  tables: [ORGANS],
  say: (column, value, plan) =>
    column === 'successor_id' ? plan.nameOf(value as string | null) : plainly(column, value),

  async foresee(_tx, plan) {
    const conflicts = plan.lines.flatMap((line) => vanished(plan, line));
    return {
      conflicts: [...conflicts, ...sameNames(plan)],
      warnings: plan.lines.flatMap((line) => mixedKinds(plan, line)),
    };
  },

  async apply(tx, plan) {
    const { tenantId } = tx.scope;
    const rows = await lockRows(tx, ORGANS, tenantId, 't.ended_on IS NULL', [], 'UPDATE');
    const byId = new Map(rows.map((row) => [String(row.id), row]));
    const rewriting = new TextRewriting(plan, ORGANS, await writtenByPlans(tx, ORGANS));
    const made = [...plan.made.values()].map((organ) => newRow(plan, organ, byId.get(organ.likeId)!));
    const added = await addRows(tx, ORGANS, tenantId, made);
    const edits = rows.map((row) => ({ row, set: changesOf(plan, row, rewriting) }));
    const changed = await changeRows(tx, ORGANS, tenantId, edits);
    const changes = [...added, ...changed];
    return { changes, kept: rewriting.kept, tags: await pagesOf(tx, changes) };
  },

  /** An organ that lives again needs its name. */
  async obstacles(tx, plan, changes) {
    const back = changes.filter(({ before }) => before && ('name' in before || 'ended_on' in before));
    const made = [...plan.made.keys()];
    const rows = await tx.query<{ id: string; name: string; endedOn: string | null }>(
      `SELECT id, name, ended_on AS "endedOn" FROM organ WHERE tenant_id = $1 AND id <> ALL ($2::uuid[])`,
      [tx.scope.tenantId, made],
    );
    const ids = new Set(back.map(({ key }) => key.id));
    return back.flatMap(({ key, before }) => {
      const name = before?.name ?? rows.find((row) => row.id === key.id)?.name;
      const other = rows.find(
        (row) => row.id !== key.id && !ids.has(row.id) && !row.endedOn && nameKey(row.name) === nameKey(String(name)),
      );
      return other ? [`现在已有另一个叫“${name}”的机关。`] : [];
    });
  },

  async takeBack(tx, plan, changes) {
    const tags = await pagesOf(tx, changes);
    const say = (column: string, value: unknown) => organsPart.say!(column, value, plan);
    return { ...(await restoreRows(tx, ORGANS, tx.scope.tenantId, changes, say)), tags };
  },
};

function vanished(plan: Reorganisation, line: PlanLine): Finding[] {
  const from = plan.organs.get(line.fromId);
  const to = plan.organs.get(line.toId);
  const gone = !from || from.endedOn ? [line.fromName] : [];
  if (line.toId !== line.fromId && !plan.made.has(line.toId) && (!to || to.endedOn)) gone.push(line.toName);
  return gone.map((name) => ({ row: line.row, sentence: `“${name}”已经不在或已撤并，请修改方案。` }));
}

/** Organs that would be called alike from that day on: one may have arisen since the plan was drafted. */
function sameNames(plan: Reorganisation): Finding[] {
  const staying = [...plan.organs.values()].filter((organ) => !organ.endedOn && !plan.ends(organ.id));
  const names = new Map<string, string>();
  const taken: Finding[] = [];
  for (const id of [...staying.map((organ) => organ.id), ...plan.made.keys()]) {
    const name = plan.after(id)!.name;
    const [line] = plan.linesTo(id);
    if (names.has(nameKey(name)) && (line || plan.linesTo(names.get(nameKey(name))!).length > 0))
      taken.push({ row: line?.row ?? null, sentence: `已经有叫“${name}”的机关，不能重名。` });
    names.set(nameKey(name), id);
  }
  return taken;
}

function mixedKinds(plan: Reorganisation, line: PlanLine): Finding[] {
  const kind = plan.organs.get(line.fromId)?.kind;
  const like = plan.made.get(line.toId)?.likeId ?? line.toId;
  const other = plan.organs.get(like)?.kind;
  if (line.action === 'rename' || !kind || !other || kind === other) return [];
  const sentence = `“${line.fromName}”和“${line.toName}”不是同一类机关（部门、乡镇、承办单位），请核对。`;
  return [{ row: line.row, sentence }];
}

function newRow(plan: Reorganisation, organ: MadeOrgan, like: Row): Row {
  const { name, shortName, telephone, address } = plan.after(organ.id)!;
  const { text } = plan.texts.rewrite(String(like.introduction), { fromId: organ.likeId, toId: organ.id });
  return {
    id: organ.id,
    kind: like.kind,
    key: `plan/${plan.plan.id}/${organ.id}`,
    name,
    short_name: shortName,
    region_code: like.region_code,
    telephone,
    hours: like.hours,
    address,
    introduction: text,
    facts: like.facts,
  };
}

/** What ends keeps the words of its day. */
function changesOf(plan: Reorganisation, row: Row, rewriting: TextRewriting): Row {
  const id = String(row.id);
  if (plan.ends(id)) return { ended_on: plan.plan.day, successor_id: plan.successorOf(id) };
  const texts = rewriting.fields(row, TEXTS, { fromId: id, toId: id });
  const { name, shortName, telephone, address } = plan.after(id)!;
  const said = plan.linesTo(id).some((line) => line.facts.address);
  return { ...texts, name, short_name: shortName, telephone, ...(said ? { address } : {}) };
}

/** Footers name the sponsor with its telephone and address. */
async function pagesOf(tx: PlanTx, changes: readonly RowChange[]): Promise<string[]> {
  const sites = await tx.query<{ id: string }>(
    `SELECT id FROM site WHERE tenant_id = $1 AND (sponsor_id = ANY ($2::uuid[]) OR undertaker_id = ANY ($2::uuid[]))`,
    [tx.scope.tenantId, changes.map(({ key }) => key.id)],
  );
  return changes.length > 0 ? [siteTags.directory, ...sites.map(({ id }) => siteTags.site(id))] : [];
}

/** `合并：甲局 → 乙局`, for the audit and lists. */
export const lineText = (line: PlanLine): string => `${ACTIONS[line.action]}：${line.fromName} → ${line.toName}`;
