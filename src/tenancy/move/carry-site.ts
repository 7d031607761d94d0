import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { TENANT_STATES } from '../tenant/tenant.queries.js';
import type { MovePlaces } from './move-places.js';
import type { MoveConflict } from './move-step.js';

export interface Carried {
  /** Where it stands there. */
  prefix: string;
  /** Of the organ behind it there. */
  organId: string;
  conflicts: MoveConflict[];
  /** Moves the site's own row, and by its keys all that is on it; after the steps have mended what must not follow. */
  carry(): Promise<void>;
  /** Takes away what is left behind; after the people went. */
  leave(): Promise<void>;
}

/**
 * This room's part of a move: the organ is there before anything refers to it, then the site, then the organ left behind is
 * taken away. Where something stands in the way it goes on beside it, so that a preview shows all the rest.
 */
export async function carrySite(tx: Tx<ClusterScope>, places: MovePlaces, slug: string | undefined): Promise<Carried> {
  const { from, to, site, organ } = places;
  const conflicts: MoveConflict[] = [];
  const conflict = (field: MoveConflict['field'], sentence: string) => conflicts.push({ field, sentence });
  // What is being retired gives its sub-sites away first; what is archived is as it is.
  if (from.state === 'archived') conflict(null, `${from.name}已归档，先取消归档才能划转。`);
  if (to.state !== 'open') conflict('toTenantId', `${to.name}${TENANT_STATES[to.state]}，请选择别的单位。`);

  const wanted = slug ? site.prefix.replace(/[^/]+\/$/, `${slug}/`) : site.prefix;
  const there = await standingThere(tx, places);
  const prefix = freePrefix(wanted, there.prefixes);
  if (prefix !== wanted)
    conflict('slug', `${to.name}已有地址为 ${wanted} 的子站，请另定一个，例如 ${prefix.split('/').at(-2)}。`);

  const organId = organ.moves ? organ.id : newId();
  const organKey = keyThere(organ.key, organId, there.organKeys, there.formerKey);
  await tx.query(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code, telephone, hours, address, introduction, facts)
     SELECT $1, $3, kind, $4, name, short_name, region_code, telephone, hours, address, introduction, facts
     FROM organ WHERE tenant_id = $2 AND id = $5`,
    [to.tenantId, from.tenantId, organId, organKey, organ.id],
  );
  return {
    prefix,
    organId,
    conflicts,
    async carry() {
      const key = keyThere(site.key, site.id, there.siteKeys, there.formerKey);
      // One statement, so that each of its references is to the new tenant at once; ON UPDATE CASCADE does the rest.
      await tx.query(
        `UPDATE site s SET tenant_id = $3, parent_site_id = $4, sponsor_id = $5, undertaker_id = $6, prefix = $7, key = $8,
           region_path = $9, region_code = CASE WHEN s.kind = 'township' THEN s.region_code ELSE $10 END,
           level = CASE WHEN s.kind = 'township' THEN s.level ELSE $11 END,
           tagline = CASE WHEN 'tagline' = ANY (s.overridden) THEN s.tagline ELSE replace(s.tagline, $12, $13) END,
           position = (SELECT coalesce(max(position), 0) + 1 FROM site WHERE tenant_id = $3 AND parent_site_id = $4)
         WHERE s.tenant_id = $1 AND s.id = $2`,
        [
          from.tenantId,
          site.id,
          to.tenantId,
          to.portalId,
          organId,
          site.undertakerIsSponsor ? organId : to.portalUndertakerId,
          prefix,
          key,
          to.path,
          to.regionCode,
          to.level,
          from.governmentName,
          to.governmentName,
        ],
      );
    },
    async leave() {
      if (organ.moves) await tx.query('DELETE FROM organ WHERE tenant_id = $1 AND id = $2', [from.tenantId, organ.id]);
      await rememberAddress(tx, places, prefix);
      // Attempts before this one came to nothing; it did not.
      await tx.query('DELETE FROM site_move WHERE site_id = $1', [site.id]);
    },
  };
}

interface StandingThere {
  prefixes: string[];
  siteKeys: string[];
  organKeys: string[];
  /** Under which the plan knew this site there, when it stood there before. */
  formerKey: string | null;
}

async function standingThere(tx: Tx<ClusterScope>, { to, site }: MovePlaces): Promise<StandingThere> {
  const [row] = await tx.query<StandingThere>(
    `SELECT ARRAY(SELECT prefix FROM site WHERE tenant_id = $1) AS prefixes,
       ARRAY(SELECT key FROM site WHERE tenant_id = $1) AS "siteKeys",
       ARRAY(SELECT key FROM organ WHERE tenant_id = $1) AS "organKeys",
       (SELECT key FROM moved_site WHERE tenant_id = $1 AND site_id = $2 ORDER BY moved_at DESC LIMIT 1) AS "formerKey"`,
    [to.tenantId, site.id],
  );
  return row!;
}

/** The wanted address, or the first of those like it that is free. */
function freePrefix(wanted: string, taken: string[]): string {
  const stem = wanted.slice(0, -1);
  for (let n = 1; ; n++) {
    const prefix = n === 1 ? wanted : `${stem}-${n}/`;
    if (!taken.includes(prefix)) return prefix;
  }
}

/**
 * How the plan of the new tenant knows it. A region's code means the same place anywhere; `bm/jyj` means the new tenant's
 * own education bureau, which this one is not, unless it comes home.
 */
function keyThere(key: string, id: string, taken: string[], former: string | null): string {
  if (former && !taken.includes(former)) return former;
  return key.startsWith('region/') && !taken.includes(key) ? key : `moved/${id}`;
}

/** The address it leaves leads to it from now on. One that it comes home to is its own again. */
async function rememberAddress(tx: Tx<ClusterScope>, { from, to, site }: MovePlaces, prefix: string): Promise<void> {
  await tx.query(
    `DELETE FROM moved_site WHERE (tenant_id = $1 AND portal_id = $2 AND prefix = $3 AND site_id = $4)
       OR (tenant_id = $5 AND portal_id = $6 AND prefix = $7 AND key = $8)`,
    [to.tenantId, to.portalId, prefix, site.id, from.tenantId, from.portalId, site.prefix, site.key],
  );
  await tx.query(
    `INSERT INTO moved_site (tenant_id, portal_id, prefix, key, to_tenant_id, site_id) VALUES ($1, $2, $3, $4, $5, $6)`,
    [from.tenantId, from.portalId, site.prefix, site.key, to.tenantId, site.id],
  );
}
