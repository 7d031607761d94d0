import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import type { SiteKind } from '../../tenancy/site/site-directory.js';
import { SHOWN_STATES, type ShownState } from '../../tenancy/site/site-list.queries.js';

const TONES: Record<ShownState, string> = { open: 'ok', frozen: 'warn', closed: 'bad', archived: 'off' };

/** A state as colour, shape and word. */
export const siteLight = (state: ShownState) => ({ text: SHOWN_STATES[state], tone: TONES[state] });

export const isShownState = (text: string): text is ShownState => Object.hasOwn(SHOWN_STATES, text);
export const isSiteKind = (text: string): text is SiteKind => Object.hasOwn(SITE_KINDS, text);

export const optionsOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));
