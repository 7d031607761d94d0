import type { Kept } from './recorded-rows.js';
import type { Finding } from './reorganisation-part.js';

/** One row that moves, in people's words. */
export interface ReportedChange {
  name: string;
  what: 'made' | 'changed' | 'removed';
  /** Columns that people know, before and after. */
  fields: { label: string; before: string; after: string }[];
}

/** What a plan did, or would do. */
export interface PlanReport {
  conflicts: Finding[];
  warnings: Finding[];
  kept: (Kept & { part: string })[];
  /** In the order of the parts; those in which nothing moves are left out. */
  parts: { part: string; title: string; changes: ReportedChange[] }[];
}

/** What taking a plan back did. */
export interface TakenBackReport {
  /** Rows that are as before again, by the part's title. */
  restored: Record<string, number>;
  kept: (Kept & { part: string })[];
}
