import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/kernel/config/project-root.js';
import { fingerprint } from './matrix/fingerprint.js';
import { Judge } from './matrix/judge.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import { PAIRS } from './matrix/people.js';

/**
 * Every role × every scope it can be held over × every route × an object of one’s own, a sibling’s, the parent’s, a child’s,
 * a stranger’s, and one that does not exist: sent over HTTP, and held to what the rules say. What is out of sight is
 * answered as what does not exist: the same bytes, the same statements asked of the database, and so the same time.
 */
let matrix: Matrix;
let judge: Judge;
let before: Record<string, string>;

beforeAll(async () => {
  matrix = await openMatrix();
  before = await fingerprint(matrix.world.superuser);
  judge = new Judge(matrix.world, matrix.rehearsal, matrix.platform);
}, 120_000);

afterAll(() => matrix?.close());

it('has an entry for each route of the program, and no other', () => {
  expect(matrix.withoutEntry).toEqual([]);
});

it('says of what is open to anybody where it is tested', () => {
  const tested = matrix.routes.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'open' ? [part.tested] : [])),
  );
  expect([...new Set(tested)].filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
});

it.each(PAIRS.map(({ role, scope }) => `${role} over ${scope}`))(
  '%s reaches by each route what the rules say, and nothing else',
  async (name) => {
    const person = matrix.personOf(name);
    const faults: string[] = [];
    for (const route of matrix.routes) faults.push(...(await judge.faults(route, person)));
    expect(faults.sort()).toEqual([]);
  },
  60_000,
);

it('changed nothing by all of it', async () => {
  expect(await fingerprint(matrix.world.superuser)).toEqual(before);
});
