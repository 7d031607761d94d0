import { newId } from '../../kernel/id.js';
import { LineWords } from './line-words.js';
import type { KnownOrgan, PlanFacts } from './plan-facts.js';
import {
  ACTIONS,
  type LineFault,
  type LineInput,
  type MadeOrgan,
  type OrganFacts,
  type PlanLine,
} from './plan-line.js';

export interface SettledLines {
  lines: PlanLine[];
  made: MadeOrgan[];
  /** In the order of their lines. Lines with a fault are not to be used. */
  faults: LineFault[];
}

/** Names as they are compared: without spaces, with one kind of brackets. */
export const nameKey = (name: string): string => name.replace(/\s/g, '').replace(/（/g, '(').replace(/）/g, ')');

/**
 * What lines mean: names become ids, new organs get theirs, and everything that cannot be is said, of all lines at once.
 * Nothing is written.
 */
export function settleLines(inputs: readonly LineInput[], facts: PlanFacts): SettledLines {
  return new Settling(inputs, facts).run();
}

class Settling {
  private readonly faults: LineFault[] = [];
  private readonly living: Map<string, KnownOrgan>;
  private readonly made = new Map<string, MadeOrgan>();
  private readonly words: LineWords;
  /** What lines say of an organ they lead to, and which line said it first. */
  private readonly said = new Map<string, { row: number; value: string }>();

  constructor(
    private readonly inputs: readonly LineInput[],
    private readonly facts: PlanFacts,
  ) {
    this.living = new Map(facts.organs.filter((organ) => !organ.endedOn).map((organ) => [nameKey(organ.name), organ]));
    this.words = new LineWords(facts, (row, sentence) => this.fault(row, sentence));
  }

  run(): SettledLines {
    // Renamings first: other lines may lead to an organ by the name that it gets.
    const renamed = new Map<string, KnownOrgan>();
    for (const input of this.inputs)
      if (input.action === ACTIONS.rename) {
        const organ = this.living.get(nameKey(input.from));
        if (organ && input.to) renamed.set(nameKey(input.to), organ);
      }
    const lines = this.inputs.flatMap((input) => this.settle(input, renamed));
    this.judgeTogether(lines);
    this.judgeNames(lines);
    this.faults.sort((a, b) => a.row - b.row);
    return { lines, made: [...this.made.values()], faults: this.faults };
  }

  private fault(row: number, sentence: string): void {
    this.faults.push({ row, sentence });
  }

  private settle(input: LineInput, renamed: Map<string, KnownOrgan>): PlanLine[] {
    const { row } = input;
    const action = this.words.action(input);
    const from = this.from(input);
    this.words.judgeForm(input);
    if (!input.to) this.fault(row, '没有填“新机关”。');
    if (!action || !from || !input.to) return [];

    const to = this.target(input, from, action === 'rename' ? from : renamed.get(nameKey(input.to)), action);
    const line: PlanLine = {
      action,
      fromId: from.id,
      fromName: from.name,
      toId: to.id,
      toName: input.to,
      facts: {},
      row,
      ...this.words.claims(input, action, from),
    };
    this.saySame(input, to, line, action);
    return [line];
  }

  private from({ row, from }: LineInput): KnownOrgan | null {
    if (!from) {
      this.fault(row, '没有填“原机关”。');
      return null;
    }
    const organ = this.living.get(nameKey(from));
    if (!organ) {
      const ended = this.facts.organs.some((o) => o.endedOn && nameKey(o.name) === nameKey(from));
      this.fault(row, ended ? `“${from}”已经撤并，不能再调整。` : `没有叫“${from}”的机关${this.meant(from)}`);
      return null;
    }
    if (organ.kind === 'government') {
      this.fault(row, `“${from}”是政府本身，不能由机构改革方案调整。`);
      return null;
    }
    return organ;
  }

  /** The end of the sentence: `，是不是“农安县教育局”？` or a full stop. */
  private meant(written: string): string {
    const near = [...this.living.values()].filter(
      (o) => o.shortName === written || o.name.includes(written) || written.includes(o.name),
    );
    const names = near.slice(0, 3).map((organ) => `“${organ.name}”`);
    return names.length > 0 ? `，是不是${names.join('或')}？` : '。';
  }

  private target(
    input: LineInput,
    from: KnownOrgan,
    known: KnownOrgan | undefined,
    action: PlanLine['action'],
  ): { id: string; existing: KnownOrgan | null } {
    const existing = known ?? this.living.get(nameKey(input.to));
    if (existing) return { id: existing.id, existing };
    const key = nameKey(input.to);
    const before = this.made.get(key);
    if (before) return { id: before.id, existing: null };
    if (action === 'close')
      this.fault(input.row, `撤销要写明由谁接续，但没有叫“${input.to}”的机关${this.meant(input.to)}`);
    const likeId = from.id;
    const organ = { id: newId(), name: input.to, shortName: '', telephone: '', address: '', likeId };
    this.made.set(key, organ);
    return { id: organ.id, existing: null };
  }

  /** Short name, telephone and address of the organ that a line leads to; several lines may say the same, not different things. */
  private saySame(
    input: LineInput,
    to: { id: string; existing: KnownOrgan | null },
    line: PlanLine,
    action: PlanLine['action'],
  ): void {
    const said: Partial<OrganFacts> = {
      shortName: input.shortName,
      telephone: input.telephone,
      address: input.address,
    };
    if (action === 'rename') said.name = input.to;
    for (const [field, value] of Object.entries(said) as [keyof OrganFacts, string][]) {
      if (!value) continue;
      const first = this.said.get(`${to.id} ${field}`);
      if (first && first.value !== value) {
        this.fault(input.row, `“${input.to}”的资料与第 ${first.row} 行写的不同（“${first.value}”和“${value}”）。`);
        continue;
      }
      this.said.set(`${to.id} ${field}`, { row: input.row, value });
      if (!to.existing) this.made.get(nameKey(input.to))![field] = value;
      else if (to.existing[field] !== value) line.facts[field] = value;
    }
    if (action === 'rename' && Object.keys(line.facts).length === 0)
      this.fault(input.row, '名称、简称、电话和地址都与现在相同，没有要改的。');
  }

  /** What one line cannot know: how the lines of one organ go together. */
  private judgeTogether(lines: readonly PlanLine[]): void {
    const byFrom = Map.groupBy(lines, (line) => line.fromId);
    const continues = (own: readonly PlanLine[]) =>
      own.some((line) => line.action === 'rename' || line.toId === line.fromId);
    for (const [fromId, own] of byFrom) {
      const [first] = own;
      for (const line of own.slice(1))
        if (line.action !== 'split' || first!.action !== 'split')
          this.fault(line.row, `“${line.fromName}”在第 ${first!.row} 行已有安排；只有拆分可以写成几行。`);
      if (first!.action === 'split') this.words.judgeSplit(own);
      else if (first!.toId === fromId && first!.action !== 'rename') {
        const joined = first!.action === 'merge' && lines.some((l) => l.toId === fromId && l.fromId !== fromId);
        if (!joined) this.fault(first!.row, '原机关和新机关相同。');
      }
    }
    for (const line of lines) {
      const onward = line.toId === line.fromId ? undefined : byFrom.get(line.toId);
      if (onward && !continues(onward))
        this.fault(
          line.row,
          `“${line.toName}”在第 ${onward[0]!.row} 行也要${ACTIONS[onward[0]!.action]}，请直接写最后去的机关。`,
        );
    }
  }

  /** No two organs of the same name from that day on. */
  private judgeNames(lines: readonly PlanLine[]): void {
    const byFrom = Map.groupBy(lines, (line) => line.fromId);
    const names = new Map<string, string>();
    for (const organ of this.facts.organs) {
      const own = byFrom.get(organ.id);
      const stays = !own || own.some((line) => line.action === 'rename' || line.toId === organ.id);
      if (organ.endedOn || !stays) continue;
      const renaming = own?.find((line) => line.action === 'rename');
      if (!renaming) names.set(nameKey(organ.name), organ.id);
    }
    for (const line of lines) {
      if (line.action !== 'rename') continue;
      const key = nameKey(line.facts.name ?? line.fromName);
      const other = names.get(key);
      if (other && other !== line.fromId) this.fault(line.row, `已经有叫“${line.toName}”的机关，不能重名。`);
      names.set(key, line.fromId);
    }
  }
}
