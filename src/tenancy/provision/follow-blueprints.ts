import type { Blueprint } from '../plan/blueprint.js';
import { townshipOfOrgan } from '../plan/place-name.js';
import type { ProvisionedSite, ProvisionTx } from './provision-step.js';
import type { SitePlan } from './unit-rows.js';

/**
 * The sub-sites that the plan does not name but that follow a blueprint (opened at the desk, or come from another tenant), of
 * which there is another revision than theirs: they follow it too, with the name they have now. A copied site follows none,
 * an archived one is as it is.
 */
export async function followBlueprints(
  tx: ProvisionTx,
  blueprints: ReadonlyMap<Blueprint['kind'], Blueprint>,
  planned: readonly SitePlan[],
): Promise<ProvisionedSite[]> {
  const sites = await tx.query<
    Pick<ProvisionedSite, 'id' | 'key' | 'level'> & { kind: SitePlan['kind']; name: string }
  >(
    `WITH following AS (
       UPDATE site s SET blueprint_revision = b.revision
       FROM jsonb_to_recordset($2) AS b(kind text, revision text)
       WHERE s.tenant_id = $1 AND s.kind = b.kind AND s.kind <> 'portal' AND s.key <> ALL ($3::text[])
         AND s.blueprint_revision NOT IN ('', b.revision) AND s.archived_at IS NULL AND s.state <> 'retired'
       RETURNING s.id, s.key, s.level, s.kind, s.name, s.position
     ) SELECT id, key, level, kind, name FROM following ORDER BY position, id`,
    [
      tx.scope.tenantId,
      JSON.stringify([...blueprints.values()].map(({ kind, revision }) => ({ kind, revision }))),
      planned.map(({ key }) => key),
    ],
  );
  return sites.map(({ id, key, level, kind, name }) => ({
    ...{ id, key, level, tenantId: tx.scope.tenantId },
    blueprint: blueprints.get(kind)!,
    blanks: { 地名: kind === 'township' ? townshipOfOrgan(name) : name },
  }));
}
