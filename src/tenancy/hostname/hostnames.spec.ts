import pg from 'pg';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aDeskContext, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { operatorContext, reading } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { AddHostname } from './add-hostname.js';
import { EndHostname } from './end-hostname.js';
import { GiveHostname } from './give-hostname.js';
import { findHostnames } from './hostname.queries.js';
import { MakePrimary } from './make-primary.js';

let platform: TestPlatform;
let superuser: pg.Client;
let here: BuiltUnit;
let there: BuiltUnit;
let add: AddHostname;
let makePrimary: MakePrimary;
let end: EndHostname;
let give: GiveHostname;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  here = await aUnit(platform, { slug: 'here', departments: ['jyj'] });
  there = await aUnit(platform, { slug: 'there' });
  const base = 'localhost';
  add = new AddHostname(platform.work, base);
  makePrimary = new MakePrimary(platform.work, base);
  end = new EndHostname(platform.work, base);
  give = new GiveHostname(platform.work, base);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const operator = () => operatorContext(OPERATOR, [here.id, there.id]);
const within = (role: Role, ...units: BuiltUnit[]) => {
  const tenantIds = units.map((unit) => unit.id);
  return aDeskContext(tenantIds, [{ role, reach: { kind: 'tenants', tenantIds } }]);
};
const taken = { fields: { host: expect.stringContaining('已被使用') } };

async function namesOf(unit: BuiltUnit): Promise<string[]> {
  const ctx = operator();
  const found = await platform.work.run(reading(ctx), (tx) => findHostnames(tx, ctx, unit.portal.id, 'localhost'));
  return found.map(({ host, isPrimary, endedAt }) => `${host}${isPrimary ? ' primary' : ''}${endedAt ? ' ended' : ''}`);
}

it('a site gets further names, of which one is its own at a time', async () => {
  await add.run(operator(), here.portal.id, 'www.here.gov.cn');
  await add.run(operator(), here.portal.id, 'here-old');
  expect(await namesOf(here)).toEqual(['here.localhost primary', 'here-old.localhost', 'www.here.gov.cn']);
  expect(await makePrimary.run(operator(), 'www.here.gov.cn')).toEqual({
    host: 'www.here.gov.cn',
    former: 'here.localhost',
  });
  expect(await makePrimary.run(operator(), 'www.here.gov.cn')).toEqual({
    host: 'www.here.gov.cn',
    former: 'www.here.gov.cn',
  });
  expect(await namesOf(here)).toEqual(['www.here.gov.cn primary', 'here-old.localhost', 'here.localhost']);
});

it('a name that redirects is ended by hand, one in use is not', async () => {
  await add.run(operator(), here.portal.id, 'here-old');
  await expect(end.run(operator(), 'here')).rejects.toMatchObject({ code: 'tenancy.hostname-primary' });
  await end.run(operator(), 'here-old.localhost');
  expect(await namesOf(here)).toEqual(['here.localhost primary', 'here-old.localhost ended']);
  for (const command of [end, makePrimary])
    await expect(command.run(operator(), 'here-old')).rejects.toMatchObject({ code: 'tenancy.hostname-ended' });
});

it('a name is taken while anybody has it, ended or not, and nobody is told who', async () => {
  await add.run(operator(), here.portal.id, 'kept');
  await end.run(operator(), 'kept');
  for (const name of ['here', 'kept'])
    await expect(add.run(within('node-operator', there), there.portal.id, name)).rejects.toMatchObject(taken);
  await expect(add.run(operator(), here.portal.id, 'here')).rejects.toMatchObject(taken);
  await expect(add.run(operator(), here.portal.id, 'not a name')).rejects.toMatchObject({
    fields: { host: expect.any(String) },
  });
  // Whose it is may have it again.
  await add.run(operator(), here.portal.id, 'kept');
  expect(await namesOf(here)).toContain('kept.localhost');
});

it('of two who want one name at once one gets it', async () => {
  const outcomes = await Promise.allSettled([
    add.run(operator(), here.portal.id, 'www.wanted.cn'),
    add.run(operator(), there.portal.id, 'www.wanted.cn'),
  ]);
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({ reason: taken });
});

it('is given to another tenant only after it was ended, and stands in both audits', async () => {
  await add.run(operator(), here.portal.id, 'given');
  await expect(give.run(operator(), 'given', there.portal.id)).rejects.toMatchObject({
    code: 'tenancy.hostname-in-use',
  });
  await end.run(operator(), 'given');
  await give.run(operator(), 'given', there.portal.id);
  expect(await namesOf(here)).toEqual(['here.localhost primary']);
  expect(await namesOf(there)).toEqual(['there.localhost primary', 'given.localhost']);
  const { rows } = await superuser.query(`SELECT tenant_id FROM audit WHERE act = 'hostname.given'`);
  expect(rows.map((row) => row.tenant_id).sort()).toEqual([here.id, there.id].sort());
});

it('is not for sub-sites', async () => {
  const code = 'tenancy.hostname-sub-site';
  await expect(add.run(operator(), here.subs.jyj!.id, 'jyj')).rejects.toMatchObject({ code });
  await add.run(operator(), there.portal.id, 'given');
  await end.run(operator(), 'given');
  await expect(give.run(operator(), 'given', here.subs.jyj!.id)).rejects.toMatchObject({ code });
});

it('is changed by operators over both ends; an administrator is refused, a stranger learns nothing', async () => {
  await add.run(operator(), here.portal.id, 'given');
  const administrator = within('tenant-administrator', here);
  await expect(add.run(administrator, here.portal.id, 'more')).rejects.toMatchObject({ code: 'authority.refused' });
  for (const command of [end, makePrimary]) {
    await expect(command.run(administrator, 'given')).rejects.toMatchObject({ code: 'authority.refused' });
    for (const name of ['given', 'nobodys', 'no name!'])
      await expect(command.run(within('node-operator', there), name)).rejects.toMatchObject({
        code: 'authority.missing',
      });
  }
  await end.run(operator(), 'given');
  await expect(give.run(within('node-operator', here), 'given', there.portal.id)).rejects.toMatchObject({
    code: 'authority.missing',
  });
  await expect(give.run(within('node-operator', there), 'given', there.portal.id)).rejects.toMatchObject({
    code: 'authority.missing',
  });
});
