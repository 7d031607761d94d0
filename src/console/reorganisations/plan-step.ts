import { z } from 'zod';
import {
  ACTIONS,
  FATES,
  type LineInput,
  type MadeOrgan,
  type PlanAction,
  type PlanLine,
  type SubSiteFate,
} from '../../tenancy/reorganisation/plan-line.js';
import type { PlanningFacts } from './planning-facts.js';

const MOST_WAYS = 20;
const id = z.string().max(40);
const word = z.string().max(200);
const ids = z.array(id).max(2000);

const way = z.object({
  /** An organ that exists; '' : the one named below. */
  to: id,
  name: word,
  shortName: word,
  telephone: word,
  address: word,
  /** Of a split: who goes this way, and whether all others do. */
  people: ids,
  rest: z.boolean(),
  /** Of a split: what goes this way; else: channels that move below `under`. */
  channels: ids,
  under: id,
  /** What becomes of sub-sites, by the organ that has them. */
  fates: z.record(id, z.enum(Object.keys(FATES) as [SubSiteFate, ...SubSiteFate[]])),
});

/**
 * A step as people plan it: several organs merge into one, one is split several ways, one is renamed or closed. To the
 * plan it is a line for each organ and way.
 */
export const stepSchema = z.object({
  action: z.enum(Object.keys(ACTIONS) as [PlanAction, ...PlanAction[]]),
  from: z.array(id).max(200),
  ways: z.array(way).max(MOST_WAYS),
});

export type Way = z.output<typeof way>;
export type Step = z.output<typeof stepSchema>;

export const emptyWay = (): Way => ({
  to: '',
  name: '',
  shortName: '',
  telephone: '',
  address: '',
  people: [],
  rest: false,
  channels: [],
  under: '',
  fates: {},
});

export const targetOf = ({ to, name }: Way, facts: PlanningFacts): string => (to ? facts.nameOf(to) : name);

/** The lines of a step, in the words of the table. */
export function linesOf(step: Step, facts: PlanningFacts): Omit<LineInput, 'row'>[] {
  return step.ways.flatMap((way) =>
    // Into itself nothing merges: it is what the others come to.
    step.from.flatMap((from) => (step.action === 'merge' && from === way.to ? [] : lineOf(step, from, way, facts))),
  );
}

function lineOf({ action }: Step, from: string, way: Way, facts: PlanningFacts): Omit<LineInput, 'row'> {
  const channels = way.channels.filter((channelId) => action === 'split' || facts.organOfChannel(channelId) === from);
  const people = way.people.map(facts.loginOf);
  const fate = way.fates[from];
  return {
    action: ACTIONS[action],
    from: facts.nameOf(from),
    to: targetOf(way, facts),
    shortName: way.shortName,
    telephone: way.telephone,
    address: way.address,
    people: [...people, ...(way.rest ? ['其余'] : [])].join('、'),
    channels: channels.map((channelId) => facts.addressOf(channelId)).join('、'),
    under: channels.length > 0 && way.under ? facts.addressOf(way.under) : '',
    subSite: fate ? FATES[fate] : '',
  };
}

/** The steps of a plan that is written down, to be changed. */
export function stepsOf(lines: readonly PlanLine[], made: readonly MadeOrgan[]): Step[] {
  const groups = Map.groupBy(lines, (line) => {
    if (line.action === 'merge') return `into ${line.toId} ${severalPlaces(lines, line.toId) ? underOf(line) : ''}`;
    return line.action === 'split' ? `of ${line.fromId}` : `line ${line.row}`;
  });
  return [...groups.values()].map((own): Step => {
    const { action } = own[0]!;
    const from = [...new Set(own.map((line) => line.fromId))];
    const ways = action === 'split' ? own.map((line) => wayOf([line], made)) : [wayOf(own, made)];
    return { action, from, ways };
  });
}

const underOf = (line: PlanLine): string => line.channels.find((channel) => channel.underId)?.underId ?? '';

/** Whether the channels of what merges move to several places, as a table may say: a step says one. */
const severalPlaces = (lines: readonly PlanLine[], toId: string): boolean =>
  new Set(lines.filter((line) => line.toId === toId).flatMap((line) => underOf(line) || [])).size > 1;

function wayOf(lines: readonly PlanLine[], made: readonly MadeOrgan[]): Way {
  const [first] = lines;
  const { action, toId, toName } = first!;
  const arises = made.find((organ) => organ.id === toId);
  const said = arises ?? Object.assign({}, ...lines.map((line) => line.facts));
  const channels = lines.flatMap((line) => line.channels);
  return {
    to: arises || action === 'rename' ? '' : toId,
    name: arises || action === 'rename' ? toName : '',
    shortName: said.shortName ?? '',
    telephone: said.telephone ?? '',
    address: said.address ?? '',
    people: lines.flatMap((line) => line.accountIds),
    rest: lines.some((line) => line.rest),
    channels: channels.map((channel) => channel.id),
    under: lines.map(underOf).find(Boolean) ?? '',
    fates: Object.fromEntries(lines.flatMap((line) => (line.fate ? [[line.fromId, line.fate]] : []))),
  };
}

/** `合并：甲局、乙局 → 丙局（新设）` */
export function stepTitle(step: Step, facts: PlanningFacts): string {
  const from = step.from.map((organId) => facts.nameOf(organId) || '（已不在的机关）').join('、');
  const to = step.ways.map((way) => {
    const name = targetOf(way, facts);
    if (step.action === 'split' && way.to === step.from[0]) return `${name}（保留）`;
    return way.to || step.action === 'rename' ? name : `${name}（新设）`;
  });
  return `${from} → ${[...new Set(to)].join('、')}`;
}

/** What else a step says, a line each. */
export function stepNotes(step: Step, facts: PlanningFacts): string[] {
  return step.ways.flatMap((way) => {
    const whose = step.ways.length > 1 ? `${targetOf(way, facts)}：` : '';
    const contacts = [way.shortName, way.telephone, way.address].filter(Boolean).join('，');
    const moves = way.channels.length > 0;
    const goes = [
      way.people.length > 0 ? `${way.people.length} 人` : '',
      moves ? `${way.channels.length} 个栏目` : '',
      way.rest ? '其余' : '',
    ].filter(Boolean);
    return [
      contacts ? `${whose}${contacts}` : '',
      step.action === 'split' && goes.length > 0 ? `${whose}${goes.join('、')}` : '',
      moves && way.under ? `${way.channels.length} 个栏目移到 /${facts.addressOf(way.under)}/ 之下` : '',
      ...Object.entries(way.fates)
        .filter(([, fate]) => fate !== 'stays' || step.action === 'split')
        .map(([organId, fate]) => `${facts.nameOf(organId)}的子站${FATES[fate]}`),
    ].filter(Boolean);
  });
}
