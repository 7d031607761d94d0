import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { tenancyErrors } from '../../tenancy/errors.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { DAYS_ARCHIVED } from '../../tenancy/tenant/delete-tenant.js';
import { RetireTenant } from '../../tenancy/tenant/retire-tenant.js';
import { TENANT_STATES, type TenantRecord, type TenantState } from '../../tenancy/tenant/tenant.queries.js';
import { type Answer, done, Redirect, View } from '../shell/answers.js';
import { reasonInput } from '../shell/confirmation.js';
import { effect, plainEffect, someEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { firstOf, lastingOf, PAGE_WAITS_MS } from '../shell/first-of.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { TENANCY, type TenancyDesk } from './tenancy-desk.js';
import { askOfTenant, loadTenant } from './tenant-acts.pages.js';

const GOING_ON =
  '正在删除，还要一些时间，可以去做别的。做完后，列表里就没有这个单位；没有做成的话，什么都不会删，审计里说明原因。';

const because = z.object({ reason: z.string().default('') });
const deleting = z.object({ name: z.string().default('') });

/** Retires a tenant step by step, each asked by itself and each but the last to be taken back. */
@DeskRoutes('tenants')
export class RetirementPages {
  private readonly retiring: RetireTenant;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {
    this.retiring = new RetireTenant(platform.work);
  }

  @Shows(':id/retire', 'tenant.retire')
  askRetire(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.retirePage(ctx, id, untouched());
  }

  @Does(':id/retire', 'tenant.retire')
  retire(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.retiring.freeze(ctx, id, form),
      next: () => done(`/tenants/${id}`, '已开始撤销，这个单位不再发布。下一步是归档。'),
      again: (fault) => this.retirePage(ctx, id, fault),
    });
  }

  @Shows(':id/archive', 'tenant.retire')
  askArchive(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.archivePage(ctx, id, untouched());
  }

  @Does(':id/archive', 'tenant.retire')
  archive(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.retiring.archive(ctx, id, form),
      next: () => done(`/tenants/${id}`, `已归档。${DAYS_ARCHIVED} 天以后可以删除。`),
      again: (fault) => this.archivePage(ctx, id, fault),
    });
  }

  @Shows(':id/take-back', 'tenant.retire')
  askTakeBack(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.takeBackPage(ctx, id, untouched());
  }

  @Does(':id/take-back', 'tenant.retire')
  takeBack(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.retiring.takeBack(ctx, id, form),
      next: (state) =>
        done(`/tenants/${id}`, state === 'open' ? '已恢复正常，可以发布了。' : '已取消归档，仍在撤销中。'),
      again: (fault) => this.takeBackPage(ctx, id, fault),
    });
  }

  @Shows(':id/delete', 'tenant.delete')
  askDelete(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.deletePage(ctx, id, untouched());
  }

  @Does(':id/delete', 'tenant.delete')
  delete(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: deleting,
      run: (form) => firstOf(this.tenancy.deleteTenant.run(ctx, id, form), PAGE_WAITS_MS, this.goesOn(ctx, id)),
      next: (report) =>
        report === 'going-on'
          ? new Redirect('/tenants', { tone: 'warn', text: GOING_ON })
          : done(
              '/tenants',
              `已删除${report.name}，共 ${sum(Object.values(report.rows))} 条记录。名称和审计记录保留。`,
            ),
      again: (fault) => this.deletePage(ctx, id, fault),
      fieldOf: (code) => (code === 'tenancy.delete-name' ? 'name' : undefined),
    });
  }

  /** What became of a deletion whose page was answered before: all of it or nothing. */
  private goesOn(ctx: DeskSession, tenantId: string) {
    const log = (what: string) => (error: unknown) =>
      this.platform.log.error({ part: 'tenancy', tenantId, err: error }, what);
    return (error: unknown) => {
      log('a deletion that went on was not done')(error);
      this.tenancy.deleteTenant.tellFailure(ctx, tenantId, error).catch(log('a failed deletion could not be told'));
    };
  }

  private async retirePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures } = await loadTenant(this.platform, ctx, id, 'tenant.retire');
    requireState(tenant, ['open'], '开始撤销');
    return askOfTenant({ tenant, figures }, `开始撤销${tenant.name}？`, {
      lead: '第一步只停止发布，公众照常访问。要划走的子站，请在归档之前划走。',
      consequences: [
        effect(figures.sites, '个', '网站和子站不再发布', 'warn'),
        effect(figures.accounts, '个', '账号仍可登录和查看'),
        ...below(figures.tenantsBelow),
      ],
      after: '随时可以撤回。',
      action: `/tenants/${id}/retire`,
      inputs: [reasonInput(fault, '例如：撤县设区的批复文号。')],
      fault,
      verb: '开始撤销',
    });
  }

  private async archivePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures } = await loadTenant(this.platform, ctx, id, 'tenant.retire');
    requireState(tenant, ['frozen'], '归档');
    return askOfTenant({ tenant, figures }, `归档${tenant.name}？`, {
      lead: '归档后每一页的顶部注明归档日期，公众仍可查阅，任何人都不能再改内容。',
      consequences: [
        effect(figures.sites, '个', '网站和子站转为只供查阅', 'warn'),
        effect(figures.publications, '篇', '内容保留，地址不变'),
        ...below(figures.tenantsBelow),
      ],
      after: `随时可以取消归档；归档满 ${DAYS_ARCHIVED} 天以后才能删除。`,
      action: `/tenants/${id}/archive`,
      inputs: [reasonInput(fault, '例如：移交手续已办结。')],
      fault,
      verb: '归档',
    });
  }

  private async takeBackPage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures } = await loadTenant(this.platform, ctx, id, 'tenant.retire');
    requireState(tenant, ['frozen', 'archived'], '撤回');
    const archived = tenant.state === 'archived';
    return askOfTenant({ tenant, figures }, archived ? `取消${tenant.name}的归档？` : `不再撤销${tenant.name}？`, {
      lead: tenant.stateReason ? `当时的原因：${tenant.stateReason}。` : '',
      consequences: [plainEffect(archived ? '退回“撤销中”：内容可以改，仍不能发布' : '恢复正常：可以发布')],
      after: null,
      action: `/tenants/${id}/take-back`,
      inputs: [reasonInput(fault, '例如：方案调整。')],
      fault,
      verb: archived ? '取消归档' : '恢复正常',
      tone: 'primary',
    });
  }

  private async deletePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures } = await loadTenant(this.platform, ctx, id, 'tenant.delete');
    const report = await this.tenancy.deleteTenant.preview(ctx, id);
    const { rows } = report;
    const lasting = lastingOf(report.seconds);
    const others = sum(
      Object.entries(rows).flatMap(([wall, n]) => (WALLS.some((one) => one.wall === wall) ? [] : [n])),
    );
    return askOfTenant({ tenant, figures }, `永久删除${tenant.name}？`, {
      lead: '删除后什么都不能恢复。只留下单位的名称和审计记录。',
      consequences: [
        ...WALLS.flatMap(({ wall, unit, text }) => someEffect(rows[wall] ?? 0, unit, text, 'bad')),
        ...someEffect(others, '条', '其他记录一并删除', 'bad'),
        ...someEffect(report.placements, '处', '它的稿件在别的网站上的刊载一并消失', 'bad'),
        ...someEffect(report.objects, '个', '附件和图片从存储中删除', 'bad'),
        ...someEffect(report.hostnames.length, '个', `域名空出：${report.hostnames.map(shownHost).join('、')}`),
      ],
      after: lasting && `删除要${lasting}，完成以前这个单位仍在列表里。`,
      action: `/tenants/${id}/delete`,
      inputs: [
        {
          name: 'name',
          label: '要确认，请输入单位名称',
          value: fault.values.name ?? '',
          error: fault.errors.name ?? null,
          required: true,
          hint: `完整输入：${tenant.name}`,
          autocomplete: 'off',
        },
      ],
      fault,
      verb: '永久删除',
    });
  }
}

/** Said before the question is asked: nobody confirms what cannot be done. */
function requireState({ name, state }: TenantRecord, states: readonly TenantState[], act: string): void {
  if (!states.includes(state)) throw tenancyErrors['tenancy.already-so']({ name, state: TENANT_STATES[state], act });
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);

const below = (tenants: number) => (tenants > 0 ? [effect(tenants, '个', '下级单位不受影响，须分别撤销')] : []);

/** Tables whose rows a reader can name; hostnames are listed by themselves. */
const WALLS = [
  { wall: 'site', unit: '个', text: '网站和子站' },
  { wall: 'channel', unit: '个', text: '栏目' },
  { wall: 'item', unit: '篇', text: '稿件，连同所有版本' },
  { wall: 'publication', unit: '处', text: '刊载' },
  { wall: 'account', unit: '个', text: '账号' },
  { wall: 'access_grant', unit: '项', text: '授权' },
  { wall: 'organ', unit: '个', text: '机关' },
];
