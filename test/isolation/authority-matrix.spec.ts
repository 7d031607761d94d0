import pg from 'pg';
import { explain } from '../../src/access/explain.js';
import { allows, compileAbility, type HeldRole, type Holder, type Reach } from '../../src/authority/ability.js';
import { conditionSql } from '../../src/authority/condition-sql.js';
import { type Facts, type Rule, SUBJECTS } from '../../src/authority/policy.js';
import { ALL_ROLES, type Role, roleFacts, type ScopeKind } from '../../src/authority/role.js';
import { newId } from '../../src/kernel/id.js';
import { rules } from '../../src/policies.js';
import { createTestDatabase, type TestDatabase } from '../database.js';

/**
 * Every role × every kind of scope × every action × an object of one's own, a sibling's, the parent's, a child's, a
 * stranger's: what the ability says of each object one by one, what its SQL leaves of the list of all, and what
 * “who can do what and why” says must be the same, and must be what the picture below says.
 *
 * The places: a province with two cities, one of them with two counties; a county with two sites; a site with
 * zwgk › (jy › (kc), wj) and ywdt; two organs in the county.
 */
const place = {
  platform: newId(),
  province: newId(),
  city: newId(),
  otherCity: newId(),
  county: newId(),
  otherCounty: newId(),
  site: newId(),
  otherSite: newId(),
  foreignSite: newId(),
  organ: newId(),
  otherOrgan: newId(),
  foreignOrgan: newId(),
  me: newId(),
  colleague: newId(),
  other: newId(),
};

/** Objects by what they stand in. */
const OBJECTS: Record<string, Facts> = {
  'the platform': { tenantId: place.platform },
  'the province': { tenantId: place.province },
  'the city': { tenantId: place.city },
  'another city': { tenantId: place.otherCity },
  'the county': { tenantId: place.county },
  'another county': { tenantId: place.otherCounty },
  'the site': { tenantId: place.county, siteId: place.site },
  'another site of the county': { tenantId: place.county, siteId: place.otherSite },
  'a site of another county': { tenantId: place.otherCounty, siteId: place.foreignSite },
  'the channel above': { tenantId: place.county, siteId: place.site, channelPath: 'zwgk' },
  'the channel': { tenantId: place.county, siteId: place.site, channelPath: 'zwgk/jy' },
  'a channel below': { tenantId: place.county, siteId: place.site, channelPath: 'zwgk/jy/kc' },
  'the channel beside': { tenantId: place.county, siteId: place.site, channelPath: 'zwgk/wj' },
  'a channel whose path only begins alike': { tenantId: place.county, siteId: place.site, channelPath: 'zwgk/jyj' },
  'the same path on another site': { tenantId: place.county, siteId: place.otherSite, channelPath: 'zwgk/jy' },
  'the same path in another county': {
    tenantId: place.otherCounty,
    siteId: place.foreignSite,
    channelPath: 'zwgk/jy',
  },
  myself: { tenantId: place.county, organId: place.organ, accountId: place.me },
  'a colleague': { tenantId: place.county, organId: place.organ, accountId: place.colleague },
  'somebody of another organ': { tenantId: place.county, organId: place.otherOrgan, accountId: place.other },
  'somebody of another county': { tenantId: place.otherCounty, organId: place.foreignOrgan, accountId: place.other },
  'somebody of the platform': { tenantId: place.platform, organId: null, accountId: place.other },
};

const inCounty = [
  'the county',
  'the site',
  'another site of the county',
  'the channel above',
  'the channel',
  'a channel below',
  'the channel beside',
  'a channel whose path only begins alike',
  'the same path on another site',
  'myself',
  'a colleague',
  'somebody of another organ',
];
const inSite = [
  'the site',
  'the channel above',
  'the channel',
  'a channel below',
  'the channel beside',
  'a channel whose path only begins alike',
];
const inOtherCounty = [
  'another county',
  'a site of another county',
  'the same path in another county',
  'somebody of another county',
];
const ownPeople = ['myself', 'a colleague'];

/** What each scope contains, written by hand: the claim that the program is held to. */
const CONTAINS: Record<ScopeKind, { reach: Reach; objects: string[]; people: string[]; inside: string[] }> = {
  platform: { reach: { kind: 'all' }, objects: Object.keys(OBJECTS), people: Object.keys(OBJECTS), inside: [] },
  node: {
    reach: { kind: 'tenants', tenantIds: [place.city, place.county, place.otherCounty] },
    objects: ['the city', ...inCounty, ...inOtherCounty],
    people: ['the city', ...inCounty, ...inOtherCounty],
    inside: [],
  },
  region: {
    reach: { kind: 'tenants', tenantIds: [place.city, place.county, place.otherCounty] },
    objects: ['the city', ...inCounty, ...inOtherCounty],
    people: ['the city', ...inCounty, ...inOtherCounty],
    inside: [],
  },
  tenant: {
    reach: { kind: 'tenants', tenantIds: [place.county] },
    objects: inCounty,
    people: inCounty,
    inside: [],
  },
  site: {
    reach: { kind: 'site', tenantId: place.county, siteId: place.site },
    objects: inSite,
    people: ownPeople,
    inside: inSite,
  },
  channel: {
    reach: { kind: 'channel', tenantId: place.county, siteId: place.site, channelPath: 'zwgk/jy' },
    objects: ['the channel', 'a channel below'],
    people: ownPeople,
    inside: inSite,
  },
};

const holder: Holder = { accountId: place.me, tenantId: place.county, organId: place.organ };

function expected(rule: Rule, role: Role, scope: ScopeKind, name: string): boolean {
  if (!rule.roles.includes(role)) return false;
  const facts = OBJECTS[name]!;
  if (rule.notOneself && facts.accountId === place.me && about(rule, 'accountId')) return false;
  const contains = CONTAINS[scope];
  if (scope === 'platform') return true;
  if (SUBJECTS[rule.subject].length === 0) return false;
  if (scope === 'site' || scope === 'channel') {
    if (about(rule, 'organId')) return contains.people.includes(name);
    if (!about(rule, 'siteId')) return false;
    if (rule.fromInside) return contains.inside.includes(name);
    if (scope === 'channel' && !about(rule, 'channelPath')) return false;
  }
  return contains.objects.includes(name);
}

const about = (rule: Rule, fact: string) => (SUBJECTS[rule.subject] as readonly string[]).includes(fact);

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  await client.query(
    'CREATE TABLE object (name text, tenant_id uuid, site_id uuid, path text COLLATE "C", organ_id uuid, account_id uuid)',
  );
  for (const [name, facts] of Object.entries(OBJECTS))
    await client.query('INSERT INTO object VALUES ($1, $2, $3, $4, $5, $6)', [
      name,
      facts.tenantId,
      facts.siteId ?? null,
      facts.channelPath ?? null,
      facts.organId ?? null,
      facts.accountId ?? null,
    ]);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const COLUMNS = {
  tenantId: 'tenant_id',
  siteId: 'site_id',
  channelPath: 'path',
  organId: 'organ_id',
  accountId: 'account_id',
};

const held = (role: Role, scope: ScopeKind) => ({
  id: newId(),
  role,
  scope,
  tenantId: place.county,
  siteId: null,
  channelId: null,
  mayGiveOn: false,
  endsAt: null,
  place: scope,
  reach: CONTAINS[scope].reach,
});

describe.each(ALL_ROLES)('the role %s', (role) => {
  it.each(roleFacts(role).scopes)(
    'over %s: one by one, in lists and in words the same, and what is claimed',
    async (scope) => {
      const grant = held(role, scope);
      const ability = compileAbility(rules.values(), holder, [grant]);
      for (const rule of rules.values()) {
        const claimed = Object.keys(OBJECTS).filter((name) => expected(rule, role, scope, name));
        const allowed = Object.keys(OBJECTS).filter((name) => allows(ability, rule.action, OBJECTS[name]!));
        expect([rule.action, allowed]).toEqual([rule.action, claimed]);
        const { sql, parameters } = conditionSql(ability, rule.action, COLUMNS);
        const { rows } = await client.query(`SELECT name FROM object WHERE ${sql}`, parameters);
        expect([rule.action, rows.map((row) => row.name).sort()]).toEqual([rule.action, claimed.toSorted()]);
        const explained = Object.keys(OBJECTS).filter(
          (name) => explain(rule, { state: 'open', secondFactor: true }, holder, [grant], OBJECTS[name]!).allowed,
        );
        expect([rule.action, explained]).toEqual([rule.action, claimed]);
      }
    },
  );
});

it('holds several roles at once: what any of them allows, and nothing else', async () => {
  const pairs = ALL_ROLES.flatMap((role) => roleFacts(role).scopes.map((scope) => held(role, scope)));
  for (let i = 0; i < pairs.length; i++) {
    const some: HeldRole[] = [pairs[i]!, pairs[(i * 7 + 3) % pairs.length]!, pairs[(i * 13 + 5) % pairs.length]!];
    const ability = compileAbility(rules.values(), holder, some);
    const alone = some.map((one) => compileAbility(rules.values(), holder, [one]));
    for (const rule of rules.values()) {
      const names = Object.keys(OBJECTS).filter((name) =>
        alone.some((one) => allows(one, rule.action, OBJECTS[name]!)),
      );
      expect(Object.keys(OBJECTS).filter((name) => allows(ability, rule.action, OBJECTS[name]!))).toEqual(names);
      const { sql, parameters } = conditionSql(ability, rule.action, COLUMNS);
      const { rows } = await client.query(`SELECT name FROM object WHERE ${sql}`, parameters);
      expect([rule.action, rows.map((row) => row.name).sort()]).toEqual([rule.action, names.toSorted()]);
    }
  }
});

it('an account without a grant may do nothing', () => {
  const ability = compileAbility(rules.values(), holder, []);
  for (const rule of rules.values())
    for (const facts of Object.values(OBJECTS)) expect(allows(ability, rule.action, facts)).toBe(false);
});
