import { type NamedOrgan, OrganTexts } from './organ-texts.js';
import type { KnownOrgan } from './plan-facts.js';
import type { MadeOrgan, OrganFacts, PlanLine, SubSiteFate } from './plan-line.js';

/** An organ from the plan's day on. */
export interface OrganAfter extends OrganFacts {
  id: string;
}

/** Who or what asks where it goes when its organ is split. */
export type Claim = { accountId: string } | { channelId: string } | { subSite: true };

/**
 * A plan over the organs as they stand now: what each becomes, and where whoever and whatever is theirs goes. What the
 * parts of all rooms work from.
 */
export class Reorganisation {
  /** All organs of the tenant before, those that had ended among them. */
  readonly organs: ReadonlyMap<string, KnownOrgan>;
  readonly made: ReadonlyMap<string, MadeOrgan>;
  readonly texts: OrganTexts;
  /** Sub-sites that are archived, and those whose texts go to another one: the sites' part says so before others look. */
  readonly archived = new Set<string>();
  readonly joined = new Map<string, string>();
  readonly sites = new Map<string, { name: string; prefix: string }>();
  private readonly linesByFrom: Map<string, PlanLine[]>;

  constructor(
    /** `from`: the first instant of its day. */
    readonly plan: { id: string; title: string; day: string; from: string },
    readonly lines: readonly PlanLine[],
    made: readonly MadeOrgan[],
    organs: readonly KnownOrgan[],
    private readonly surroundings: { tenantName: string; foreignPlaces: ReadonlySet<string> },
  ) {
    this.organs = new Map(organs.map((organ) => [organ.id, organ]));
    this.made = new Map(made.map((organ) => [organ.id, organ]));
    this.linesByFrom = Map.groupBy(lines, (line) => line.fromId);
    this.texts = this.textsOf(organs.filter((organ) => !organ.endedOn));
  }

  linesFrom = (organId: string): readonly PlanLine[] => this.linesByFrom.get(organId) ?? [];

  /** Organs that people and things leave, wholly or in part. */
  get sources(): string[] {
    return [...this.linesByFrom.keys()].filter((id) => this.linesFrom(id).some((line) => line.toId !== id));
  }

  /** Whether the organ is no more from that day on. */
  ends = (organId: string): boolean => {
    const lines = this.linesFrom(organId);
    return lines.length > 0 && lines.every((line) => line.toId !== organId);
  };

  /**
   * Where whoever or whatever belongs to an organ goes: the organ itself when the plan leaves it there; null when a split
   * does not say.
   */
  successorOf(organId: string, claim?: Claim): string | null {
    return this.wayOf(organId, claim)?.toId ?? (this.linesFrom(organId).length === 0 ? organId : null);
  }

  /** The line by which it goes. Null: none, or a split that does not say. */
  wayOf(organId: string, claim?: Claim): PlanLine | null {
    const lines = this.linesFrom(organId);
    if (lines.length <= 1) return lines[0] ?? null;
    return (
      lines.find((line) => claim !== undefined && claims(line, claim)) ??
      lines.find((line) => line.rest) ??
      lines.find((line) => line.toId === organId) ??
      null
    );
  }

  /** What becomes of the sub-sites of an organ that people leave. */
  fateOf = (organId: string): SubSiteFate => this.wayOf(organId, { subSite: true })?.fate ?? 'stays';

  /** What an organ is called and where it is reached from that day on. Null: nobody knows it. */
  after(organId: string): OrganAfter | null {
    const made = this.made.get(organId);
    if (made) return this.madeAfter(made);
    const before = this.organs.get(organId);
    if (!before) return null;
    const { id, name, shortName, telephone, address } = before;
    const facts = Object.assign({}, ...this.linesTo(organId).map((line) => line.facts));
    return { id, name, shortName, telephone, address, ...facts };
  }

  linesTo = (organId: string): PlanLine[] => this.lines.filter((line) => line.toId === organId);

  /** For people: where a channel stands, as they write it: `bm/jyj/gzdt`. */
  addressOf = (siteId: string, path: string): string => `${this.sites.get(siteId)?.prefix ?? '/'}${path}`.slice(1);

  /** For people: the name as it will be. */
  nameOf = (organId: string | null): string => (organId ? (this.after(organId)?.name ?? '（已不在的机关）') : '无');

  private madeAfter(made: MadeOrgan): OrganAfter {
    const like = this.organs.get(made.likeId);
    const { tenantName } = this.surroundings;
    const short = made.name.startsWith(tenantName) ? made.name.slice(tenantName.length) : made.name;
    return {
      id: made.id,
      name: made.name,
      shortName: made.shortName || short || made.name,
      telephone: made.telephone || (like?.telephone ?? ''),
      address: made.address || (like?.address.replaceAll(like.name, made.name) ?? ''),
    };
  }

  private textsOf(living: readonly KnownOrgan[]): OrganTexts {
    const named = living.map((organ): NamedOrgan => {
      const targets = new Set(this.linesFrom(organ.id).map((line) => line.toId));
      const goesOn = targets.size === 0 || targets.has(organ.id);
      const [only] = goesOn ? [organ.id] : targets;
      return { ...organ, becomes: goesOn || targets.size === 1 ? (this.after(only!) ?? organ) : 'several' };
    });
    const successors = [...new Set(this.lines.map((line) => line.toId))].flatMap((id) => this.after(id) ?? []);
    return new OrganTexts(named, successors, this.surroundings.foreignPlaces);
  }
}

function claims(line: PlanLine, claim: Claim): boolean {
  if ('accountId' in claim) return line.accountIds.includes(claim.accountId);
  if ('channelId' in claim) return line.channels.some((channel) => channel.id === claim.channelId);
  return line.fate !== null;
}
