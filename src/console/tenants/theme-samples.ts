/** A theme as somebody chooses it: its name and its two colours. */
export interface ThemeSample {
  name: string;
  label: string;
  /** Of the band, and of what is pressed; null: a theme this page knows nothing of. */
  colours: { band: string; brand: string } | null;
}

const SONG = { band: '#103b2d', brand: '#1d5a45' };
const SAMPLES: Record<string, Omit<ThemeSample, 'name'>> = {
  province: { label: '省级门户（江蓝）', colours: { band: '#0c2d48', brand: '#14476e' } },
  city: { label: '市级门户（枫红）', colours: { band: '#5c121b', brand: '#8a1f2b' } },
  county: { label: '县级门户（松绿）', colours: SONG },
  department: { label: '部门子站（黛青）', colours: { band: '#0f363e', brand: '#1c545f' } },
  township: { label: '乡镇子站（松绿）', colours: SONG },
};

/** The themes to choose from, those of the larger first. */
export const themeSamples = (names: readonly string[]): ThemeSample[] =>
  [...Object.keys(SAMPLES).filter((name) => names.includes(name)), ...names.filter((name) => !(name in SAMPLES))].map(
    themeSample,
  );

export const themeSample = (name: string): ThemeSample => ({
  name,
  ...(SAMPLES[name] ?? { label: name, colours: null }),
});
