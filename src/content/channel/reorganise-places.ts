import {
  differencesOf,
  type Kept,
  keyOf,
  lockRows,
  type RecordedTable,
  type Row,
  type RowChange,
  writeRows,
} from '../../tenancy/reorganisation/recorded-rows.js';
import type { Reorganisation } from '../../tenancy/reorganisation/reorganisation.js';
import type { Finding, PlanTx, ReorganisationPart } from '../../tenancy/reorganisation/reorganisation-part.js';
import { restoreRows } from '../../tenancy/reorganisation/restored-rows.js';
import { contentTags } from '../tags.js';
import { redirectMovedLists } from './channel-redirects.js';
import { channelName, nameChannels } from './organ-tree.js';
import { DEEPEST_CHANNEL, settleStates } from './site-channels.js';

/** Where a channel stands. */
const PLACES: RecordedTable = {
  name: 'channel',
  key: ['id'],
  columns: { parent_id: '', path: '地址', depth: '', position: '', state_above: '', overridden: '' },
  marks: 'overridden',
  nameOf: channelName,
};

const REDIRECTS: RecordedTable = {
  name: 'redirect',
  key: ['site_id', 'from_path'],
  columns: { to_path: '转到', created_at: '' },
  together: [['to_path', 'created_at']],
  quiet: true,
  nameOf: (row) => `/${row.from_path} 的跳转`,
};

interface PlaceRow extends Row {
  id: string;
  site_id: string;
  parent_id: string | null;
  slug: string;
  path: string;
  /** On the host, for people. */
  address?: string;
  depth: number;
  position: number;
  blueprint_key: string | null;
  overridden: string[];
}

interface Move {
  row: number;
  id: string;
  underId: string;
}

/** Channels that move below another one, with all below them: the addresses of lists follow and the old ones lead on. */
export const placesPart: ReorganisationPart = {
  name: 'channel-places',
  title: '栏目的位置',
  tables: [PLACES, REDIRECTS],

  async foresee(tx, plan) {
    const moves = movesOf(plan);
    if (moves.length === 0) return { conflicts: [], warnings: [] };
    return { conflicts: faultsOf(nameChannels(plan, await readPlaces(tx)), moves), warnings: [] };
  },

  async apply(tx, plan) {
    const moves = movesOf(plan);
    if (moves.length === 0) return { changes: [], kept: [], tags: [] };
    const rows = nameChannels(
      plan,
      await lockPlaces(
        tx,
        moves.map((move) => move.id),
      ),
    );
    const changes = await rearrange(tx, rows, rearranged(rows, moves));
    return { changes, kept: [], tags: pagesOf(rows, changes) };
  },

  async obstacles(tx, _plan, changes) {
    const roots = rootsOf(changes);
    if (roots.length === 0) return [];
    const rows = await readPlaces(tx);
    const { back } = sorted(rows, roots);
    return whyNotBack(rows, back);
  },

  async takeBack(tx, _plan, changes) {
    const roots = rootsOf(changes);
    const rows = await lockPlaces(
      tx,
      roots.map(({ key }) => String(key.id)),
    );
    const { back, kept } = sorted(rows, roots);
    const moved = await rearrange(tx, rows, putBack(rows, back), false);
    const redirects = changes.filter(({ table }) => table === REDIRECTS.name);
    const restored = await restoreRows(tx, REDIRECTS, tx.scope.tenantId, redirects);
    return {
      changes: [...moved, ...restored.changes],
      kept: [...kept, ...restored.kept],
      tags: pagesOf(rows, moved),
    };
  },
};

const movesOf = (plan: Reorganisation): Move[] =>
  plan.lines.flatMap((line) =>
    line.channels.flatMap(({ id, underId }) => (underId ? [{ row: line.row, id, underId }] : [])),
  );

const readPlaces = async (tx: PlanTx): Promise<PlaceRow[]> =>
  (
    await tx.query<{ row: PlaceRow }>(
      'SELECT to_jsonb(c) AS row FROM channel c WHERE tenant_id = $1 ORDER BY depth, position, path',
      [tx.scope.tenantId],
    )
  ).map(({ row }) => row);

/** All channels of the sites in which some move. */
const lockPlaces = async (tx: PlanTx, ids: readonly string[]): Promise<PlaceRow[]> =>
  (await lockRows(
    tx,
    PLACES,
    tx.scope.tenantId,
    't.site_id IN (SELECT site_id FROM channel WHERE tenant_id = $1 AND id = ANY ($2::uuid[]))',
    [ids],
  )) as PlaceRow[];

/** The tree after the moves: parents and seats, then paths and depths from the top down. */
function rearranged(rows: readonly PlaceRow[], moves: readonly Move[]): Map<string, PlaceRow> {
  const after = new Map(rows.map((row) => [row.id, { ...row }]));
  for (const { id, underId } of moves) {
    const row = after.get(id);
    if (!row || row.parent_id === underId) continue;
    const seats = [...after.values()].filter((one) => one.parent_id === underId).map((one) => one.position);
    row.parent_id = underId;
    row.position = Math.max(-1, ...seats) + 1;
    if (row.blueprint_key) row.overridden = [...new Set([...row.overridden, 'parent_id', 'position'])];
  }
  return settlePaths(after);
}

function settlePaths(after: Map<string, PlaceRow>): Map<string, PlaceRow> {
  const settled = new Set<string>();
  const settle = (row: PlaceRow, below: ReadonlySet<string>): void => {
    if (settled.has(row.id) || below.has(row.id)) return;
    const above = row.parent_id ? after.get(row.parent_id) : undefined;
    if (above) settle(above, new Set([...below, row.id]));
    row.path = above ? `${above.path}/${row.slug}` : row.slug;
    row.depth = (above?.depth ?? 0) + 1;
    settled.add(row.id);
  };
  for (const row of after.values()) settle(row, new Set());
  return after;
}

/** Everything that is wrong with the tree that would be. */
function faultsOf(rows: readonly PlaceRow[], moves: readonly Move[]): Finding[] {
  const faults: Finding[] = [];
  const before = new Map(rows.map((row) => [row.id, row]));
  const sound = moves.filter(({ row, id, underId }) => {
    const [moved, under] = [before.get(id), before.get(underId)];
    const sentence =
      !moved || !under
        ? '要移动的栏目或移到的栏目已被删除，请修改方案。'
        : moved.site_id !== under.site_id
          ? `栏目 ${moved.address} 只能移到同一个网站的栏目之下。`
          : null;
    if (sentence) faults.push({ row, sentence });
    return sentence === null;
  });
  const after = rearranged(rows, sound);
  for (const { row, id } of sound) {
    const moved = after.get(id)!;
    if (lineage(after, moved).length > rows.length) {
      faults.push({ row, sentence: `不能把栏目 ${moved.address} 移到它自己或它的下级之下。` });
      continue;
    }
    const twin = [...after.values()].find(
      (one) =>
        one.id !== id && one.site_id === moved.site_id && one.parent_id === moved.parent_id && one.slug === moved.slug,
    );
    if (twin)
      faults.push({
        row,
        sentence: `栏目 ${moved.address} 移过去后，地址与“${twin.name}”（${twin.address}）相同，请先改其中一个的地址。`,
      });
    const deepest = Math.max(
      ...[...after.values()].filter((one) => lineage(after, one).includes(moved)).map((one) => one.depth),
    );
    if (deepest > DEEPEST_CHANNEL)
      faults.push({
        row,
        sentence: `栏目最多 ${DEEPEST_CHANNEL} 级，${moved.address} 移过去后会到第 ${deepest} 级。`,
      });
  }
  return faults;
}

/** The channel and those above it; of a circle more than there are channels. */
function lineage(rows: ReadonlyMap<string, PlaceRow>, row: PlaceRow): PlaceRow[] {
  const up: PlaceRow[] = [];
  for (
    let at: PlaceRow | undefined = row;
    at && up.length <= rows.size;
    at = at.parent_id ? rows.get(at.parent_id) : undefined
  )
    up.push(at);
  return up;
}

/**
 * Brings the tree to what it is to be, redirects the lists that have another address (on the way there, not on the way
 * back), and settles states.
 * @returns each row that differs, of channels and of redirects
 */
async function rearrange(
  tx: PlanTx,
  rows: readonly PlaceRow[],
  after: ReadonlyMap<string, PlaceRow>,
  redirects = true,
): Promise<RowChange[]> {
  const { tenantId } = tx.scope;
  const changed = differencesOf(PLACES, rows, [...after.values()]).map(({ key, after: set }) => ({ ...key, ...set }));
  const readdressed = changed.filter((row) => 'path' in row);
  // Two may exchange their addresses, of which a site has each once.
  await tx.query(`UPDATE channel SET path = '~' || id WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`, [
    tenantId,
    readdressed.map((row) => row.id),
  ]);
  await writeRows(tx, PLACES, tenantId, changed);
  const bySite = Map.groupBy(
    rows.filter((row) => after.get(row.id)!.path !== row.path),
    (row) => row.site_id,
  );
  const changes: RowChange[] = [];
  for (const [siteId, moved] of bySite) {
    const paths = moved.map((row) => ({ from: row.path, to: after.get(row.id)!.path }));
    if (redirects) changes.push(...(await redirectRecorded(tx, siteId, paths)));
    await settleStates(tx, { tenantId, id: siteId });
  }
  const now = new Map((await readPlaces(tx)).map((row) => [row.id, row]));
  const named = rows.map((row) => ({ ...now.get(row.id)!, label: row.label }));
  return [...differencesOf(PLACES, rows, named), ...changes];
}

async function redirectRecorded(
  tx: PlanTx,
  siteId: string,
  moved: readonly { from: string; to: string }[],
): Promise<RowChange[]> {
  const { tenantId } = tx.scope;
  const paths = moved.flatMap(({ from, to }) => [`${from}/`, `${to}/`]);
  const read = () =>
    lockRows(
      tx,
      REDIRECTS,
      tenantId,
      't.site_id = $2 AND (t.from_path = ANY ($3::text[]) OR t.to_path = ANY ($3::text[]))',
      [siteId, paths],
    );
  const before = await read();
  // An address that another channel takes over leads nowhere else.
  const taken = new Set(moved.map(({ to }) => to));
  await redirectMovedLists(
    tx,
    { tenantId, id: siteId },
    moved.filter(({ from }) => !taken.has(from)),
  );
  return differencesOf(REDIRECTS, before, await read());
}

/** The channels that a plan moved, without those that only went along. */
const rootsOf = (changes: readonly RowChange[]): RowChange[] =>
  changes.filter(({ table, before }) => table === PLACES.name && before && 'parent_id' in before);

/** Which of them still stand where the plan put them, and which a person moved since. */
function sorted(rows: readonly PlaceRow[], roots: readonly RowChange[]): { back: RowChange[]; kept: Kept[] } {
  const now = new Map(rows.map((row) => [row.id, row]));
  const back: RowChange[] = [];
  const kept: Kept[] = [];
  for (const root of roots) {
    const row = now.get(keyOf(PLACES, root.key));
    const stands = row && row.parent_id === root.after!.parent_id && row.path === root.after!.path;
    if (stands) back.push(root);
    else
      kept.push({
        name: root.name,
        field: row ? '地址' : '',
        value: row?.path ?? '',
        why: row ? '执行后被人移动过，保持现在的位置' : '执行后已被删除',
      });
  }
  return { back, kept };
}

/** The tree with these channels where they stood before; what came below them since goes along. */
function putBack(rows: readonly PlaceRow[], back: readonly RowChange[]): Map<string, PlaceRow> {
  const after = new Map(rows.map((row) => [row.id, { ...row }]));
  for (const { key, before, after: put } of back) {
    const row = after.get(String(key.id))!;
    row.parent_id = before!.parent_id as string | null;
    if ('position' in before! && row.position === put!.position) row.position = Number(before.position);
    if ('overridden' in before!) {
      const added = (put!.overridden as string[]).filter((mark) => !(before.overridden as string[]).includes(mark));
      row.overridden = row.overridden.filter((mark) => !added.includes(mark));
    }
  }
  return settlePaths(after);
}

function whyNotBack(rows: readonly PlaceRow[], back: readonly RowChange[]): string[] {
  const now = new Map(rows.map((row) => [row.id, row]));
  const reasons = back.flatMap(({ before, name }) =>
    before!.parent_id && !now.has(String(before!.parent_id)) ? [`栏目${name}原来的上级已被删除。`] : [],
  );
  if (reasons.length > 0) return reasons;
  const after = putBack(rows, back);
  const roots = new Set(back.map(({ key }) => String(key.id)));
  const byAddress = Map.groupBy(after.values(), (row) => `${row.site_id} ${row.path}`);
  for (const alike of byAddress.values())
    if (alike.length > 1 && alike.some((row) => now.get(row.id)!.path !== row.path)) {
      const other = alike.find((row) => !roots.has(row.id)) ?? alike[0]!;
      reasons.push(`原来的地址 ${other.path} 现在是栏目“${other.name}”，请先给它换一个地址。`);
    }
  for (const row of after.values())
    if (row.depth > DEEPEST_CHANNEL && now.get(row.id)!.depth <= DEEPEST_CHANNEL)
      reasons.push(`栏目“${row.name}”（${now.get(row.id)!.path}）回到原处会超过 ${DEEPEST_CHANNEL} 级，请先上移。`);
  return reasons;
}

/** The navigation of the sites, and every list that shows a moved channel or what is in it: where it was and where it is. */
function pagesOf(rows: readonly PlaceRow[], changes: readonly RowChange[]): string[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return changes
    .filter(({ table }) => table === PLACES.name)
    .flatMap(({ key, before, after }) => {
      const row = byId.get(String(key.id))!;
      const parents = [before?.parent_id, after?.parent_id].map((id) => (id ? byId.get(String(id)) : undefined));
      const lists = [row, ...parents.filter((one) => one !== undefined)].flatMap((one) => lineage(byId, one));
      return [contentTags.navigation(row.site_id), ...lists.map((one) => contentTags.channel(one.id))];
    });
}
