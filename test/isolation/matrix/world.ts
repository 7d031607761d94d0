import pg from 'pg';
import type { Facts, SubjectKind } from '../../../src/authority/policy.js';
import { PLATFORM_TENANT } from '../../../src/kernel/database/scope.js';
import { newId } from '../../../src/kernel/id.js';
import { type BuiltSite, scopeOf } from '../../builders.js';
import { aGrant, anAccount } from '../../people.js';
import type { TestPlatform } from '../../platform.js';
import { aUnit, type BuiltUnit } from '../../tenancy-builders.js';
import { plans } from './plans.js';
import { aPublishedFile, type PublishedFile } from './published-file.js';

/**
 * What an object is to the county K, in which the matrix stands: K's own, of the county L beside it in the same city, of the
 * city above, below, of the county X in another city, of the platform; or no object at all.
 */
export type Relation =
  | 'own'
  | 'oneself'
  | 'sibling'
  | 'sibling county'
  | 'parent'
  | 'child'
  | 'whole site'
  | 'whole county'
  | 'stranger'
  | 'stranger, asked within the own site'
  | 'platform'
  | 'missing';

export interface SiteRef {
  tenantId: string;
  id: string;
}

/** Of subjects, and of objects that are judged as a subject of another kind: a publication is an item in its place. */
export type ThingKind = SubjectKind | 'publication' | 'applied-plan';

/** An object that routes are asked about, with the facts that authority over it is judged by. */
export interface Thing {
  kind: ThingKind;
  relation: Relation;
  id: string;
  facts: Facts;
  name: string;
  /** The site in which it stands, or which it is. */
  site: SiteRef | null;
  /** What names it beside its id: what a page may say again of what was typed. */
  echoes: string[];
  /** Exists nowhere, or not where it is asked for: out of everybody's reach. */
  absent: boolean;
}

export interface World {
  province: BuiltUnit;
  /** Of K and L. */
  city: BuiltUnit;
  otherCity: BuiltUnit;
  county: BuiltUnit;
  siblingCounty: BuiltUnit;
  strangeCounty: BuiltUnit;
  /** 教育局 of K. */
  organId: string;
  things: Partial<Record<ThingKind, Thing[]>>;
  /** A document with an attachment in the channel `mx/wj` of each portal, by the slug of its tenant. */
  files: Record<string, PublishedFile>;
  /** Sessions and tokens of those to whom things are done, by whose they are. */
  others: { sessions: Record<string, string>; tokens: Record<string, string> };
  superuser: pg.Client;
}

/** The channels that each portal has beside those of its blueprint: made here, in `mx/wj` a document. */
const CHANNELS = ['mx', 'mx/jy', 'mx/jy/kc', 'mx/wj'];

/** A province with two cities, and in them three counties, furnished alike. */
export async function aWorld(platform: TestPlatform): Promise<World> {
  const superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'jilu', name: '吉庐省' });
  const city = await aUnit(platform, { slug: 'songbei', parent: province, name: '松北市' });
  const otherCity = await aUnit(platform, { slug: 'liunan', parent: province, name: '柳南市' });
  const county = await aUnit(platform, { slug: 'qinghe', parent: city, name: '清河县', departments: ['jyj', 'czj'] });
  const siblingCounty = await aUnit(platform, { slug: 'baishi', parent: city, name: '白石县', departments: ['jyj'] });
  const strangeCounty = await aUnit(platform, {
    slug: 'dongtai',
    parent: otherCity,
    name: '东台县',
    departments: ['jyj'],
  });
  const files: World['files'] = {};
  for (const { portal, unit } of [city, county, siblingCounty, strangeCounty]) {
    await makeChannels(superuser, portal);
    files[unit.slug] = await aPublishedFile(platform, portal, 'mx/wj');
  }
  await superuser.query('UPDATE tenant SET state_since = created_at');
  const world: World = {
    province,
    city,
    otherCity,
    county,
    siblingCounty,
    strangeCounty,
    organId: county.subs.jyj!.organId,
    things: {},
    files,
    others: { sessions: {}, tokens: {} },
    superuser,
  };
  const { things } = world;
  things.tenant = tenants(world);
  things.organ = organs(world);
  things.site = await sites(world);
  things.channel = channels(world);
  things.account = await accounts(platform, world);
  world.others = await signedInElsewhere(world);
  things.grant = await grants(platform, world);
  things.hostname = await hostnames(world);
  things.range = await ranges(world);
  things.reorganisation = await plans(platform, world, 'tried');
  things['applied-plan'] = await plans(platform, world, 'applied');
  things.audit = await auditEntriesOf(platform, world);
  things.item = documents(world, 'item');
  things.publication = documents(world, 'publication');
  return world;
}

async function makeChannels(superuser: pg.Client, site: BuiltSite): Promise<void> {
  for (const [position, path] of CHANNELS.entries()) {
    const segments = path.split('/');
    const id = newId();
    site.channels[path] = id;
    await superuser.query(
      `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '工作动态', 'article')`,
      [
        site.tenantId,
        id,
        site.id,
        site.channels[segments.slice(0, -1).join('/')] ?? null,
        segments.at(-1),
        path,
        segments.length,
        900 + position,
        `栏目${path}在${site.label}`,
      ],
    );
  }
}

export const at = (kind: ThingKind, relation: Relation, id: string, facts: Facts, name: string): Thing => ({
  kind,
  relation,
  id,
  facts,
  name,
  site: null,
  echoes: [],
  absent: false,
});

/** A random id of a kind: what everything out of reach has to look like. */
export function missing(kind: ThingKind): Thing {
  const facts = { tenantId: newId(), organId: newId(), siteId: newId(), accountId: newId() };
  const id = kind === 'audit' ? `${newId()}/1` : kind === 'hostname' ? `jiu-${newId()}.localhost` : newId();
  return {
    ...at(kind, 'missing', id, facts, '没有的'),
    echoes: [...Object.values(facts), `nobody${newId().slice(-6)}`],
    absent: true,
  };
}

function tenants({ province, city, county, siblingCounty, strangeCounty }: World): Thing[] {
  const of = (relation: Relation, { id, unit }: BuiltUnit): Thing => ({
    ...at('tenant', relation, id, { tenantId: id }, unit.name),
    echoes: [unit.slug, unit.code],
  });
  return [
    of('own', county),
    of('sibling county', siblingCounty),
    of('parent', city),
    of('stranger', strangeCounty),
    at('tenant', 'platform', PLATFORM_TENANT, { tenantId: PLATFORM_TENANT }, '集约平台'),
    of('parent', province),
  ];
}

function organs({ county, strangeCounty }: World): Thing[] {
  const of = (relation: Relation, { unit, subs }: BuiltUnit, slug: string): Thing => {
    const { tenantId, organId } = subs[slug]!;
    const { organName } = unit.departments.find((department) => department.slug === slug)!;
    return at('organ', relation, organId, { tenantId, organId }, organName);
  };
  return [of('own', county, 'jyj'), of('sibling', county, 'czj'), of('stranger', strangeCounty, 'jyj')];
}

async function sites({ city, county, siblingCounty, strangeCounty, superuser }: World): Promise<Thing[]> {
  const of = async (relation: Relation, { tenantId, id, label }: BuiltSite): Promise<Thing> => {
    const { rows } = await superuser.query<{ name: string; full: string; initials: string; code: string | null }>(
      'SELECT name, pinyin_full AS full, pinyin_initials AS initials, region_code AS code FROM site WHERE id = $1',
      [id],
    );
    const { name, full, initials, code } = rows[0]!;
    return {
      ...at('site', relation, id, { tenantId, siteId: id }, name),
      site: { tenantId, id },
      echoes: [name, full, initials, code ?? '', `${label}.localhost`].filter(Boolean),
    };
  };
  return [
    await of('own', county.portal),
    await of('child', county.subs.jyj!),
    await of('sibling county', siblingCounty.portal),
    await of('parent', city.portal),
    await of('stranger', strangeCounty.portal),
  ];
}

function channels({ county, siblingCounty, city, strangeCounty }: World): Thing[] {
  const of = (relation: Relation, { tenantId, id: siteId, channels: ids }: BuiltSite, path: string): Thing => ({
    ...at('channel', relation, ids[path]!, { tenantId, siteId, channelPath: path }, path),
    site: { tenantId, id: siteId },
  });
  const { portal } = county;
  const strange = of('stranger', strangeCounty.portal, 'mx/jy');
  return [
    of('own', portal, 'mx/jy'),
    of('parent', portal, 'mx'),
    of('child', portal, 'mx/jy/kc'),
    of('sibling', portal, 'mx/wj'),
    of('sibling county', siblingCounty.portal, 'mx/jy'),
    of('parent', city.portal, 'mx/jy'),
    strange,
    { ...strange, relation: 'stranger, asked within the own site', site: null, absent: true },
  ];
}

function documents(
  { county, siblingCounty, city, strangeCounty, files }: World,
  kind: 'item' | 'publication',
): Thing[] {
  const of = (relation: Relation, { portal, unit }: BuiltUnit): Thing => {
    const { tenantId, id: siteId } = portal;
    const { itemId, publicationId, title } = files[unit.slug]!;
    const facts = { tenantId, siteId, channelPath: 'mx/wj' };
    return at(kind, relation, kind === 'item' ? itemId : publicationId, facts, title);
  };
  // In the channel beside the one that those hold who hold one.
  return [of('own', county), of('sibling county', siblingCounty), of('parent', city), of('stranger', strangeCounty)];
}

/** A second name of each portal, which leads to the first. */
async function hostnames({ city, county, siblingCounty, strangeCounty, superuser }: World): Promise<Thing[]> {
  const of = async (relation: Relation, { portal, unit }: BuiltUnit): Promise<Thing> => {
    const { tenantId, id: siteId } = portal;
    await superuser.query(
      'INSERT INTO hostname (tenant_id, name, under_base, site_id, is_primary) VALUES ($1, $2, true, $3, false)',
      [tenantId, `jiu-${unit.slug}`, siteId],
    );
    return at('hostname', relation, `jiu-${unit.slug}.localhost`, { tenantId, siteId }, unit.slug);
  };
  return [
    await of('own', county),
    await of('sibling county', siblingCounty),
    await of('parent', city),
    await of('stranger', strangeCounty),
  ];
}

/** Ranges of each tenant: one from which the matrix asks, and one more. */
async function ranges({ city, county, siblingCounty, strangeCounty, superuser }: World): Promise<Thing[]> {
  const of = async (relation: Relation, tenantId: string, n: number): Promise<Thing> => {
    const id = newId();
    await superuser.query(
      `INSERT INTO sign_in_range (tenant_id, id, range, note) VALUES ($1, $2, $3::cidr, '矩阵'), ($1, gen_random_uuid(), '127.0.0.0/8', '')`,
      [tenantId, id, `10.${n}.0.0/16`],
    );
    return at('range', relation, id, { tenantId }, `10.${n}.0.0/16`);
  };
  return [
    await of('own', county.id, 1),
    await of('sibling county', siblingCounty.id, 2),
    await of('parent', city.id, 3),
    await of('stranger', strangeCounty.id, 4),
    await of('platform', PLATFORM_TENANT, 5),
  ];
}

/** The first entry of each tenant's audit. */
async function auditEntriesOf(platform: TestPlatform, world: World): Promise<Thing[]> {
  const { city, county, siblingCounty, strangeCounty } = world;
  await platform.work.run(scopeOf(PLATFORM_TENANT), async (tx) =>
    tx.audit('tenant.opened', `tenant:${PLATFORM_TENANT}`),
  );
  const of = (relation: Relation, tenantId: string) => at('audit', relation, `${tenantId}/1`, { tenantId }, relation);
  return [
    of('own', county.id),
    of('sibling county', siblingCounty.id),
    of('parent', city.id),
    of('stranger', strangeCounty.id),
    of('platform', PLATFORM_TENANT),
  ];
}

/** People to whom things are done: none holds anything, so that nobody is above anybody. */
async function accounts(platform: TestPlatform, world: World): Promise<Thing[]> {
  const { county, siblingCounty, city, strangeCounty, organId } = world;
  const of = async (relation: Relation, tenantId: string, organ: string | null): Promise<Thing> => {
    const { id, name, login } = await anAccount(platform, { tenantId, organId: organ, name: `被查${relation}` });
    return { ...at('account', relation, id, { tenantId, organId: organ, accountId: id }, name), echoes: [login] };
  };
  return [
    await of('own', county.id, organId),
    await of('sibling', county.id, county.subs.czj!.organId),
    await of('sibling county', siblingCounty.id, siblingCounty.subs.jyj!.organId),
    await of('parent', city.id, null),
    await of('stranger', strangeCounty.id, strangeCounty.subs.jyj!.organId),
    await of('platform', PLATFORM_TENANT, null),
  ];
}

async function signedInElsewhere({ things, superuser }: World): Promise<World['others']> {
  const others: World['others'] = { sessions: {}, tokens: {} };
  for (const { relation, id: accountId, facts } of things.account!) {
    const [session, token] = [newId(), newId()];
    const of = [facts.tenantId, accountId];
    await superuser.query(
      `INSERT INTO session (tenant_id, account_id, id, token_digest, stage, means, idle_until, ends_at)
       VALUES ($1, $2, $3::uuid, sha256(uuid_send($3::uuid)), 'open', 'password', now() + interval '1 hour', now() + interval '1 day')`,
      [...of, session],
    );
    await superuser.query(
      `INSERT INTO api_token (tenant_id, account_id, id, name, token_digest, actions, expires_at)
       VALUES ($1, $2, $3::uuid, 'x', sha256(uuid_send($3::uuid)), '{}', now() + interval '1 day')`,
      [...of, token],
    );
    others.sessions[relation] = session;
    others.tokens[relation] = token;
  }
  return others;
}

/** Editors' grants over places near and far, each held by somebody who holds nothing else. */
async function grants(platform: TestPlatform, world: World): Promise<Thing[]> {
  const { county, siblingCounty, strangeCounty } = world;
  const of = async (relation: Relation, site: BuiltSite, path: string | null, whole = false): Promise<Thing> => {
    const account = await anAccount(platform, { tenantId: site.tenantId, name: `持有${relation}` });
    const siteId = whole ? null : site.id;
    const scope = whole ? 'tenant' : path === null ? 'site' : 'channel';
    const channelId = path === null ? null : site.channels[path];
    const id = await aGrant(platform, account, { role: 'editor', scope, siteId, channelId, tenantId: site.tenantId });
    const facts = { tenantId: site.tenantId, siteId, channelPath: path, accountId: account.id };
    return at('grant', relation, id, facts, account.name);
  };
  const { portal } = county;
  return [
    await of('own', portal, 'mx/jy'),
    await of('parent', portal, 'mx'),
    await of('child', portal, 'mx/jy/kc'),
    await of('sibling', portal, 'mx/wj'),
    await of('whole site', portal, null),
    await of('whole county', portal, null, true),
    await of('sibling county', siblingCounty.portal, 'mx/jy'),
    await of('stranger', strangeCounty.portal, 'mx/jy'),
  ];
}
