import { authorize, type DeskContext, reading, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type Reverse, stillAs } from '../../kernel/still.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, line, reasonField } from '../form-faults.js';
import { readingsOf } from '../site/site-reading.js';
import { tellSites } from '../site/tell-sites.js';
import { findTenantToRead, requireWritable } from './tenant.queries.js';

export interface TenantNames {
  name: string;
  shortName: string;
  governmentName: string;
  documentPrefix: string;
}

export const tenantNameFields = {
  name: line('单位名称', 30),
  shortName: line('简称', 12),
  governmentName: line('政府全称', 40),
  documentPrefix: line('机关代字', 10),
};

/** In one order, so that equal ones are told alike. */
const namesOf = ({ name, shortName, governmentName, documentPrefix }: TenantNames): TenantNames => ({
  name,
  shortName,
  governmentName,
  documentPrefix,
});

type PortalNames = { id: string } & Pick<TenantNames, 'name' | 'shortName'>;

export interface RenamedTenant {
  /** Which of its names are different now; none: nothing was done. */
  changed: (keyof TenantNames)[];
  /** What became of its portal's: those that followed, and whether they could have but are kept by hand. */
  portal: { changed: ('name' | 'shortName')[]; byHand: boolean };
  reverse: Reverse<TenantNames>;
}

const PORTAL_NAMES = ['name', 'shortName'] as const;

/**
 * Gives a tenant other names, from now on: its government and its portal follow, unless the portal was renamed by hand
 * before. Addresses stay. Documents published before keep what they say.
 */
export class RenameTenant {
  constructor(private readonly work: UnitOfWork) {}

  /**
   * @param still what an undo expects to find
   * @throws FormFaults; UserError `tenancy.archived`, `tenancy.changed-since`
   */
  async run(
    ctx: DeskContext,
    tenantId: string,
    input: TenantNames & { reason: string },
    still?: string,
  ): Promise<RenamedTenant> {
    const tenant = await this.work.run(reading(ctx), (tx) => findTenantToRead(tx, ctx, tenantId));
    authorize(ctx, 'tenant.rename', tenant);
    const { reason, ...names } = new FormCheck({ ...tenantNameFields, reason: reasonField }, { ...input }).taken();
    const [pinyin] = await readingsOf([names.governmentName]);
    return this.work.run(writing(ctx, tenantId), async (tx) => {
      await requireWritable(tx);
      const [held] = await tx.query<TenantNames>(
        `SELECT name, short_name AS "shortName", government_name AS "governmentName", document_prefix AS "documentPrefix"
         FROM tenant WHERE id = $1 FOR NO KEY UPDATE`,
        [tenantId],
      );
      const before = namesOf(held!);
      if (still !== undefined && still !== stillAs(before))
        throw tenancyErrors['tenancy.changed-since']({ name: before.name });
      const reverse = { before, still: stillAs(namesOf(names)) };
      const changed = (Object.keys(before) as (keyof TenantNames)[]).filter((field) => names[field] !== before[field]);
      if (changed.length === 0) return { changed, portal: { changed: [], byHand: false }, reverse };
      await tx.query(
        `UPDATE tenant SET name = $2, short_name = $3, government_name = $4, document_prefix = $5 WHERE id = $1`,
        [tenantId, names.name, names.shortName, names.governmentName, names.documentPrefix],
      );
      await tx.query(`UPDATE organ SET name = $2, short_name = $3 WHERE tenant_id = $1 AND key = 'government'`, [
        tenantId,
        names.governmentName,
        names.shortName,
      ]);
      const [portal] = await tx.query<PortalNames>(
        `SELECT id, name, short_name AS "shortName" FROM site WHERE tenant_id = $1 AND key = 'portal' FOR NO KEY UPDATE`,
        [tenantId],
      );
      const concerned = changed.includes('governmentName') || changed.includes('shortName');
      const byHand = concerned && portal !== undefined && portal.name !== before.governmentName;
      // A short name that somebody wrote stays.
      const shortName = portal?.shortName === before.shortName ? names.shortName : (portal?.shortName ?? '');
      const wanted = { name: names.governmentName, shortName };
      const follows = portal && concerned && !byHand;
      const followed = follows ? PORTAL_NAMES.filter((field) => portal[field] !== wanted[field]) : [];
      if (portal && followed.length > 0)
        // Kept from the plan, which knows the former name.
        await tx.query(
          `UPDATE site SET name = $3, short_name = $4, pinyin_full = $5, pinyin_initials = $6,
             overridden = ARRAY(SELECT DISTINCT unnest(overridden || '{name,short_name}') ORDER BY 1)
           WHERE tenant_id = $1 AND id = $2`,
          [tenantId, portal.id, wanted.name, wanted.shortName, pinyin!.full, pinyin!.initials],
        );
      tx.audit('tenant.renamed', `tenant:${tenantId}`, { name: before.name, reason, before, after: names });
      await tellSites(tx, 'tenancy.tenant-renamed', tenantId, portal ? [portal.id] : []);
      return { changed, portal: { changed: followed, byHand }, reverse };
    });
  }
}
