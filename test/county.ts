import { newId } from '../src/kernel/id.js';
import { siteTags } from '../src/tenancy/tags.js';
import { aSite, type BuiltSite, scopeOf } from './builders.js';
import type { TestPlatform } from './platform.js';

/** A county with departments, their sub-sites, people, channels and grants. */
export interface County {
  tenantId: string;
  portal: BuiltSite;
  slug: string;
  /** Ids by name. */
  organs: Record<string, string>;
  /** Ids by sign-in name without the county's slug. */
  people: Record<string, string>;
  /** Ids by address on the host: `zwgk/jy`, `bm/jyj/gzdt`. */
  channels: Record<string, string>;
  /** Ids by prefix. */
  subSites: Record<string, string>;
}

export interface CountyPlan {
  slug?: string;
  organs: {
    name: string;
    shortName?: string;
    telephone?: string;
    address?: string;
    introduction?: string;
    site?: string;
  }[];
  people?: { login: string; name: string; organ: string }[];
  /** On the portal, parents first. */
  channels?: {
    path: string;
    name?: string;
    organ?: string;
    description?: string;
    keywords?: string[];
    telephone?: string;
    overridden?: string[];
    own?: boolean;
  }[];
  grants?: { login: string; role: string; at: string }[];
}

let counties = 0;

export async function aCounty(platform: TestPlatform, plan: CountyPlan): Promise<County> {
  counties += 1;
  const slug = plan.slug ?? `county${counties}`;
  const portal = await aSite(platform, { slug, channels: [] });
  const { tenantId } = portal;
  const county: County = { tenantId, portal, slug, organs: {}, people: {}, channels: {}, subSites: {} };
  await platform.work.run(scopeOf(tenantId, 'provision'), async (tx) => {
    const insert = (table: string, row: Record<string, unknown>) =>
      tx.query(
        `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).map((_, i) => `$${i + 1}`)})`,
        Object.values(row),
      );
    const [government] = await tx.query<{ id: string; path: string }>(
      `SELECT o.id, t.path FROM organ o JOIN tenant t ON t.id = o.tenant_id WHERE o.tenant_id = $1`,
      [tenantId],
    );
    for (const [i, organ] of plan.organs.entries()) {
      const id = newId();
      county.organs[organ.name] = id;
      await insert('organ', {
        tenant_id: tenantId,
        id,
        kind: 'department',
        key: `bm/${i}`,
        name: organ.name,
        short_name: organ.shortName ?? organ.name,
        telephone: organ.telephone ?? `0431-8000${i}`,
        address: organ.address ?? `${organ.name}大街${i + 1}号`,
        introduction: organ.introduction ?? `${organ.name}的子站。`,
      });
      if (!organ.site) continue;
      const siteId = newId();
      county.subSites[organ.site] = siteId;
      await insert('site', {
        tenant_id: tenantId,
        id: siteId,
        kind: 'department',
        level: 'county',
        key: `bm/${i}`,
        parent_site_id: portal.id,
        prefix: organ.site,
        region_path: government!.path,
        name: organ.name,
        short_name: organ.shortName ?? organ.name,
        tagline: `${organ.name}欢迎您`,
        sponsor_id: id,
        undertaker_id: id,
        blueprint_revision: '1',
      });
      county.channels[`${organ.site.slice(1)}gzdt`] = await channel(
        insert,
        tenantId,
        siteId,
        null,
        'gzdt',
        '工作动态',
        1,
      );
    }
    for (const [i, one] of (plan.channels ?? []).entries()) {
      const at = one.path.lastIndexOf('/');
      const parent = at < 0 ? null : county.channels[one.path.slice(0, at)]!;
      county.channels[one.path] = await channel(
        insert,
        tenantId,
        portal.id,
        parent,
        one.path,
        one.name ?? one.path,
        i + 1,
        {
          organ_id: one.organ ? county.organs[one.organ] : null,
          description: one.description ?? '',
          keywords: one.keywords ?? [],
          responsible_telephone: one.telephone ?? '',
          overridden: one.overridden ?? [],
          ...(one.own ? { blueprint_key: null } : {}),
        },
      );
    }
    for (const { login, name, organ } of plan.people ?? []) {
      const id = newId();
      county.people[login] = id;
      await insert('account', {
        tenant_id: tenantId,
        id,
        organ_id: county.organs[organ]!,
        login: `${slug}-${login}`,
        name,
      });
    }
    for (const { login, role, at } of plan.grants ?? []) {
      const siteId = county.subSites[at];
      const channelId = county.channels[at] ?? null;
      const [place] = await tx.query<{ site_id: string }>(
        'SELECT site_id FROM channel WHERE tenant_id = $1 AND id = $2',
        [tenantId, channelId],
      );
      await insert('access_grant', {
        tenant_id: tenantId,
        id: newId(),
        account_tenant_id: tenantId,
        account_id: county.people[login]!,
        role,
        scope: siteId ? 'site' : 'channel',
        site_id: siteId ?? place!.site_id,
        channel_id: channelId,
        given_by: 'x',
      });
    }
    await tx.emit({ name: 'tenancy.unit-provisioned', tenantId, tags: [siteTags.directory] });
  });
  return county;
}

async function channel(
  insert: (table: string, row: Record<string, unknown>) => Promise<unknown>,
  tenantId: string,
  siteId: string,
  parentId: string | null,
  path: string,
  name: string,
  position: number,
  more: Record<string, unknown> = {},
): Promise<string> {
  const id = newId();
  await insert('channel', {
    tenant_id: tenantId,
    id,
    site_id: siteId,
    parent_id: parentId,
    slug: path.split('/').at(-1),
    path,
    depth: path.split('/').length,
    position,
    name,
    column_type: '工作动态',
    item_kind: 'article',
    blueprint_key: path.replaceAll('/', '.'),
    ...more,
  });
  return id;
}
