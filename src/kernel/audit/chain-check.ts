import { auditDigest, type ChainedEntry, chainStart } from './audit-digest.js';
import type { ExportedHead } from './head-files.js';

/** The end of a chain as `audit_chain` has it. */
export interface ChainEnd {
  position: number;
  hash: Buffer;
}

/** A head that was carried out of the database, with the time of its export (ISO 8601). */
export type KnownHead = Pick<ExportedHead, 'position' | 'hash'> & { at: string };

/** What is wrong with one chain. `entry` is the first entry concerned, `after` the last sound one before a hole. */
export type ChainFault =
  | { kind: 'altered'; from: number; to: number; entry: ChainedEntry }
  | { kind: 'inserted'; from: number; to: number; entry: ChainedEntry }
  | { kind: 'reordered'; positions: number[]; entry: ChainedEntry }
  | { kind: 'removed'; from: number; to: number; after: ChainedEntry | null }
  | { kind: 'truncated'; from: number; to: number; after: ChainedEntry }
  | { kind: 'rebuilt'; soundUntil: number; entry: ChainedEntry; head: KnownHead }
  | { kind: 'end-differs'; entry: ChainedEntry }
  | { kind: 'end-missing'; entry: ChainedEntry }
  | { kind: 'chain-gone'; to: number };

interface Broken {
  entry: ChainedEntry;
  /** Hash of the entry that stands before it now. */
  before: Buffer;
}

/** More broken entries than this are reported as they stand, without asking whether they were only put in another order. */
const REORDER_LIMIT = 10_000;

/**
 * Follows one tenant's chain from its first entry to its end. Entries are handed in by position and time; of entries that
 * arrive while it reads, those after the end known at the beginning are judged by the end known at the finish.
 */
export class ChainCheck {
  entries = 0;
  private readonly faults: ChainFault[] = [];
  /** Entries that do not stand on the one before them, as runs of positions; and one by one while they are few. */
  private readonly runs: Extract<ChainFault, { kind: 'altered' }>[] = [];
  private broken: Broken[] | null = [];
  private group: ChainedEntry[] = [];
  private expected = 1;
  /** Hashes that the next entry may stand on: more than one where two entries claim one position; null: unknown. */
  private previous: Buffer[] | null;
  private last: ChainedEntry | null = null;
  private soundUntil = 0;
  private rebuilt = false;
  private beyond: ChainedEntry | null = null;
  private readonly heads: Map<number, KnownHead[]>;
  private readonly highestHead: KnownHead | undefined;

  /** @param end read before the first entry @param heads those exported before `end` was read, in any order */
  constructor(
    tenantId: string,
    private readonly end: ChainEnd | null,
    heads: KnownHead[],
  ) {
    this.previous = [chainStart(tenantId)];
    this.heads = Map.groupBy(heads, (head) => head.position);
    this.highestHead = heads.reduce<KnownHead | undefined>(
      (a, b) => (a && a.position >= b.position ? a : b),
      undefined,
    );
  }

  take(entry: ChainedEntry): void {
    this.entries += 1;
    if (this.group[0] && this.group[0].position !== entry.position) this.closeGroup();
    this.group.push(entry);
  }

  /** Position of the last entry that was handed in. */
  get reached(): number {
    return this.group[0]?.position ?? this.last?.position ?? 0;
  }

  /** @param end read after the last entry */
  finish(end: ChainEnd | null): ChainFault[] {
    this.closeGroup();
    this.judgeEnd(end);
    this.judgeBroken(end?.position ?? Number.POSITIVE_INFINITY);
    return this.faults.sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** All entries of one position: one, unless somebody inserted another. */
  private closeGroup(): void {
    const [first] = this.group;
    if (!first) return;
    const { position } = first;
    if (position > this.expected) {
      this.faults.push({ kind: 'removed', from: this.expected, to: position - 1, after: this.last });
      this.previous = null;
    }
    const standsOn = this.previous;
    const sound = standsOn
      ? this.group.filter((entry) => standsOn.some((hash) => auditDigest(hash, entry).equals(entry.hash)))
      : this.group;
    const genuine = sound.length > 0 ? sound : this.group;
    if (this.group.length > 1) {
      const surplus = sound.length === 1 ? this.group.filter((entry) => entry !== sound[0]) : this.group.slice(1);
      for (const entry of surplus) this.faults.push({ kind: 'inserted', from: position, to: position, entry });
    } else if (sound.length === 0) this.noteBroken(first, standsOn![0]!);

    this.compareWithKnown(genuine, sound.length > 0);
    if (this.end && position > this.end.position) this.beyond ??= first;
    this.previous = genuine.map((entry) => entry.hash);
    this.last = genuine[0]!;
    this.expected = position + 1;
    this.group = [];
  }

  /** A chain that is sound in itself and yet not the one whose heads were carried out was made anew. */
  private compareWithKnown(genuine: ChainedEntry[], sound: boolean): void {
    const [entry] = genuine as [ChainedEntry];
    const hashes = genuine.map(({ hash }) => hash.toString('hex'));
    const head = this.heads.get(entry.position)?.find(({ hash }) => !hashes.includes(hash));
    if (!head) {
      if (this.heads.has(entry.position) && !this.rebuilt) this.soundUntil = entry.position;
    } else if (sound && !this.rebuilt) {
      this.rebuilt = true;
      this.faults.push({ kind: 'rebuilt', soundUntil: this.soundUntil, entry, head });
    }
    if (sound && this.end?.position === entry.position && !genuine.some((one) => one.hash.equals(this.end!.hash)))
      this.faults.push({ kind: 'end-differs', entry });
  }

  private judgeEnd(end: ChainEnd | null): void {
    const known = Math.max(this.end?.position ?? 0, this.highestHead?.position ?? 0);
    if (!this.last) {
      if (known > 0) this.faults.push({ kind: 'chain-gone', to: known });
      return;
    }
    const { position } = this.last;
    if (known > position) this.faults.push({ kind: 'truncated', from: position + 1, to: known, after: this.last });
    if (!end) this.faults.push({ kind: 'end-missing', entry: this.last });
    else if (this.beyond && position > end.position)
      this.faults.push({
        kind: 'inserted',
        from: Math.max(end.position + 1, this.beyond.position),
        to: position,
        entry: this.beyond,
      });
  }

  private noteBroken(entry: ChainedEntry, before: Buffer): void {
    const { position } = entry;
    const run = this.runs.at(-1);
    if (run?.to === position - 1) run.to = position;
    else this.runs.push({ kind: 'altered', from: position, to: position, entry });
    this.broken?.push({ entry, before });
    if (this.broken && this.broken.length > REORDER_LIMIT) this.broken = null;
  }

  /** What stands behind the end of the chain was reported as inserted. */
  private judgeBroken(endPosition: number): void {
    const broken = this.broken?.filter(({ entry }) => entry.position <= endPosition) ?? [];
    if (broken.length > 1 && isOnlyReordered(broken)) {
      const positions = broken.map(({ entry }) => entry.position);
      this.faults.push({ kind: 'reordered', positions, entry: broken[0]!.entry });
      return;
    }
    for (const run of this.runs)
      if (run.from <= endPosition) this.faults.push({ ...run, to: Math.min(run.to, endPosition) });
  }
}

/** Whether the broken entries, put back by their time into the positions that they hold together, make the chain sound. */
function isOnlyReordered(broken: Broken[]): boolean {
  const positions = broken.map(({ entry }) => entry.position);
  const inTime = broken
    .map(({ entry }) => entry)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map((entry, index) => ({ ...entry, position: positions[index]! }));
  return inTime.every((entry, index) => {
    const neighbour = positions[index - 1] === entry.position - 1;
    const before = neighbour ? inTime[index - 1]!.hash : broken[index]!.before;
    return auditDigest(before, entry).equals(entry.hash);
  });
}

const placeOf = (fault: ChainFault): number => {
  if ('from' in fault) return fault.from;
  if ('positions' in fault) return fault.positions[0]!;
  return 'entry' in fault ? fault.entry.position : fault.to;
};
