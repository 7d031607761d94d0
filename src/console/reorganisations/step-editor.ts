import { ACTIONS, FATES, type PlanAction, type SubSiteFate } from '../../tenancy/reorganisation/plan-line.js';
import type { FormBody } from '../shell/form.js';
import { emptyWay, type Step, type Way } from './plan-step.js';
import type { PlanningFacts } from './planning-facts.js';

/** The step that is being written: first which organs, then what becomes of them. */
export interface StepEditor {
  step: Step;
  stage: 'organs' | 'details';
  /** Which step of the plan it replaces; null: a new one. */
  at: number | null;
}

/** Of a split at first. */
const WAYS = 2;
const MOST_WAYS = 20;
/** `<way>:<fate>`, of a split. */
const SUB_SITE = /^(\d{1,2}):(\w+)$/;

export const isAction = (text: string): text is PlanAction => Object.hasOwn(ACTIONS, text);
const isFate = (text: string): text is SubSiteFate => Object.hasOwn(FATES, text);

export const startStep = (action: PlanAction): StepEditor => ({
  step: { action, from: [], ways: Array.from({ length: action === 'split' ? WAYS : 1 }, emptyWay) },
  stage: 'organs',
  at: null,
});

export const addWay = (editor: StepEditor): StepEditor => ({
  ...editor,
  step: { ...editor.step, ways: [...editor.step.ways, emptyWay()].slice(0, MOST_WAYS) },
});

export const textOf = (body: FormBody, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value.trim().slice(0, 200) : '';
};
const severalOf = (body: FormBody, name: string): string[] =>
  [body[name] ?? []].flat().filter((value): value is string => typeof value === 'string' && value !== '');

/** What the fields of the editor say; null when none is open. */
export function readEditor(body: FormBody): StepEditor | null {
  const action = textOf(body, 'action');
  if (!isAction(action)) return null;
  const from = [...new Set(severalOf(body, 'from'))];
  const at = textOf(body, 'editing');
  const count = Math.min(Math.max(Number(textOf(body, 'ways')) || 1, 1), MOST_WAYS);
  const ways = Array.from({ length: count }, (_, i) => readWay(body, i, action, from));
  return {
    step: { action, from, ways },
    stage: textOf(body, 'stage') === 'details' ? 'details' : 'organs',
    at: /^\d{1,3}$/.test(at) ? Number(at) : null,
  };
}

function readWay(body: FormBody, i: number, action: PlanAction, from: readonly string[]): Way {
  const field = (name: string) => textOf(body, `way${i}-${name}`);
  const split = action === 'split';
  return {
    to: field('to'),
    name: field('name'),
    shortName: field('shortName'),
    telephone: field('telephone'),
    address: field('address'),
    people: split ? sentTo(body, 'person', i) : [],
    rest: split && textOf(body, 'rest') === String(i),
    channels: split ? sentTo(body, 'channel', i) : severalOf(body, 'move'),
    under: field('under'),
    fates: split ? splitFate(body, i, from) : fatesOf(body, from),
  };
}

/** Ids of those for whom this way was chosen: `person-<id>` holds the number of the way. */
const sentTo = (body: FormBody, what: string, i: number): string[] =>
  Object.keys(body)
    .filter((name) => name.startsWith(`${what}-`) && body[name] === String(i))
    .map((name) => name.slice(what.length + 1));

function splitFate(body: FormBody, i: number, [from = '']: readonly string[]): Way['fates'] {
  const [, at, fate = ''] = SUB_SITE.exec(textOf(body, 'subSite')) ?? [];
  return at === String(i) && isFate(fate) ? { [from]: fate } : {};
}

const fatesOf = (body: FormBody, from: readonly string[]): Way['fates'] =>
  Object.fromEntries(
    from.flatMap((organId) => {
      const fate = textOf(body, `fate-${organId}`);
      return isFate(fate) ? [[organId, fate]] : [];
    }),
  );

/** Of a renaming: what was left as it stands says nothing. */
export function withoutUnchanged(step: Step, facts: PlanningFacts): Step {
  const now = facts.organ(step.from[0] ?? '');
  if (step.action !== 'rename' || !now) return step;
  const changed = (way: Way, field: 'shortName' | 'telephone' | 'address') =>
    way[field] === now[field] ? '' : way[field];
  return {
    ...step,
    ways: step.ways.map((way) => ({
      ...way,
      shortName: changed(way, 'shortName'),
      telephone: changed(way, 'telephone'),
      address: changed(way, 'address'),
    })),
  };
}

/** What is missing before one can go on, by field. What it means together with the other steps the plan says itself. */
export function faultsOfOrgans({ action, from }: Step, facts: PlanningFacts): Record<string, string> {
  const known = from.filter((id) => facts.movable.some((organ) => organ.id === id));
  if (known.length === 0) return { from: action === 'merge' ? '请选择要合并的机关' : '请选择机关' };
  return known.length !== from.length || (action !== 'merge' && from.length > 1) ? { from: '请重新选择机关' } : {};
}

export function faultsOfDetails({ action, from, ways }: Step): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [i, { to, name }] of ways.entries()) {
    if (to && name && action !== 'rename') errors[`way${i}-name`] = '已选现有机关，名称请留空；要更名请另加一步';
    else if (!to && !name)
      errors[action === 'close' ? `way${i}-to` : `way${i}-name`] =
        action === 'close' ? '请选择接续的机关' : '请填写名称，或选一个现有机关';
  }
  const [way] = ways;
  if (action === 'merge' && way && new Set([...from, way.to || 'new']).size < (way.to ? 2 : 3))
    errors['way0-to'] = '合并至少要有两个机关';
  return errors;
}
