import { parse } from 'csv-parse/sync';
import { allows, allowsSomewhere } from '../../src/authority/ability.js';
import type { Action, Facts } from '../../src/authority/policy.js';
import type { List, Page } from './matrix/entry.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import { PAIRS, type Person } from './matrix/people.js';
import type { Route } from './matrix/routes.js';

/** Every list shows what may be read one by one, no more and no less; no search finds what is out of sight. */
let matrix: Matrix;
let lists: { route: Route; list: List }[];

beforeAll(async () => {
  matrix = await openMatrix();
  // The channels that are listed are those of the site one works on.
  const { tenantId, id } = matrix.world.county.portal;
  await matrix.world.superuser.query('UPDATE session SET site_tenant_id = $1, site_id = $2', [tenantId, id]);
  lists = matrix.routes.flatMap((route) =>
    route.parts.flatMap((part) => {
      const { list } = part as Page;
      return part.kind === 'page' && list ? [{ route, list }] : [];
    }),
  );
}, 120_000);

afterAll(() => matrix?.close());

const seenBy = (route: Route, list: List): Action => {
  if (list.seenBy) return list.seenBy;
  if (route.rule.kind !== 'rule') throw new Error(`${route.key}: its list does not say by which act its rows are seen`);
  return route.rule.action;
};

/** All pages of a list. */
async function shownTo(person: Person, route: Route, list: List): Promise<string[]> {
  const shown = new Set<string>();
  for (let path: string | null = route.address; path; ) {
    const { status, body } = await person.send({ method: 'GET', path });
    expect([path, status]).toEqual([path, 200]);
    const found = list.shown(body);
    for (const id of found) shown.add(id);
    path = found.length > 0 && shown.size < 2_000 ? (list.next?.(body) ?? null) : null;
  }
  return [...shown].sort();
}

const mayComeTo = ({ ability }: Person, { rule }: Route) =>
  rule.kind !== 'rule' || allowsSomewhere(ability, rule.action);

describe.each(PAIRS.map(({ role, scope }) => `${role} over ${scope}`))('%s', (name) => {
  it('is shown by each list what may be read one by one', async () => {
    const person = matrix.personOf(name);
    for (const { route, list } of lists.filter((one) => mayComeTo(person, one.route))) {
      const { rows } = await matrix.world.superuser.query<Facts & { id: string }>(
        typeof list.all === 'string' ? list.all : list.all(matrix.world),
      );
      const readable = rows.filter((facts) => allows(person.ability, seenBy(route, list), facts)).map(({ id }) => id);
      expect([route.key, await shownTo(person, route, list)]).toEqual([route.key, [...new Set(readable)].sort()]);
    }
  }, 60_000);

  it('finds nothing that is out of sight by its name, its code or its reading', async () => {
    const person = matrix.personOf(name);
    for (const { route, list } of lists.filter((one) => one.list.search && mayComeTo(person, one.route))) {
      const { address, of, by } = list.search!;
      for (const thing of matrix.world.things[of]!.filter((one) => !one.absent))
        for (const typed of by(thing)) {
          const { status, body } = await person.send({ method: 'GET', path: address(typed) });
          const finds = list.shown(body).includes(list.shownAs?.(thing) ?? thing.id);
          const may = allows(person.ability, seenBy(route, list), thing.facts);
          expect([route.key, typed, status, finds]).toEqual([route.key, typed, 200, may]);
        }
    }
  }, 60_000);
});

describe('the export of the audit', () => {
  /** Tenant and number of each line. */
  const exportedTo = async (person: Person, form: Record<string, string> = {}): Promise<string[]> => {
    const { status, body } = await person.send({ method: 'POST', path: '/audit/export', form });
    expect([person.name, status]).toEqual([person.name, 200]);
    const [heading = [], ...lines] = parse(body, { bom: true, relax_column_count: false }) as string[][];
    const [tenant, position] = ['单位', '编号'].map((name) => heading.indexOf(name)) as [number, number];
    return lines.map((line) => `${line[tenant]} ${line[position]}`).sort();
  };

  it.each(PAIRS.filter(({ role }) => role === 'auditor').map(({ role, scope }) => `${role} over ${scope}`))(
    'gives %s the entries that may be read one by one, whatever tenant the form names',
    async (name) => {
      const person = matrix.personOf(name);
      const { world } = matrix;
      const { rows } = await world.superuser.query<Facts & { line: string }>(
        `SELECT t.name || ' ' || a.position AS line, a.tenant_id AS "tenantId" FROM audit a JOIN tenant t ON t.id = a.tenant_id`,
      );
      const readable = rows.filter((facts) => allows(person.ability, 'audit.export', facts)).map(({ line }) => line);
      expect(await exportedTo(person)).toEqual(readable.sort());
      for (const thing of world.things.tenant!) {
        const of = (line: string) =>
          !allows(person.ability, 'audit.export', thing.facts) || line.startsWith(`${thing.name} `);
        expect([thing.relation, await exportedTo(person, { tenant: thing.id })]).toEqual([
          thing.relation,
          readable.filter(of),
        ]);
      }
    },
    60_000,
  );
});
