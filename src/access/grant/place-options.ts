import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, may, reading } from '../../authority/desk-context.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { PlaceInput } from './place.js';

export interface PlaceOption {
  /** For a form: `channel:<tenant>:<site>:<channel>`. */
  value: string;
  label: string;
}

/** Most choices of one form; whoever has more chooses the site first. */
const MOST = 400;

/**
 * The places where the caller may do something with grants: whole tenants, and the site they work on with its channels.
 * Two statements.
 */
export async function findPlaceOptions(
  work: UnitOfWork,
  ctx: DeskContext,
  current: { tenantId: string; siteId: string } | null,
  action: 'grant.give' | 'grant.read',
): Promise<PlaceOption[]> {
  const none = { siteId: 'NULL::uuid', channelPath: 'NULL::text', accountId: 'NULL::uuid' };
  const options: PlaceOption[] = [];
  if (may(ctx, action, { tenantId: PLATFORM_TENANT })) options.push({ value: 'platform', label: '全平台' });
  await work.run(reading(ctx), async (tx) => {
    const tenants = conditionSql(ctx.ability, action, { tenantId: 't.id', ...none }, [PLATFORM_TENANT]);
    const rows = await tx.query<{ id: string; name: string; level: string }>(
      `SELECT t.id, t.name, t.level FROM tenant t WHERE t.id <> $1 AND ${tenants.sql} ORDER BY t.path LIMIT ${MOST}`,
      tenants.parameters,
    );
    for (const { id, name, level } of rows) {
      options.push({ value: `tenant:${id}`, label: `${name}：整个单位` });
      if (level !== 'county') options.push({ value: `node:${id}`, label: `${name}：及其全部下级` });
    }
    if (!current) return;
    const facts = { tenantId: 's.tenant_id', siteId: 's.id', channelPath: 'c.path', accountId: 'NULL::uuid' };
    const channels = conditionSql(ctx.ability, action, facts, [current.tenantId, current.siteId]);
    const places = await tx.query<ReadPlace>(
      `SELECT s.name AS site, c.id, c.parent_id AS "parentId", coalesce(c.name, s.name) AS name, coalesce(c.depth, 0) AS depth
       FROM site s
       CROSS JOIN LATERAL (
         SELECT NULL::uuid AS id, NULL::uuid AS parent_id, NULL::text COLLATE "C" AS path, NULL::text AS name,
           0::smallint AS depth, 0 AS position
         UNION ALL
         SELECT id, parent_id, path, name, depth, position FROM channel WHERE tenant_id = s.tenant_id AND site_id = s.id
       ) c
       WHERE s.tenant_id = $1 AND s.id = $2 AND ${channels.sql}
       ORDER BY c.path IS NOT NULL, c.depth, c.position, c.path LIMIT ${MOST}`,
      channels.parameters,
    );
    for (const { site, id, name, depth } of inTreeOrder(places))
      options.push(
        id === null
          ? { value: `site:${current.tenantId}:${current.siteId}`, label: `${site}：整个网站` }
          : {
              value: `channel:${current.tenantId}:${current.siteId}:${id}`,
              label: `${'　'.repeat(depth)}栏目：${name}`,
            },
      );
  });
  return options;
}

interface ReadPlace {
  site: string;
  /** Null: the site itself. */
  id: string | null;
  parentId: string | null;
  name: string;
  depth: number;
}

/** Each channel after the one above it, siblings as the site shows them; given: ordered by depth and place. */
function inTreeOrder(places: readonly ReadPlace[]): ReadPlace[] {
  const there = new Set(places.map(({ id }) => id));
  const below = Map.groupBy(places, ({ id, parentId }) => (id && parentId && there.has(parentId) ? parentId : null));
  const from = (place: ReadPlace): ReadPlace[] => [
    place,
    ...(place.id ? (below.get(place.id) ?? []).flatMap(from) : []),
  ];
  return (below.get(null) ?? []).flatMap(from);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The place of a grant as the choice of a form. */
export const placeOption = ({ scope, tenantId, siteId, channelId }: PlaceInput): string =>
  scope === 'platform' ? scope : [scope, tenantId, siteId, channelId].filter(Boolean).join(':');

/** Reads the choice of a form; null when it is none. What it names is judged by the command. */
export function readPlaceOption(value: string): PlaceInput | null {
  if (value === 'platform') return { scope: 'platform', tenantId: PLATFORM_TENANT };
  const [scope, ...ids] = value.split(':');
  if (!ids.every((id) => UUID.test(id))) return null;
  const [tenantId, siteId, channelId] = ids;
  if ((scope === 'tenant' || scope === 'node' || scope === 'region') && ids.length === 1)
    return { scope, tenantId: tenantId! };
  if (scope === 'site' && ids.length === 2) return { scope, tenantId: tenantId!, siteId };
  if (scope === 'channel' && ids.length === 3) return { scope, tenantId: tenantId!, siteId, channelId };
  return null;
}
