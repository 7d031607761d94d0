import { z } from 'zod';
import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { FormFaults, line } from '../form-faults.js';
import { faultOfSlug } from '../plan/slug.js';
import type { TenantRecord } from '../tenant/tenant.queries.js';
import type { SiteKind } from './site-directory.js';
import { readingsOf } from './site-reading.js';

export type SubSiteKind = Exclude<SiteKind, 'portal'>;

export const isSubSiteKind = (kind: SiteKind): kind is SubSiteKind => kind !== 'portal';

export interface NewSubSite {
  name: string;
  shortName: string;
  /** Last part of its address. */
  slug: string;
  /** The organ behind it; absent: one of the site's name is made. */
  organId?: string;
}

/** What a sub-site is apart from its name: of a site that is copied, or of a blueprint. */
export interface SubSiteLook {
  kind: SubSiteKind;
  tagline: string;
  theme: string | null;
  /** '' when it follows no blueprint. */
  blueprintRevision: string;
}

export interface MadeSubSite {
  siteId: string;
  tenantId: string;
  name: string;
  shortName: string;
  key: string;
  prefix: string;
}

/** Fields of a form that asks for a sub-site. */
export const newSubSiteFields = {
  name: line('网站名称', 60),
  shortName: line('简称', 20),
  slug: z.string({ error: '请填写网址' }).superRefine((slug, context) => {
    const fault = faultOfSlug(slug);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  }),
  organId: z.uuid({ error: '请从列表里选择主办单位' }).optional(),
};

/** Where the sub-sites of a kind lie below their portal. */
export const SUB_SITE_FOLDERS: Record<SubSiteKind, string> = { department: '/bm/', township: '/xz/' };

/**
 * Makes a sub-site under a tenant's portal, whose marks (标识码, 备案号) it carries.
 * @throws FormFaults for an address that is taken, or an organ that is not the tenant's
 */
export async function makeSubSite(
  tx: Tx<TenantScope>,
  look: SubSiteLook,
  tenant: TenantRecord,
  { name, shortName, slug, organId }: NewSubSite,
): Promise<MadeSubSite> {
  const siteId = newId();
  const key = `own/${siteId}`;
  const [reading] = await readingsOf([name]);
  const sponsorId = organId ?? (await makeOrgan(tx, look.kind, tenant, { name, shortName }));
  const prefix = `${SUB_SITE_FOLDERS[look.kind]}${slug}/`;
  const opened = await tx.query(
    `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, region_code, position, name,
       short_name, tagline, sponsor_id, undertaker_id, identification_code, icp_number, public_security_number,
       demonstration, theme, pinyin_full, pinyin_initials, blueprint_revision)
     SELECT $1, $2, $3, CASE WHEN $3 = 'township' THEN 'township' ELSE p.level END, $4, p.id, $5, p.region_path,
       p.region_code, (SELECT coalesce(max(position), 0) + 1 FROM site WHERE tenant_id = $1), $6, $7, $8, o.id,
       p.undertaker_id, p.identification_code, p.icp_number, p.public_security_number, p.demonstration, $9, $10, $11, $13
     FROM site p JOIN organ o ON o.tenant_id = $1 AND o.id = $12 AND o.ended_on IS NULL
     WHERE p.tenant_id = $1 AND p.key = 'portal'
     ON CONFLICT (tenant_id, prefix) DO NOTHING RETURNING id`,
    [
      tenant.tenantId,
      siteId,
      look.kind,
      key,
      prefix,
      name,
      shortName,
      look.tagline,
      look.theme,
      reading!.full,
      reading!.initials,
      sponsorId,
      look.blueprintRevision,
    ],
  );
  if (opened.length === 0) {
    const [organ] = await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND id = $2 AND ended_on IS NULL', [
      tenant.tenantId,
      sponsorId,
    ]);
    throw new FormFaults(
      organ ? { slug: `${prefix} 已有子站使用，请换一个网址。` } : { organId: '本单位没有这个机关，请从列表里选择。' },
    );
  }
  return { siteId, tenantId: tenant.tenantId, name, shortName, key, prefix };
}

async function makeOrgan(
  tx: Tx<TenantScope>,
  kind: SubSiteKind,
  tenant: TenantRecord,
  { name, shortName }: { name: string; shortName: string },
): Promise<string> {
  const organId = newId();
  await tx.query(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [tenant.tenantId, organId, kind, `own/${organId}`, name, shortName, tenant.regionCode],
  );
  return organId;
}
