import type { SubtreeScope, TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** A site whose structure is taken, or that gets it. */
export interface ClonedSite {
  siteId: string;
  tenantId: string;
  name: string;
  shortName: string;
}

/** What was made of one kind of thing, by paths or names. */
export interface ClonedPart {
  what: string;
  made: string[];
  changed: string[];
  /** Stood on the target and not on the source: left as it is. */
  kept: string[];
  /** What there is now, each after what contains it; of what has no order, nothing. */
  tree: ClonedRow[];
}

export interface ClonedRow {
  name: string;
  /** `/zwgk/jy/` */
  address: string;
  /** 1 for the topmost. */
  depth: number;
  fate: 'made' | 'changed' | 'kept';
  hidden: boolean;
}

/**
 * A room's part of the structure of a site. Two tenants' rows never meet in one statement: what is read in the one scope is
 * handed over as data.
 */
export interface CloneStep<Taken = unknown> {
  name: string;
  read(tx: Tx<SubtreeScope>, source: ClonedSite): Promise<Taken>;
  write(tx: Tx<TenantScope>, taken: Taken, source: ClonedSite, target: ClonedSite): Promise<ClonedPart>;
}

/** `走进农安` on a site called 德惠 → `走进德惠`: names of places are the target's own. */
export function renamed(text: string, source: ClonedSite, target: ClonedSite): string {
  const pairs = [
    [source.name, target.name],
    [source.shortName, target.shortName],
  ] as const;
  return pairs.reduce((now, [from, to]) => ([...from].length >= 2 ? now.replaceAll(from, to) : now), text);
}
