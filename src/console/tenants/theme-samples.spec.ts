import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from '../../kernel/config/project-root.js';
import { themeSample, themeSamples } from './theme-samples.js';

it('shows the colours that the themes themselves have', () => {
  const tokens = readFileSync(join(projectRoot, 'themes/base/assets/site.css/10-tokens.css'), 'utf8');
  const setOf = (selector: string) => tokens.slice(tokens.indexOf(`${selector} {`)).split('}', 1)[0]!;
  for (const [theme, selector] of [
    ['province', ':root'],
    ['city', '.set-feng'],
    ['county', '.set-song'],
    ['township', '.set-song'],
    ['department', '.set-dai'],
  ] as const) {
    const { colours } = themeSample(theme);
    expect(setOf(selector)).toContain(`--brand: ${colours!.brand};`);
    expect(setOf(selector)).toContain(`--brand-deep: ${colours!.band};`);
  }
});

it('offers a theme it knows nothing of by its name alone', () => {
  expect(themeSamples(['town', 'county', 'province']).map(({ name, colours }) => [name, colours !== null])).toEqual([
    ['province', true],
    ['county', true],
    ['town', false],
  ]);
});
