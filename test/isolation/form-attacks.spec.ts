import { allowsSomewhere } from '../../src/authority/ability.js';
import { operatorContext } from '../../src/authority/desk-context.js';
import { DraftPlan } from '../../src/tenancy/reorganisation/draft-plan.js';
import type { Form } from '../desk.js';
import { OPERATOR } from '../platform.js';
import type { Probe } from './matrix/entry.js';
import { fingerprint } from './matrix/fingerprint.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import type { Person } from './matrix/people.js';
import type { Route } from './matrix/routes.js';
import { expectedOf } from './matrix/verdict.js';
import type { Thing } from './matrix/world.js';

/** What somebody would write into a form, an address or a file that the desk takes. */
let matrix: Matrix;
let before: Record<string, string>;

beforeAll(async () => {
  matrix = await openMatrix();
}, 120_000);

afterAll(() => matrix?.close());

beforeEach(async () => {
  before = await fingerprint(matrix.world.superuser);
});
afterEach(async () => expect(await fingerprint(matrix.world.superuser)).toEqual(before));

/** Fields that no form has but that a careless one would write into a row, each with a value that is found again. */
const SMUGGLED: Record<string, () => string> = Object.fromEntries([
  ...[
    'id',
    'tenantId',
    'tenant_id',
    'accountTenantId',
    'siteId',
    'site_id',
    'accountId',
    'account_id',
    'organId',
    'organ_id',
    'parentSiteId',
    'givenById',
  ].map((name) => [name, () => matrix.world.strangeCounty.id]),
  ...[
    'state',
    'lockedFor',
    'role',
    'scope',
    'secondFactor',
    'second_factor',
    'mustChange',
    'login',
    'passwordHash',
    'password_hash',
    'path',
    'prefix',
    'depth',
    'overridden',
    'blueprintKey',
    'isPrimary',
    'endedAt',
    'ended_at',
    'givenBy',
    'given_by',
    'createdBy',
    'actor',
    'actions',
    'level',
    'constructor',
    'toString',
  ].map((name) => [name, () => `geschmuggelt-${name}`]),
]);

describe('fields that a form does not have', () => {
  const forms = () =>
    matrix.routes.flatMap((route) =>
      route.method === 'POST' && !route.isApi
        ? route.parts.flatMap((part) => (part.kind === 'probe' ? [{ route, probe: part }] : []))
        : [],
    );

  /** Who may do it to K's own, or to the nearest thing that is somebody's to change. */
  function anyoneFor(route: Route, probe: Probe): { person: Person; thing: Thing } | null {
    for (const thing of matrix.world.things[probe.of]!.filter((one) => !one.absent))
      for (const person of matrix.people)
        if (expectedOf(route, probe, thing, { world: matrix.world, person }) === 'works') return { person, thing };
    return null;
  }

  it('that would change what all objects are is refused as it comes in', async () => {
    const person = matrix.personOf('tenant-administrator over tenant');
    for (const field of ['__proto__', '__proto__[state]'])
      expect([
        field,
        (await person.send({ method: 'POST', path: '/channels', form: { name: 'x', [field]: 'x' } })).status,
      ]).toEqual([field, field === '__proto__' ? 400 : 409]);
    expect(({} as Record<string, unknown>).state).toBeUndefined();
  });

  it('do nothing, in any form of the desk', async () => {
    const { rehearsal, world } = matrix;
    const faults: string[] = [];
    let tried = 0;
    for (const { route, probe } of forms()) {
      const found = anyoneFor(route, probe);
      if (!found) {
        faults.push(`${route.key}: nobody may it`);
        continue;
      }
      const { person, thing } = found;
      const asking = { world, person };
      const form: Form = probe.form?.(thing, asking) ?? {};
      const path = probe.address?.(thing, asking) ?? route.address.replace(/:\w+/, thing.id);
      const smuggled = Object.fromEntries(
        Object.entries(SMUGGLED)
          .filter(([name]) => !(Object.keys(form).includes(name) || OWN_FIELDS[route.key]?.includes(name)))
          .map(([name, value]) => [name, value()]),
      );
      if (probe.meanwhile) await world.superuser.query(probe.meanwhile.before);
      await world.superuser.query('UPDATE session SET site_tenant_id = $2, site_id = $3 WHERE account_id = $1', [
        person.account.id,
        (thing.site ?? world.county.portal).tenantId,
        (thing.site ?? world.county.portal).id,
      ]);
      const plain = await person.send({ method: 'POST', path, form });
      rehearsal.parameters();
      const laden = await person.send({ method: 'POST', path, form: { ...form, ...smuggled } });
      const given = rehearsal.parameters();
      if (probe.meanwhile) await world.superuser.query(probe.meanwhile.after);
      tried += 1;
      if (plain.status !== laden.status) faults.push(`${route.key}: ${plain.status}, with more fields ${laden.status}`);
      for (const name of Object.keys(smuggled))
        if (given.includes(`geschmuggelt-${name}`)) faults.push(`${route.key}: ${name} reached the database`);
      if (thing.facts.tenantId !== world.strangeCounty.id && foreignIn(given))
        faults.push(`${route.key}: another tenant’s id reached the database`);
    }
    expect(faults).toEqual([]);
    expect(tried).toBeGreaterThan(40);
  }, 60_000);

  /** The stranger's tenant, where it is not one of many that the person has in sight. */
  const foreignIn = (given: string): boolean =>
    JSON.parse(given)
      .flat()
      .some((parameter: unknown) => parameter === matrix.world.strangeCounty.id);

  /** Forms whose own field one of these names is. */
  const OWN_FIELDS: Record<string, string[]> = {
    'POST /accounts': ['role', 'login'],
    'POST /tenants': ['level'],
    'POST /channels': ['organId'],
    'POST /channels/:id': ['organId'],
    'POST /sites/:id/clone': ['tenantId'],
    'POST /sites/:id/sub-sites': ['organId'],
    'POST /sites/:id/clone/preview': ['tenantId'],
  };
});

describe('an id that is none', () => {
  const NONE = [
    'x',
    '0',
    'null',
    '..',
    `${'f'.repeat(300)}`,
    '00000000-0000-0000-0000-00000000000g',
    '{00000000-0000-7000-8000-000000000000}',
    "1'--",
    '%27%20OR%201=1',
    '%00',
    '%2e%2e%2f',
    '%F0%9F%98%80',
  ];

  it('is answered as what does not exist, whatever it is made of', async () => {
    const faults: string[] = [];
    const routes = matrix.routes.filter(({ rule, address }) => rule.kind !== 'open' && address.includes(':'));
    for (const route of routes) {
      // Whom no rule turns away before the id is looked at.
      const person = matrix.people.find(
        ({ ability }) => route.rule.kind !== 'rule' || allowsSomewhere(ability, route.rule.action),
      )!;
      for (const id of NONE) {
        const path = route.address.replace(/:\w+/g, id);
        const { status } = await person.send({ method: route.method, path, form: { reason: 'x' }, json: {} });
        const missed = route.isApi ? [404, 422] : [303, 404, 422];
        if (!missed.includes(status)) faults.push(`${route.method} ${path.slice(0, 80)}: ${status}`);
      }
    }
    expect([...new Set(faults)].sort()).toEqual([]);
  }, 120_000);
});

describe('a file as a side door', () => {
  it('a plan names organs, people and channels of its own tenant alone: another’s answer as none', async () => {
    const { platform, world } = matrix;
    const { county, strangeCounty, things } = world;
    const ctx = operatorContext(OPERATOR, [county.id]);
    const organOf = ({ unit }: typeof county) => unit.departments.find(({ slug }) => slug === 'jyj')!.organName;
    const stranger = things.account!.find(({ relation }) => relation === 'stranger')!;
    const refusal = async (line: string) => {
      const bytes = Buffer.from(`动作,原机关,新机关,人员,栏目\n${line}\n`);
      return new DraftPlan(platform.work, platform.calendar)
        .fromFile(ctx, county.id, { title: '改革', name: 'x.csv', bytes })
        .then(
          () => 'taken',
          (error: Error) => error.message,
        );
    };
    const said = async (line: (name: string) => string, theirs: string, nobodys: string) => {
      const [foreign, none] = [await refusal(line(theirs)), await refusal(line(nobodys))];
      expect(foreign).not.toBe('taken');
      expect(foreign.replaceAll(theirs, '…')).toBe(none.replaceAll(nobodys, '…'));
    };
    await said((name) => `更名,${name},某局,,`, organOf(strangeCounty), '东台县没有局');
    await said((name) => `拆分,${organOf(county)},清河县新局,${name},`, stranger.echoes[0]!, 'person99999');
    await said(
      (name) => `拆分,${organOf(county)},清河县新局,,${name}`,
      `mx/${strangeCounty.portal.channels.mx}`,
      'mx/none',
    );
  });
});
