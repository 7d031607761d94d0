import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, may, maySomewhere } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { AddOrgan, EditOrgan } from '../../tenancy/organ/keep-organ.js';
import { findOrgan, findOrgans, type OrganRecord, type OrganSort } from '../../tenancy/organ/organ.queries.js';
import { findTenantsToKeepOrgans } from '../../tenancy/organ/tenants-to-keep.js';
import { type Answer, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { optionalText, pageNumber, text } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';

const LIST = { name: 'organs', path: '/organs', parameters: ['q', 'kind', 'sort'] };
const ORDERS: Record<OrganSort, 'asc' | 'desc'> = {
  tenant: 'asc',
  name: 'asc',
  channels: 'desc',
  sites: 'desc',
  people: 'desc',
};

const KINDS: Record<OrganRecord['kind'], string> = {
  government: '政府',
  office: '办公机构',
  department: '部门',
  township: '乡镇街道',
};

const facts = {
  name: text(40, '请填写机关名称'),
  shortName: text(20, '请填写简称'),
  telephone: optionalText(40),
  hours: optionalText(60),
  address: optionalText(80),
  introduction: optionalText(1_000),
};
const newOrgan = z.object({ tenant: z.uuid({ error: '请选择单位' }), ...facts });
const edited = z.object(facts);

const filled = (form: z.infer<typeof edited>) => ({
  name: form.name,
  shortName: form.shortName,
  telephone: form.telephone ?? '',
  hours: form.hours ?? '',
  address: form.address ?? '',
  introduction: form.introduction ?? '',
});

/** Organs: who answers for channels, whom people belong to. Merging and splitting is reorganisation's. */
@DeskRoutes('organs')
export class OrganPages {
  private readonly add: AddOrgan;
  private readonly edit: EditOrgan;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    this.add = new AddOrgan(platform.work);
    this.edit = new EditOrgan(platform.work);
  }

  @Shows('', 'organ.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const before = await remembered(this.platform.work, ctx, session, LIST, query);
    if (before) return before;
    const search = one(query, 'q');
    const kind = one(query, 'kind');
    const known = kind in KINDS ? (kind as OrganRecord['kind']) : undefined;
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const found = await findOrgans(this.platform.work, ctx, { search: search || undefined, kind: known }, page, sort);
    return new View(
      'console/organs.njk',
      { title: '机关', lead: '负责栏目的部门，账号所属的机关。合并、拆分、改名请用“机构改革”。', section: 'organs' },
      {
        filter: { search, kind },
        sorts,
        kept,
        kinds: Object.entries(KINDS).map(([value, label]) => ({ value, label })),
        chips: chipsOf('/organs', query, [
          ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
          ...(known ? [{ name: 'kind', label: '类别', value: KINDS[known] }] : []),
        ]),
        rows: found.rows.map((row) => ({ ...row, kindName: KINDS[row.kind] })),
        pager: pagerOf('/organs', query, page, found.total),
        mayAdd: maySomewhere(ctx, 'organ.edit'),
      },
    );
  }

  @Shows('new', 'organ.edit')
  newForm(@Ctx() ctx: DeskSession, @Session() session: ReadSession): Promise<View> {
    return this.newPage(ctx, untouched({ tenant: session.siteTenantId ?? session.tenantId }));
  }

  @Does('', 'organ.edit')
  create(@Ctx() ctx: DeskSession, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: newOrgan,
      run: ({ tenant, ...form }) => this.add.run(ctx, tenant, filled(form)),
      next: ({ id }, { name }) => done(`/organs/${id}`, `已增加机关“${name}”。`),
      again: (fault) => this.newPage(ctx, fault),
    });
  }

  @Shows(':id', 'organ.read')
  async show(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const organ = await findOrgan(this.platform.work, ctx, id);
    const mayEdit = may(ctx, 'organ.edit', { tenantId: organ.tenantId, organId: organ.id });
    return new View(
      'console/organ.njk',
      { title: organ.name, lead: `${KINDS[organ.kind]} · ${organ.tenantName}`, section: 'organs' },
      { organ, mayEdit, mayReadAccounts: maySomewhere(ctx, 'account.read') },
    );
  }

  @Shows(':id/edit', 'organ.edit')
  async editForm(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const { name, shortName, telephone, hours, address, introduction } = await findOrgan(this.platform.work, ctx, id);
    return this.editPage(ctx, id, untouched({ name, shortName, telephone, hours, address, introduction }));
  }

  @Does(':id', 'organ.edit')
  save(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: edited,
      run: (form) => this.edit.run(ctx, id, filled(form)),
      next: ({ changed }, { name }) =>
        done(`/organs/${id}`, changed.length > 0 ? `已保存“${name}”的资料。` : '没有改动。'),
      again: (fault) => this.editPage(ctx, id, fault),
    });
  }

  private async newPage(ctx: DeskSession, fault: Fault): Promise<View> {
    const tenants = await findTenantsToKeepOrgans(this.platform.work, ctx);
    return new View(
      'console/organ-form.njk',
      { title: '增加机关', lead: '没有自己子站的部门也要增加，才能负责栏目、安排人员。', section: 'organs' },
      {
        fault,
        organId: null,
        tenants: tenants.map((tenant) => ({ value: tenant.id, label: tenant.name })),
      },
    );
  }

  private async editPage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const organ = await findOrgan(this.platform.work, ctx, id);
    authorize(ctx, 'organ.edit', { tenantId: organ.tenantId, organId: organ.id });
    return new View(
      'console/organ-form.njk',
      { title: `修改“${organ.name}”`, lead: organ.tenantName, section: 'organs' },
      { fault, organId: id, tenants: [] },
    );
  }
}
