import { newId } from '../../kernel/id.js';
import { readingsOf } from '../site/site-reading.js';
import type { KnownTenant, OpeningRequest, ProvisionedSite, ProvisionTx } from './provision-step.js';
import type { SitePlan } from './unit-rows.js';

/** What a plan says of a site and the site may say otherwise. */
const OVERRIDABLE = ['name', 'short_name', 'tagline'] as const;

const columns = OVERRIDABLE.map(
  (c) => `${c} = CASE WHEN '${c}' = ANY (known.overridden) THEN known.${c} ELSE excluded.${c} END`,
);
const differs = OVERRIDABLE.map((c) => `(NOT '${c}' = ANY (known.overridden) AND known.${c} <> excluded.${c})`);

const UPSERT = `
  INSERT INTO site AS known (tenant_id, id, kind, level, key, parent_site_id, prefix, region_path, region_code, position,
    name, short_name, tagline, sponsor_id, undertaker_id, identification_code, icp_number, public_security_number,
    demonstration, blueprint_revision, theme, overridden, pinyin_full, pinyin_initials)
  SELECT $1, s.id, s.kind, s.level, s.key, s.parent_site_id, s.prefix, s.region_path, s.region_code, s.position,
    s.name, s.short_name, s.tagline, sponsor.id, undertaker.id, s.identification_code, s.icp_number,
    s.public_security_number, s.demonstration, s.blueprint_revision, s.theme, s.overridden, s.pinyin_full, s.pinyin_initials
  FROM jsonb_to_recordset($2) AS s(id uuid, kind text, level text, key text, parent_site_id uuid, prefix text,
    region_path text, region_code text, position int, name text, short_name text, tagline text, sponsor text,
    undertaker text, identification_code text, icp_number text, public_security_number text, demonstration boolean,
    blueprint_revision text, theme text, overridden text[], pinyin_full text, pinyin_initials text)
  JOIN organ sponsor ON sponsor.tenant_id = $1 AND sponsor.key = s.sponsor
  JOIN organ undertaker ON undertaker.tenant_id = $1 AND undertaker.key = s.undertaker
  ON CONFLICT (tenant_id, key) DO UPDATE SET ${columns.join(', ')},
    position = excluded.position,
    blueprint_revision = excluded.blueprint_revision,
    pinyin_full = CASE WHEN 'name' = ANY (known.overridden) THEN known.pinyin_full ELSE excluded.pinyin_full END,
    pinyin_initials = CASE WHEN 'name' = ANY (known.overridden) THEN known.pinyin_initials ELSE excluded.pinyin_initials END
  WHERE (known.blueprint_revision, known.position) IS DISTINCT FROM (excluded.blueprint_revision, excluded.position)
    OR (NOT 'name' = ANY (known.overridden) AND known.pinyin_full = '')
    OR ${differs.join(' OR ')}
  RETURNING id`;

/** Opens the planned sites of a tenant, or brings them up to the plan. */
export async function openSites(
  tx: ProvisionTx,
  tenant: KnownTenant,
  plans: SitePlan[],
  request: OpeningRequest,
): Promise<{ opened: ProvisionedSite[]; changed: number }> {
  const before = await tx.query<{ id: string; key: string }>('SELECT id, key FROM site WHERE tenant_id = $1', [
    tenant.id,
  ]);
  const ids = new Map(before.map((site) => [site.key, site.id]));
  for (const plan of plans) if (!ids.has(plan.key)) ids.set(plan.key, newId());
  const portal = ids.get('portal');
  const readings = await readingsOf(plans.map((plan) => plan.name));
  const rows = plans.map(({ blueprint, blanks, ...plan }, i) => ({
    ...plan,
    id: ids.get(plan.key),
    parent_site_id: plan.key === 'portal' ? null : portal,
    region_path: tenant.path,
    blueprint_revision: blueprint.revision,
    theme: plan.key === 'portal' ? (request.theme ?? null) : null,
    overridden: plan.key === 'portal' ? (request.overridden ?? []) : [],
    pinyin_full: readings[i]!.full,
    pinyin_initials: readings[i]!.initials,
  }));
  const changed = await tx.query(UPSERT, [tenant.id, JSON.stringify(rows)]);
  const opened: ProvisionedSite[] = plans.map((plan) => ({
    id: ids.get(plan.key)!,
    tenantId: tenant.id,
    key: plan.key,
    level: plan.level,
    blueprint: plan.blueprint,
    blanks: plan.blanks,
  }));
  return { opened, changed: changed.length };
}
