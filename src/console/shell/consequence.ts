/** A line of what an act does, for `consequences` of parts/say.njk. */
export interface Consequence {
  /** Null: no number, an arrow. */
  count: string | null;
  unit: string;
  text: string;
  tone: 'bad' | 'warn' | null;
}

/** So many of something. */
export const effect = (count: number, unit: string, text: string, tone: Consequence['tone'] = null): Consequence => ({
  count: count.toLocaleString('en-US'),
  unit,
  text,
  tone,
});

/** As `effect`; of nothing there is nothing to say. */
export const someEffect = (...of: Parameters<typeof effect>): Consequence[] => (of[0] > 0 ? [effect(...of)] : []);

/** What happens, without a number. */
export const plainEffect = (text: string, tone: Consequence['tone'] = null): Consequence => ({
  count: null,
  unit: '',
  text,
  tone,
});
