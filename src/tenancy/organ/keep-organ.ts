import { z } from 'zod';
import { authorize, type DeskContext, writing } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import { tenancyErrors } from '../errors.js';
import { FormCheck, line, maybeLine } from '../form-faults.js';
import { siteTags } from '../tags.js';
import { requireWritable } from '../tenant/tenant.queries.js';
import { findOrgan } from './organ.queries.js';

/** What an organ says of itself; shown in the footers of its sites and on its pages. */
export interface OrganFields {
  name: string;
  shortName: string;
  telephone: string;
  hours: string;
  address: string;
  introduction: string;
}

const shape = {
  name: line('机关名称', 40),
  shortName: line('简称', 20),
  telephone: maybeLine('电话', 40),
  hours: maybeLine('办公时间', 60),
  address: maybeLine('地址', 80),
  introduction: z.string().max(1_000, '简介最多 1000 个字').default(''),
};

const COLUMNS: Record<keyof OrganFields, string> = {
  name: 'name',
  shortName: 'short_name',
  telephone: 'telephone',
  hours: 'hours',
  address: 'address',
  introduction: 'introduction',
};
const FIELDS = Object.keys(COLUMNS) as (keyof OrganFields)[];

/** A department of the tenant that has no site of its own: it answers for channels, and people belong to it. */
export class AddOrgan {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws FormFaults by field; UserError `authority.missing`, `authority.refused`, `tenancy.tenant-archived` */
  run(ctx: DeskContext, tenantId: string, input: OrganFields): Promise<{ id: string }> {
    authorize(ctx, 'organ.edit', { tenantId });
    return this.work.run(writing(ctx, tenantId), async (tx) => {
      await requireWritable(tx);
      const check = new FormCheck(shape, { ...input });
      const [twin] = await tx.query('SELECT FROM organ WHERE tenant_id = $1 AND name = $2 AND ended_on IS NULL', [
        tenantId,
        check.values.name ?? '',
      ]);
      if (twin) check.fault('name', '本单位已有同名的机关');
      const organ = check.taken();
      const id = newId();
      await tx.query(
        `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, telephone, hours, address, introduction)
         VALUES ($1, $2, 'department', $3, $4, $5, $6, $7, $8, $9)`,
        [
          tenantId,
          id,
          `own/${id}`,
          organ.name,
          organ.shortName,
          organ.telephone,
          organ.hours,
          organ.address,
          organ.introduction,
        ],
      );
      tx.audit('organ.added', `organ:${id}`, { name: organ.name, after: organ });
      return { id };
    });
  }
}

/** Changes what an organ says of itself; what a person changed, later plans leave alone (`overridden`). */
export class EditOrgan {
  constructor(private readonly work: UnitOfWork) {}

  /** @throws FormFaults; UserError `authority.missing`, `authority.refused`, `tenancy.organ-ended`, `tenancy.changed-since` */
  async run(ctx: DeskContext, organId: string, input: OrganFields): Promise<{ changed: (keyof OrganFields)[] }> {
    const organ = await findOrgan(this.work, ctx, organId);
    const { tenantId } = organ;
    authorize(ctx, 'organ.edit', { tenantId, organId });
    if (organ.endedOn) throw tenancyErrors['tenancy.organ-ended']({ name: organ.name, day: organ.endedOn });
    return this.work.run(writing(ctx, tenantId), async (tx) => {
      await requireWritable(tx);
      const wanted = new FormCheck(shape, { ...input }).taken();
      const changed = FIELDS.filter((field) => wanted[field] !== organ[field]);
      if (changed.length === 0) return { changed };
      const sets = changed.map((field, i) => `${COLUMNS[field]} = $${i + 4}`);
      const written = await tx.query(
        `WITH written AS (UPDATE organ SET ${sets.join(', ')},
             overridden = (SELECT array_agg(DISTINCT f) FROM unnest(overridden || $3::text[]) AS f)
           WHERE tenant_id = $1 AND id = $2 AND ended_on IS NULL RETURNING 1) SELECT FROM written`,
        [tenantId, organId, changed.map((field) => COLUMNS[field]), ...changed.map((field) => wanted[field])],
      );
      // It ended, or went to another tenant with its site, while the form was sent.
      if (written.length === 0) throw tenancyErrors['tenancy.changed-since']({ name: organ.name });
      const told = (of: OrganFields) => Object.fromEntries(changed.map((field) => [field, of[field]]));
      tx.audit('organ.edited', `organ:${organId}`, { name: wanted.name, before: told(organ), after: told(wanted) });
      const sites = await tx.query<{ id: string }>(
        'SELECT id FROM site WHERE tenant_id = $1 AND (sponsor_id = $2 OR undertaker_id = $2)',
        [tenantId, organId],
      );
      await tx.emit({
        name: 'tenancy.organ-edited',
        tenantId,
        tags: [siteTags.directory, ...sites.map((site) => siteTags.site(site.id))],
      });
      return { changed };
    });
  }
}
