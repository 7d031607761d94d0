import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** A sub-site on its way from one tenant to another, before its row is touched. */
export interface SiteMove {
  siteId: string;
  name: string;
  fromTenantId: string;
  toTenantId: string;
  fromName: string;
  toName: string;
  /** The organ behind the site. */
  organId: string;
  /** Whether the organ goes along, and with it its people; else the site gets a copy of it under `newOrganId`. */
  organMoves: boolean;
  newOrganId: string;
}

/** What follows a move, in numbers. */
export interface MoveCounts {
  channels: number;
  items: number;
  /** On the site, of whatever tenant's texts. */
  publications: number;
  /** Files of the site's items, those of earlier editions too, and their bytes together. */
  attachments: number;
  attachmentBytes: number;
  /** Publications of the site's texts on other sites: they go on showing them. */
  placements: number;
  /** Channels of other sites that the organ answers for, which lose it. */
  channelsWithoutOrgan: number;
  /** Channels of the site whose organ stays behind. */
  channelsLosingOrgan: number;
  /** Authorities over the site that hold on, and those that end. */
  grantsFollowing: number;
  grantsEnding: EndingGrant[];
  /** People of the organ. */
  accounts: number;
}

export interface EndingGrant {
  grantId: string;
  /** Who holds what where, in words. */
  account: string;
  role: string;
  place: string;
}

/** What stands in the way. */
export interface MoveConflict {
  /** Field of the form that could mend it; null: none. */
  field: 'slug' | 'toTenantId' | null;
  sentence: string;
}

/**
 * What a room has that concerns a site that moves. Its rows follow by their keys; a step counts them, mends what must not
 * follow, and says what stands in the way. Run in earnest for the preview too, and taken back.
 */
export interface MoveStep {
  name: string;
  run(tx: Tx<ClusterScope>, move: SiteMove): Promise<{ counts: Partial<MoveCounts>; conflicts?: MoveConflict[] }>;
  /**
   * After the site's rows, which take minutes when they are many: what others would wait for meanwhile (people and their
   * sign-in), and what they did meanwhile that must not stay. Done anew when somebody holds what it needs.
   */
  finish?(tx: Tx<ClusterScope>, move: SiteMove): Promise<{ grantsEnding?: EndingGrant[]; conflicts?: MoveConflict[] }>;
}
