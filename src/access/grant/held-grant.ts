import { compileAbility, type HeldRole, type Holder, type Reach } from '../../authority/ability.js';
import type { DeskContext } from '../../authority/desk-context.js';
import type { Rule } from '../../authority/policy.js';
import type { Role, ScopeKind } from '../../authority/role.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';

/** A grant in force, with what it reaches. */
export interface HeldGrant extends HeldRole {
  id: string;
  role: Role;
  scope: ScopeKind;
  tenantId: string;
  siteId: string | null;
  channelId: string | null;
  mayGiveOn: boolean;
  endsAt: Date | null;
  /** Where, in words: 农安县 › 农安县人民政府 › 政务公开. */
  place: string;
}

/** All that an account holds at this moment, compiled. */
export interface Authority {
  held: HeldGrant[];
  tenantIds: string[];
  ability: DeskContext['ability'];
}

interface Row {
  id: string;
  role: Role;
  scope: ScopeKind;
  tenantId: string;
  siteId: string | null;
  channelId: string | null;
  channelPath: string | null;
  mayGiveOn: boolean;
  endsAt: Date | null;
  root: string;
  tenantName: string;
  siteName: string | null;
  channelName: string | null;
}

/** A grant whose site or channel was deleted went with it (foreign key), so each row still has a place. */
const HELD = `
  SELECT g.id, g.role, g.scope, g.tenant_id AS "tenantId", g.site_id AS "siteId", g.channel_id AS "channelId",
    c.path AS "channelPath", g.may_give_on AS "mayGiveOn", g.ends_at AS "endsAt", t.path AS root,
    t.name AS "tenantName", s.name AS "siteName", c.name AS "channelName"
  FROM access_grant g
  JOIN tenant t ON t.id = g.tenant_id
  LEFT JOIN site s ON s.tenant_id = g.tenant_id AND s.id = g.site_id
  LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id
  WHERE g.account_id = $1 AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > now())
  ORDER BY g.given_at, g.id`;

/** The tenants below several roots at once: a path is a range of text. */
const BELOW = `
  SELECT DISTINCT r.root, t.id FROM unnest($1::text[]) AS r(root)
  JOIN tenant t ON r.root = '' OR (t.path >= r.root COLLATE "C" AND t.path < rtrim(r.root, '/') || '0' COLLATE "C")`;

/** Two statements whatever the number of grants, sites and tenants; one for most people. */
export async function readAuthority(tx: Tx<ClusterScope>, rules: Iterable<Rule>, holder: Holder): Promise<Authority> {
  const rows = await tx.query<Row>(HELD, [holder.accountId]);
  const roots = [...new Set(rows.filter((row) => isWide(row.scope)).map((row) => row.root))];
  const below = roots.length > 0 ? await tx.query<{ root: string; id: string }>(BELOW, [roots]) : [];
  const tenantsOf = Map.groupBy(below, (row) => row.root);
  const held = rows.map((row): HeldGrant => {
    const { root, channelPath, tenantName, siteName, channelName, ...grant } = row;
    const tenantIds = isWide(row.scope) ? (tenantsOf.get(root) ?? []).map((tenant) => tenant.id) : [row.tenantId];
    return {
      ...grant,
      reach: reachOf(row, tenantIds),
      place: [tenantName, siteName, channelName].filter(Boolean).join(' › '),
    };
  });
  const tenantIds = new Set(below.map((row) => row.id));
  for (const grant of held) tenantIds.add(grant.tenantId);
  return { held, tenantIds: [...tenantIds], ability: compileAbility(rules, holder, held) };
}

const isWide = (scope: ScopeKind): boolean => scope === 'platform' || scope === 'node' || scope === 'region';

function reachOf(row: Pick<Row, 'scope' | 'tenantId' | 'siteId' | 'channelPath'>, tenantIds: string[]): Reach {
  const { scope, tenantId, siteId, channelPath } = row;
  if (scope === 'platform') return { kind: 'all' };
  if (scope === 'channel' && siteId && channelPath) return { kind: 'channel', tenantId, siteId, channelPath };
  if (scope === 'site' && siteId) return { kind: 'site', tenantId, siteId };
  return { kind: 'tenants', tenantIds };
}
