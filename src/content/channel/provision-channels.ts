import { newId } from '../../kernel/id.js';
import type { BlueprintChannel } from '../../tenancy/plan/blueprint.js';
import { fillBlanks, type ProvisionedSite, type ProvisionStep } from '../../tenancy/provision/provision-step.js';
import { contentErrors } from '../errors.js';
import { contentTags } from '../tags.js';
import { DEEPEST_CHANNEL, settleStates } from './site-channels.js';

interface Row {
  id: string;
  site_id: string;
  parent_id: string | null;
  slug: string;
  path: string;
  depth: number;
  position: number;
  name: string;
  column_type: string;
  item_kind: string;
  description: string;
  keywords: string[];
  update_days: number | null;
  limit_days: number | null;
  recommended: boolean;
  blueprint_key: string;
}

/** What a blueprint says of a channel and a site may say otherwise. */
const OVERRIDABLE = ['name', 'description', 'keywords', 'update_days', 'limit_days', 'position'] as const;

const columns = OVERRIDABLE.map(
  (c) => `${c} = CASE WHEN '${c}' = ANY (known.overridden) THEN known.${c} ELSE excluded.${c} END`,
);
const differs = OVERRIDABLE.map(
  (c) => `(NOT '${c}' = ANY (known.overridden) AND known.${c} IS DISTINCT FROM excluded.${c})`,
);

const UPSERT = `
  INSERT INTO channel AS known (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind,
    description, keywords, update_days, limit_days, recommended, blueprint_key)
  SELECT $1, c.id, c.site_id, c.parent_id, c.slug, c.path, c.depth, c.position, c.name, c.column_type, c.item_kind,
    c.description, c.keywords, c.update_days, c.limit_days, c.recommended, c.blueprint_key
  FROM jsonb_to_recordset($2) AS c(id uuid, site_id uuid, parent_id uuid, slug text, path text, depth smallint, position int,
    name text, column_type text, item_kind text, description text, keywords text[], update_days int, limit_days int,
    recommended boolean, blueprint_key text)
  ON CONFLICT (tenant_id, site_id, blueprint_key) DO UPDATE SET ${columns.join(', ')},
    column_type = excluded.column_type, item_kind = excluded.item_kind, recommended = excluded.recommended
  WHERE ${differs.join(' OR ')}
    OR (known.column_type, known.item_kind, known.recommended)
       IS DISTINCT FROM (excluded.column_type, excluded.item_kind, excluded.recommended)
  RETURNING site_id`;

/** A channel that stands already, and where: a site may have moved it. */
interface Standing {
  id: string;
  site_id: string;
  parent_id: string | null;
  blueprint_key: string | null;
  path: string;
  depth: number;
  state: string;
}

/**
 * The channel tree of each site, from its blueprint. A channel once made keeps its id, its parent and its path; what a
 * site changed by hand is in `overridden` and stays, its place too; channels of its own have no key and are not touched.
 * What the blueprint adds comes below its parent wherever that stands now.
 */
export const provisionChannels: ProvisionStep = {
  name: 'channels',
  async run(tx, unit, sites) {
    const before = await tx.query<Standing>(
      'SELECT id, site_id, parent_id, blueprint_key, path, depth, state FROM channel WHERE tenant_id = $1',
      [tx.scope.tenantId],
    );
    const standing = new Map(before.map((c) => [`${c.site_id} ${c.blueprint_key}`, c]));
    const rows = sites.flatMap((site) => rowsOf(site, site.blueprint.channels, null, unit.level, standing));
    requireRoom(rows, before);
    const changed = await tx.query<{ site_id: string }>(UPSERT, [tx.scope.tenantId, JSON.stringify(rows)]);
    const touched = [...new Set(changed.map((row) => row.site_id))];
    const restricted = new Set(before.filter((c) => c.state !== 'open').map((c) => c.site_id));
    for (const id of touched) if (restricted.has(id)) await settleStates(tx, { tenantId: tx.scope.tenantId, id });
    if (touched.length > 0 && before.length > 0)
      await tx.emit({
        name: 'content.channels-changed',
        tenantId: tx.scope.tenantId,
        tags: touched.map(contentTags.navigation),
      });
    return changed.length;
  },
};

/**
 * Whether all that is new finds a free address at a depth that there is, where its parent stands now.
 * @throws UserError `content.channel-path-taken`, `content.channel-blueprint-too-deep`
 */
function requireRoom(rows: readonly Row[], before: readonly Standing[]): void {
  const known = new Set(before.map((c) => c.id));
  const held = new Set(before.map((c) => `${c.site_id} ${c.path}`));
  const made = rows.filter((row) => !known.has(row.id));
  const taken = made.filter((row) => held.has(`${row.site_id} ${row.path}`));
  if (taken.length > 0)
    throw contentErrors['content.channel-path-taken']({ paths: taken.map((row) => row.path).join('、') });
  const deep = made.find((row) => row.depth > DEEPEST_CHANNEL);
  if (deep) {
    const path = deep.path.slice(0, deep.path.lastIndexOf('/'));
    throw contentErrors['content.channel-blueprint-too-deep']({ path, depth: deep.depth - 1, name: deep.name });
  }
}

function rowsOf(
  site: ProvisionedSite,
  channels: BlueprintChannel[],
  parent: Row | null,
  level: 'province' | 'city' | 'county',
  standing: ReadonlyMap<string, Standing>,
): Row[] {
  return channels.flatMap((channel, position) => {
    if (channel.levels && !channel.levels.includes(level)) return [];
    const before = standing.get(`${site.id} ${channel.key}`);
    const row: Row = {
      id: before?.id ?? newId(),
      site_id: site.id,
      parent_id: before ? before.parent_id : (parent?.id ?? null),
      slug: channel.slug,
      path: before?.path ?? (parent ? `${parent.path}/${channel.slug}` : channel.slug),
      depth: before?.depth ?? (parent?.depth ?? 0) + 1,
      position,
      name: fillBlanks(channel.name, site.blanks),
      column_type: channel.columnType,
      item_kind: channel.itemKind,
      description: fillBlanks(channel.description, site.blanks),
      keywords: channel.keywords.map((keyword) => fillBlanks(keyword, site.blanks)),
      update_days: channel.updateDays,
      limit_days: channel.limitDays,
      recommended: channel.recommended ?? false,
      blueprint_key: channel.key,
    };
    return [row, ...rowsOf(site, channel.channels ?? [], row, level, standing)];
  });
}
