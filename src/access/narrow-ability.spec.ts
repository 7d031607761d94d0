import { createMongoAbility } from '@casl/ability';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/database.js';
import { type Ability, allows, compileAbility, type HeldRole, type Holder, type Reach } from '../authority/ability.js';
import { conditionSql } from '../authority/condition-sql.js';
import { type Action, type Facts, SUBJECTS } from '../authority/policy.js';
import { ALL_ROLES, roleFacts, type ScopeKind } from '../authority/role.js';
import { newId } from '../kernel/id.js';
import { rules } from '../policies.js';
import { narrowAbility } from './narrow-ability.js';

const [county, otherCounty, city, platform] = [newId(), newId(), newId(), newId()];
const [site, otherSite, foreignSite] = [newId(), newId(), newId()];
const [organ, me, colleague] = [newId(), newId(), newId()];
const holder: Holder = { accountId: me, tenantId: county, organId: organ };

/** Objects of every form of facts, in and around the site that a token may be narrowed to. */
const OBJECTS: Facts[] = [
  { tenantId: platform },
  { tenantId: city },
  { tenantId: county },
  { tenantId: otherCounty },
  { tenantId: county, siteId: site },
  { tenantId: county, siteId: otherSite },
  { tenantId: otherCounty, siteId: foreignSite },
  { tenantId: county, siteId: site, channelPath: 'zwgk' },
  { tenantId: county, siteId: site, channelPath: 'zwgk/jy' },
  { tenantId: county, siteId: site, channelPath: 'zwgk/jy/kc' },
  { tenantId: county, siteId: site, channelPath: 'zwgk/jyj' },
  { tenantId: county, siteId: otherSite, channelPath: 'zwgk/jy' },
  { tenantId: otherCounty, siteId: foreignSite, channelPath: 'zwgk/jy' },
  // A site's id under another tenant's: no such object is, and no condition may take it for the site's.
  { tenantId: otherCounty, siteId: site, channelPath: 'zwgk/jy' },
  { tenantId: county, organId: organ, accountId: me },
  { tenantId: county, organId: organ, accountId: colleague },
  { tenantId: county, siteId: site, channelPath: 'zwgk/jy', accountId: me },
  { tenantId: county, siteId: site, channelPath: 'zwgk/jy', accountId: colleague },
];

const REACHES: Record<ScopeKind, Reach> = {
  platform: { kind: 'all' },
  node: { kind: 'tenants', tenantIds: [city, county, otherCounty] },
  region: { kind: 'tenants', tenantIds: [city, county] },
  tenant: { kind: 'tenants', tenantIds: [county] },
  site: { kind: 'site', tenantId: county, siteId: site },
  channel: { kind: 'channel', tenantId: county, siteId: site, channelPath: 'zwgk/jy' },
};
const OTHERS: Reach[] = [
  { kind: 'site', tenantId: county, siteId: otherSite },
  { kind: 'channel', tenantId: otherCounty, siteId: foreignSite, channelPath: 'zwgk' },
  { kind: 'tenants', tenantIds: [otherCounty] },
];

/** Every role over every scope it can be held over, alone and beside something elsewhere. */
const HOLDINGS: HeldRole[][] = ALL_ROLES.flatMap((role) =>
  roleFacts(role).scopes.flatMap((scope, i) => {
    const held: HeldRole = { role, reach: REACHES[scope] };
    const other: HeldRole = {
      role: ALL_ROLES[(ALL_ROLES.indexOf(role) + 5) % ALL_ROLES.length]!,
      reach: OTHERS[i % 3]!,
    };
    return [[held], [held, other]];
  }),
);

const ACTIONS = [...rules.keys()];
/** Everything, nothing, each half, reading alone. */
const CHOICES: Action[][] = [
  ACTIONS,
  [],
  ACTIONS.filter((_, i) => i % 2 === 0),
  ACTIONS.filter((_, i) => i % 2 === 1),
  [...rules.values()].filter((rule) => rule.reads).map((rule) => rule.action),
];
const SITES = [null, { tenantId: county, siteId: site }, { tenantId: otherCounty, siteId: foreignSite }];

/** What a narrowed ability is, said without looking at conditions. */
function expected(
  full: Ability,
  action: Action,
  facts: Facts,
  chosen: Action[],
  within: (typeof SITES)[number],
): boolean {
  if (!chosen.includes(action) || !allows(full, action, facts)) return false;
  if (!within) return true;
  const stands = (SUBJECTS[rules.get(action)!.subject] as readonly string[]).includes('siteId');
  return stands && facts.tenantId === within.tenantId && facts.siteId === within.siteId;
}

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  await client.query(
    'CREATE TABLE object (nr int, tenant_id uuid, site_id uuid, path text COLLATE "C", organ_id uuid, account_id uuid)',
  );
  for (const [nr, facts] of OBJECTS.entries())
    await client.query('INSERT INTO object VALUES ($1, $2, $3, $4, $5, $6)', [
      nr,
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

it('allows what the account may, of the chosen acts, within the chosen site: never more, never less', () => {
  const wrong: unknown[] = [];
  let allowed = 0;
  for (const held of HOLDINGS) {
    const full = compileAbility(rules.values(), holder, held);
    for (const actions of CHOICES)
      for (const within of SITES) {
        const narrow = narrowAbility(full, { actions, site: within });
        for (const action of ACTIONS)
          for (const facts of OBJECTS) {
            const may = allows(narrow, action, facts);
            if (may !== expected(full, action, facts, actions, within))
              wrong.push({ held, action, facts, within, may });
            if (may) allowed += 1;
          }
      }
  }
  expect(wrong).toEqual([]);
  expect(allowed).toBeGreaterThan(1_000);
});

it('leaves in a list what it allows one by one', async () => {
  for (const held of HOLDINGS) {
    const full = compileAbility(rules.values(), holder, held);
    const narrow = narrowAbility(full, { actions: ACTIONS, site: SITES[1]! });
    for (const action of ACTIONS) {
      const { sql, parameters } = conditionSql(narrow, action, COLUMNS);
      const { rows } = await client.query<{ nr: number }>(`SELECT nr FROM object WHERE ${sql} ORDER BY nr`, parameters);
      const one = [...OBJECTS.keys()].filter((nr) => allows(narrow, action, OBJECTS[nr]!));
      expect([action, rows.map((row) => row.nr)]).toEqual([action, one]);
    }
  }
});

it('narrowed twice is narrower still', () => {
  const full = compileAbility(rules.values(), holder, [{ role: 'tenant-administrator', reach: REACHES.tenant }]);
  const once = narrowAbility(full, { actions: ['channel.read', 'channel.change'], site: null });
  const twice = narrowAbility(once, { actions: ['channel.read', 'item.read'], site: SITES[1]! });
  const channel = { tenantId: county, siteId: site, channelPath: 'zwgk' };
  expect(allows(once, 'channel.change', channel)).toBe(true);
  expect(allows(twice, 'channel.read', channel)).toBe(true);
  expect(allows(twice, 'channel.change', channel)).toBe(false);
  expect(allows(twice, 'item.read', channel)).toBe(false);
  expect(allows(twice, 'channel.read', { ...channel, siteId: otherSite })).toBe(false);
});

it('lets nothing through that it does not understand', () => {
  const everything = createMongoAbility<Ability>([{ action: 'manage', subject: 'all' as never }]);
  const channel = { tenantId: county, siteId: site, channelPath: 'zwgk' };
  for (const within of SITES) {
    const narrow = narrowAbility(everything, { actions: ACTIONS, site: within });
    expect(allows(narrow, 'channel.read', channel)).toBe(false);
  }
  const unknown = createMongoAbility<Ability>([
    { action: 'channel.read', subject: 'channel', conditions: { siteId: { $ne: otherSite } } } as never,
  ]);
  expect(allows(unknown, 'channel.read', channel)).toBe(true);
  expect(allows(narrowAbility(unknown, { actions: ACTIONS, site: SITES[1]! }), 'channel.read', channel)).toBe(false);
});
