import { join } from 'node:path';
import type pg from 'pg';
import { compileAbility, type HeldRole, type Reach } from '../src/authority/ability.js';
import type { DeskContext } from '../src/authority/desk-context.js';
import { rulesOf } from '../src/authority/policy.js';
import type { Role } from '../src/authority/role.js';
import { provisionChannels } from '../src/content/channel/provision-channels.js';
import { projectRoot } from '../src/kernel/config/project-root.js';
import { newId } from '../src/kernel/id.js';
import { loadBlueprints } from '../src/tenancy/plan/blueprint.js';
import { loadPublicFacts } from '../src/tenancy/plan/public-facts.js';
import type { PlannedSubSite, PlannedUnit } from '../src/tenancy/plan/types.js';
import { tenancyPolicy } from '../src/tenancy/policy.js';
import type { ProvisionStep } from '../src/tenancy/provision/provision-step.js';
import { ProvisionUnit } from '../src/tenancy/provision/provision-unit.js';
import type { BuiltSite } from './builders.js';
import { OPERATOR, type TestPlatform } from './platform.js';

const folder = join(projectRoot, 'blueprints');

/** The command that opens units, as the program has it. */
export async function aProvisionUnit(platform: TestPlatform, steps: ProvisionStep[] = [provisionChannels]) {
  return new ProvisionUnit(
    platform.work,
    await loadBlueprints(folder),
    await loadPublicFacts(join(folder, 'demo-facts.json')),
    steps,
  );
}

export interface BuiltUnit {
  id: string;
  path: string;
  unit: PlannedUnit;
  portal: BuiltSite;
  /** Sub-sites by slug. */
  subs: Record<string, BuiltSite & { organId: string }>;
}

let count = 0;

/** A government with portal and sub-sites, opened as any other, below a parent when one is given. */
export async function aUnit(
  platform: TestPlatform,
  of: { slug: string; parent?: BuiltUnit; departments?: string[]; townships?: string[]; name?: string },
): Promise<BuiltUnit> {
  count += 1;
  const level = of.parent ? (of.parent.unit.level === 'province' ? 'city' : 'county') : 'province';
  const code = String(310_000 + count);
  const name = of.name ?? `${of.slug}县`;
  const sub = (kind: PlannedSubSite['kind'], slug: string, i: number): PlannedSubSite => ({
    code: kind === 'township' ? `${code}${100 + i}` : null,
    name: `${slug}${kind === 'township' ? '镇' : '局'}`,
    shortName: slug,
    organName: `${name}${slug}${kind === 'township' ? '镇人民政府' : '局'}`,
    slug,
    kind,
  });
  const unit: PlannedUnit = {
    code,
    parentCode: of.parent?.unit.code ?? null,
    level,
    form: 'county',
    name,
    shortName: of.slug,
    governmentName: `${name}人民政府`,
    documentPrefix: '试政',
    slug: of.slug,
    townships: (of.townships ?? []).map((slug, i) => sub('township', slug, i)),
    departments: (of.departments ?? []).map((slug, i) => sub('department', slug, i)),
  };
  await knowRegions(platform, unit);
  const { id, path } = await (await aProvisionUnit(platform)).run(OPERATOR, unit, of.parent ?? null, null);
  return { id, path, unit, ...(await sitesOf(platform, id, of.slug)) };
}

export async function knowRegions(platform: TestPlatform, unit: PlannedUnit): Promise<void> {
  const regions = [
    { code: unit.code, level: unit.level, name: unit.name },
    ...unit.townships.map((township) => ({ code: township.code, level: 'township', name: township.name })),
  ];
  await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'provision' }, (tx) =>
    tx.query(
      `INSERT INTO region (code, level, name)
       SELECT * FROM jsonb_to_recordset($1) AS r(code text, level text, name text) ON CONFLICT DO NOTHING`,
      [JSON.stringify(regions)],
    ),
  );
}

async function sitesOf(platform: TestPlatform, tenantId: string, slug: string) {
  const rows = await platform.work.run({ kind: 'tenant', actor: OPERATOR, tenantId }, (tx) =>
    tx.query<{ id: string; prefix: string; organId: string; channels: Record<string, string> | null }>(
      `SELECT s.id, s.prefix, s.sponsor_id AS "organId",
         (SELECT jsonb_object_agg(c.path, c.id) FROM channel c WHERE c.tenant_id = s.tenant_id AND c.site_id = s.id) AS channels
       FROM site s WHERE s.tenant_id = $1`,
      [tenantId],
    ),
  );
  const built = rows.map((row) => ({ ...row, tenantId, label: slug, channels: row.channels ?? {} }));
  const subs = built.filter((site) => site.prefix !== '/');
  return {
    portal: built.find((site) => site.prefix === '/')!,
    subs: Object.fromEntries(subs.map((site) => [site.prefix.split('/').at(-2)!, site])),
  };
}

/** Somebody at the desk who holds these roles, and what they may do by the rules of tenancy. */
export function aDeskContext(tenantIds: string[], held: { role: Role; reach: Reach }[], name = '张三'): DeskContext {
  const accountId = newId();
  const account = { tenantId: tenantIds[0]!, id: accountId, login: name, name, organId: null };
  const ability = compileAbility(
    rulesOf([tenancyPolicy]).values(),
    { accountId, tenantId: account.tenantId, organId: null },
    held as HeldRole[],
  );
  return { actor: { kind: 'account', name, id: accountId }, account, ability, tenantIds };
}

/** An account with what belongs to it, by a superuser: no single role may write all of it. */
export async function anAccount(
  superuser: pg.Client,
  of: { tenantId: string; organId?: string; login: string; name?: string },
): Promise<string> {
  const id = newId();
  await superuser.query(
    `INSERT INTO account (tenant_id, id, organ_id, login, name, state) VALUES ($1, $2, $3, $4, $5, 'open')`,
    [of.tenantId, id, of.organId ?? null, of.login, of.name ?? of.login],
  );
  await superuser.query('INSERT INTO credential (tenant_id, account_id) VALUES ($1, $2)', [of.tenantId, id]);
  await superuser.query(
    `INSERT INTO session (tenant_id, id, account_id, token_digest, stage, means, idle_until, ends_at)
     VALUES ($1, gen_random_uuid(), $2, sha256(uuid_send($2)), 'open', 'password', now() + interval '1 hour', now() + interval '1 day')`,
    [of.tenantId, id],
  );
  return id;
}

export async function aGrant(
  superuser: pg.Client,
  of: {
    tenantId: string;
    accountTenantId: string;
    accountId: string;
    role: Role;
    scope: 'tenant' | 'site' | 'channel';
    siteId?: string;
    channelId?: string;
  },
): Promise<string> {
  const id = newId();
  await superuser.query(
    `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, channel_id, given_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '试')`,
    [of.tenantId, id, of.accountTenantId, of.accountId, of.role, of.scope, of.siteId ?? null, of.channelId ?? null],
  );
  return id;
}
