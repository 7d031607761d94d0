import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { type ClonedRow, type ClonedSite, type CloneStep, renamed } from '../../tenancy/clone/clone-step.js';
import { contentTags } from '../tags.js';
import { settleStates } from './site-channels.js';

/** A channel as it is taken: all but what is the source's own (its organ, its people, its texts). */
interface TakenChannel {
  id: string;
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
  blueprint_key: string | null;
  overridden: string[];
  state: string;
  state_when_shown: string;
}

const COLUMNS = `id, parent_id, slug, path, depth, position, name, column_type, item_kind, description, keywords,
  update_days, limit_days, blueprint_key, overridden, state, state_when_shown`;
const RECORD = `id uuid, parent_id uuid, slug text, path text, depth smallint, position int, name text, column_type text,
  item_kind text, description text, keywords text[], update_days int, limit_days int, blueprint_key text,
  overridden text[], state text, state_when_shown text`;
const SET = `parent_id = c.parent_id, slug = c.slug, path = c.path, depth = c.depth, position = c.position, name = c.name,
  column_type = c.column_type, item_kind = c.item_kind, description = c.description, keywords = c.keywords,
  update_days = c.update_days, limit_days = c.limit_days, overridden = c.overridden, state = c.state,
  state_when_shown = c.state_when_shown, blueprint_key = coalesce(t.blueprint_key, c.blueprint_key)`;

interface Standing {
  id: string;
  path: string;
  blueprintKey: string | null;
}

/**
 * The channel tree of a site, onto a site without texts: a channel there is known again by its key in the blueprint, else
 * by its path, keeps its id (authorities over it hold on) and takes everything else; what is missing is made.
 */
export const cloneChannels: CloneStep<TakenChannel[]> = {
  name: 'channels',
  read: (tx, { tenantId, siteId }) =>
    tx.query<TakenChannel>(
      `SELECT ${COLUMNS} FROM channel WHERE tenant_id = $1 AND site_id = $2 ORDER BY depth, position, path`,
      [tenantId, siteId],
    ),
  async write(tx, taken, source, target) {
    const { tenantId, siteId } = target;
    const standing = await tx.query<Standing>(
      `SELECT id, path, blueprint_key AS "blueprintKey" FROM channel WHERE tenant_id = $1 AND site_id = $2
       ORDER BY path FOR UPDATE`,
      [tenantId, siteId],
    );
    const { rows, known } = matched(taken, standing, source, target);
    const record = `FROM jsonb_to_recordset($3) AS c(${RECORD})`;
    const parameters = [tenantId, siteId, JSON.stringify(rows)];
    // Paths may change hands among them: each lets go of its own first.
    await tx.query(
      'UPDATE channel SET path = id::text WHERE tenant_id = $1 AND site_id = $2 AND id = ANY ($3::uuid[])',
      [tenantId, siteId, [...known]],
    );
    await tx.query(
      `INSERT INTO channel (tenant_id, site_id, ${COLUMNS}) SELECT $1, $2, ${COLUMNS} ${record} WHERE c.id <> ALL ($4::uuid[])`,
      [...parameters, [...known]],
    );
    await tx.query(
      `UPDATE channel t SET ${SET} ${record} WHERE t.tenant_id = $1 AND t.site_id = $2 AND t.id = c.id AND c.id = ANY ($4::uuid[])`,
      [...parameters, [...known]],
    );
    await settlePaths(tx, tenantId, siteId);
    await settleStates(tx, { tenantId, id: siteId });
    await tx.emit({ name: 'content.channels-changed', tenantId, tags: [contentTags.navigation(siteId)] });
    const path = ({ path: own }: { path: string }) => own;
    return {
      what: '栏目',
      made: rows.filter((row) => !known.has(row.id)).map(path),
      changed: rows.filter((row) => known.has(row.id)).map(path),
      kept: standing.filter((row) => !known.has(row.id)).map(path),
      tree: await treeOf(tx, target, known, new Set(standing.map((row) => row.id))),
    };
  },
};

/** The site's tree as it is now, in its order. */
async function treeOf(
  tx: Tx<TenantScope>,
  { tenantId, siteId }: ClonedSite,
  known: ReadonlySet<string>,
  stood: ReadonlySet<string>,
): Promise<ClonedRow[]> {
  const rows = await tx.query<Pick<TakenChannel, 'id' | 'parent_id' | 'name' | 'path' | 'depth' | 'state'>>(
    `SELECT id, parent_id, name, path, depth, state FROM channel WHERE tenant_id = $1 AND site_id = $2
     ORDER BY position, path`,
    [tenantId, siteId],
  );
  const below = Map.groupBy(rows, (row) => row.parent_id);
  const walk = (parent: string | null): ClonedRow[] =>
    (below.get(parent) ?? []).flatMap(({ id, name, path, depth, state }) => [
      {
        ...{ name, address: `/${path}/`, depth, hidden: state === 'hidden' },
        fate: known.has(id) ? 'changed' : stood.has(id) ? 'kept' : 'made',
      } satisfies ClonedRow,
      ...walk(id),
    ]);
  return walk(null);
}

/** The rows to be, with the target's ids, and those of them that stand already. */
function matched(taken: TakenChannel[], standing: Standing[], source: ClonedSite, target: ClonedSite) {
  const byKey = new Map(standing.flatMap((row) => (row.blueprintKey ? [[row.blueprintKey, row]] : [])));
  const byPath = new Map(standing.map((row) => [row.path, row]));
  const ids = new Map<string, string>();
  const known = new Set<string>();
  const take = (channel: TakenChannel, found: Standing | undefined): void => {
    if (!found || known.has(found.id) || ids.has(channel.id)) return;
    ids.set(channel.id, found.id);
    known.add(found.id);
  };
  for (const channel of taken) take(channel, byKey.get(channel.blueprint_key ?? ''));
  for (const channel of taken) take(channel, byPath.get(channel.path));
  for (const channel of taken) if (!ids.has(channel.id)) ids.set(channel.id, newId());
  const rows = taken.map((channel) => ({
    ...channel,
    id: ids.get(channel.id)!,
    parent_id: channel.parent_id && ids.get(channel.parent_id)!,
    name: renamed(channel.name, source, target),
    description: renamed(channel.description, source, target),
    keywords: channel.keywords.map((keyword) => renamed(keyword, source, target)),
  }));
  return { rows, known };
}

/** Channels of the target's own follow where the channel above them went. */
async function settlePaths(tx: Tx<TenantScope>, tenantId: string, siteId: string): Promise<void> {
  await tx.query(
    `WITH RECURSIVE tree AS (
       SELECT id, slug AS path, 1 AS depth FROM channel WHERE tenant_id = $1 AND site_id = $2 AND parent_id IS NULL
       UNION ALL
       SELECT c.id, tree.path || '/' || c.slug, tree.depth + 1 FROM channel c JOIN tree ON c.parent_id = tree.id
       WHERE c.tenant_id = $1 AND c.site_id = $2
     )
     UPDATE channel c SET path = tree.path, depth = tree.depth FROM tree
     WHERE c.tenant_id = $1 AND c.site_id = $2 AND c.id = tree.id AND (c.path, c.depth) IS DISTINCT FROM (tree.path, tree.depth)`,
    [tenantId, siteId],
  );
}
