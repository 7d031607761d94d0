import {
  ACTIONS,
  FATES,
  type PlanAction,
  type PlanLine,
  type PlanState,
} from '../../tenancy/reorganisation/plan-line.js';
import type { PlanSummary } from '../../tenancy/reorganisation/stored-plan.js';

/** States as lists and filters name them; what they mean at length stands in `STATES` of the plan. */
export const SHOWN_STATES: Record<PlanState, string> = {
  draft: '待试算',
  tried: '已试算',
  scheduled: '已排期',
  applied: '已执行',
  'taken-back': '已收回',
  cancelled: '已取消',
};

const TONES: Record<PlanState, string> = {
  draft: 'off',
  tried: 'run',
  scheduled: 'warn',
  applied: 'ok',
  'taken-back': 'off',
  cancelled: 'off',
};

export const isPlanState = (text: string): text is PlanState => Object.hasOwn(SHOWN_STATES, text);

/** A state as colour, shape and word. */
export function planLight({ state, failure }: Pick<PlanSummary, 'state' | 'failure'>) {
  if (state === 'scheduled' && failure) return { text: '到期未能执行', tone: 'bad' };
  return { text: SHOWN_STATES[state], tone: TONES[state] };
}

/** `合并 2、拆分 1`: organs merged, organs split …, in the order of the words. */
export const countText = (counts: Partial<Record<PlanAction, number>>): string =>
  (Object.keys(ACTIONS) as PlanAction[])
    .filter((action) => counts[action])
    .map((action) => `${ACTIONS[action]} ${counts[action]}`)
    .join('、');

/** Names of the people and channels that lines speak of, by id. */
export type NamesById = ReadonlyMap<string, string>;

/** The lines of a plan as its page shows them. */
export function lineRows(lines: readonly PlanLine[], names: NamesById) {
  return lines.map((line) => ({
    row: line.row,
    action: ACTIONS[line.action],
    from: line.fromName,
    to: line.toId === line.fromId && line.action !== 'rename' ? `${line.toName}（保留）` : line.toName,
    notes: notesOf(line, names),
  }));
}

const named = (ids: readonly string[], names: NamesById): string =>
  ids.map((id) => names.get(id) ?? '（已删除）').join('、');

function notesOf(line: PlanLine, names: NamesById): string[] {
  const { accountIds, channels, rest, fate, facts } = line;
  const [under] = channels.flatMap(({ underId }) => underId ?? []);
  const moved = named(
    channels.map(({ id }) => id),
    names,
  );
  return [
    accountIds.length > 0 ? `人员：${named(accountIds, names)}` : '',
    channels.length > 0 ? `栏目：${moved}${under ? `，移到“${names.get(under) ?? '（已删除）'}”之下` : ''}` : '',
    rest ? '其余的人员和栏目' : '',
    fate ? `子站：${FATES[fate]}` : '',
    facts.shortName ? `简称：${facts.shortName}` : '',
    facts.telephone ? `电话：${facts.telephone}` : '',
    facts.address ? `地址：${facts.address}` : '',
  ].filter(Boolean);
}
