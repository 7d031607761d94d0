/** What the top hands to the visitor's controller. */
export const PLATFORM = Symbol('platform');
export const HEALTH = Symbol('health');
export const THEMES = Symbol('themes');
export const VISITOR_PAGES = Symbol('visitor pages');
