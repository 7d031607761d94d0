import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { FormFaults } from '../form-faults.js';
import type { DeskSite } from '../site/site.queries.js';
import { readingsOf } from '../site/site-reading.js';
import type { TenantRecord } from '../tenant/tenant.queries.js';
import type { ClonedSite } from './clone-step.js';

export interface NewSubSite {
  name: string;
  shortName: string;
  slug: string;
  organId?: string;
}

/**
 * Opens a sub-site of the kind and look of another under a tenant's portal, whose marks (标识码, 备案号) it carries.
 * @throws FormFaults for an address that is taken, or an organ that is not the tenant's
 */
export async function openSubSite(
  tx: Tx<TenantScope>,
  source: DeskSite,
  tenant: TenantRecord,
  { name, shortName, slug, organId }: NewSubSite,
): Promise<ClonedSite> {
  const siteId = newId();
  const [reading] = await readingsOf([name]);
  const sponsorId = organId ?? (await makeOrgan(tx, source, tenant, { name, shortName }));
  const prefix = `/${source.kind === 'township' ? 'xz' : 'bm'}/${slug}/`;
  const opened = await tx.query(
    `INSERT INTO site (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, region_code, position, name,
       short_name, tagline, sponsor_id, undertaker_id, identification_code, icp_number, public_security_number,
       demonstration, theme, pinyin_full, pinyin_initials)
     SELECT $1, $2, $3, CASE WHEN $3 = 'township' THEN 'township' ELSE p.level END, $4, p.id, $5, p.region_path,
       p.region_code, (SELECT coalesce(max(position), 0) + 1 FROM site WHERE tenant_id = $1), $6, $7, $8, o.id,
       p.undertaker_id, p.identification_code, p.icp_number, p.public_security_number, p.demonstration, $9, $10, $11
     FROM site p JOIN organ o ON o.tenant_id = $1 AND o.id = $12
     WHERE p.tenant_id = $1 AND p.key = 'portal'
     ON CONFLICT (tenant_id, prefix) DO NOTHING RETURNING id`,
    [
      tenant.tenantId,
      siteId,
      source.kind,
      `own/${siteId}`,
      prefix,
      name,
      shortName,
      source.tagline.replace(source.tenantName, tenant.name),
      source.theme,
      reading!.full,
      reading!.initials,
      sponsorId,
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
  return { siteId, tenantId: tenant.tenantId, name, shortName };
}

async function makeOrgan(
  tx: Tx<TenantScope>,
  source: DeskSite,
  tenant: TenantRecord,
  { name, shortName }: { name: string; shortName: string },
): Promise<string> {
  const organId = newId();
  await tx.query(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenant.tenantId,
      organId,
      source.kind === 'township' ? 'township' : 'department',
      `own/${organId}`,
      name,
      shortName,
      tenant.regionCode,
    ],
  );
  return organId;
}
