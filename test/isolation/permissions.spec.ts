import { readFile } from 'node:fs/promises';
import { permissionsMarkdown } from '../../src/permissions.js';

it('docs/permissions.md says what the rules say (npm run permissions)', async () => {
  expect(await readFile('docs/permissions.md', 'utf8')).toBe(permissionsMarkdown());
});
