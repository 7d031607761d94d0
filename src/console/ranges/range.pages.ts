import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { countBound } from '../../access/account/bound-accounts.js';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, maySomewhere, writing } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import { addRange, judgeRange, removeRange } from '../../identity/range/sign-in-ranges.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, done, View } from '../shell/answers.js';
import { confirmation } from '../shell/confirmation.js';
import { effect, plainEffect, someEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { id, optionalText, text, ticked } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { findRanges, findRangeTenants } from './range.queries.js';

const PATH = '/security/ranges';

const adding = z.object({
  tenant: id,
  range: text(60, '请填写地址范围，例如 10.20.0.0/16'),
  note: optionalText(60),
  /** The question before the first range of a tenant has been answered. */
  sure: ticked.optional(),
});

/** From where administrators may sign in, tenant by tenant. */
@DeskRoutes('security/ranges')
export class RangePages {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Shows('', 'range.read')
  list(@Ctx() ctx: DeskSession, @Query() query: ListQuery): Promise<View> {
    return this.page(ctx, query, untouched({ tenant: one(query, 'tenant') }));
  }

  @Does('', 'range.change')
  add(@Ctx() ctx: DeskSession, @Body() body: { tenant?: unknown }): Promise<Answer> {
    return submitted(body, {
      schema: adding,
      run: async ({ tenant, range, note = '', sure = false }) => {
        const scope = writing(ctx, tenant);
        authorize(ctx, 'range.change', { tenantId: tenant });
        const own = this.ownAddress(ctx, tenant);
        const asked = { tenantId: tenant, range, note };
        const question = sure ? null : await this.askFirst(ctx, asked, own);
        return question ?? this.platform.work.run(scope, (tx) => addRange(tx, asked, own));
      },
      next: (made) =>
        made instanceof View
          ? made
          : done(`${PATH}?tenant=${made.tenantId}`, `已增加 ${made.range}。范围以外的管理人员从现在起不能登录。`),
      again: (fault) => this.page(ctx, { tenant: String(body?.tenant ?? '') }, fault),
      fieldOf: () => 'range',
    });
  }

  @Shows(':id/remove', 'range.change')
  ask(@Ctx() ctx: DeskSession, @Param('id') rangeId: string): Promise<View> {
    return this.confirmation(ctx, rangeId, untouched());
  }

  @Does(':id/remove', 'range.change')
  async remove(@Ctx() ctx: DeskSession, @Param('id') rangeId: string, @Body() body: unknown): Promise<Answer> {
    const { range } = await this.find(ctx, rangeId);
    const { tenantId } = range;
    return submitted(body, {
      schema: z.object({}),
      run: () =>
        this.platform.work.run(writing(ctx, tenantId), (tx) =>
          removeRange(tx, rangeId, this.ownAddress(ctx, tenantId)),
        ),
      next: () => done(`${PATH}?tenant=${tenantId}`, `已删除 ${range.range}。`),
      again: (fault) => this.confirmation(ctx, rangeId, fault),
    });
  }

  /**
   * Before the first range of a tenant, which shuts out everybody elsewhere: in numbers. One more only lets more in.
   * @returns null when there is nothing to ask
   * @throws UserError of a range that cannot be added, before anything is asked
   */
  private async askFirst(
    ctx: DeskSession,
    { tenantId, ...input }: { tenantId: string; range: string; note: string },
    own: string | null,
  ): Promise<View | null> {
    const { work } = this.platform;
    const asked = await work.run(writing(ctx, tenantId), (tx) => judgeRange(tx, input.range, own));
    if (!asked.first) return null;
    const [{ accounts, outside }, tenants] = await Promise.all([
      work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
        countBound(tx, tenantId, [asked.range]),
      ),
      findRangeTenants(work, ctx, 'range.change'),
    ]);
    const tenant = tenants.find((one) => one.id === tenantId)?.name ?? '';
    return confirmation(
      { title: `从现在起只能从 ${asked.range} 登录？`, lead: tenant, section: 'ranges' },
      {
        lead: `这是${tenant}的第一个地址范围。编辑和信息联络员不受限制。`,
        consequences: [
          accounts > 0
            ? effect(accounts, '个', '管理人员的账号从此只能从这个范围登录')
            : plainEffect('这个单位还没有管理人员的账号；以后有了，也只能从这个范围登录'),
          ...someEffect(outside, '人', '现在正从范围以外使用工作台，下一次操作即须重新登录', 'warn'),
        ],
        after: '可以再增加别的范围；删除全部范围，就不再限制。',
        action: PATH,
        fields: { tenant: tenantId, range: input.range, note: input.note, sure: '1' },
        verb: '增加这个范围',
        tone: 'primary',
        cancel: `${PATH}?tenant=${tenantId}`,
      },
    );
  }

  /** Nobody shuts themselves out: what is asked of them where the tenant is their own. */
  private ownAddress(ctx: DeskSession, tenantId: string): string | null {
    return tenantId === ctx.account.tenantId ? (ctx.actor.address ?? null) : null;
  }

  /** A range that the caller may change. @throws UserError `authority.*` */
  private async find(ctx: DeskSession, rangeId: string) {
    const { work } = this.platform;
    const ranges = await findRanges(work, ctx, await findRangeTenants(work, ctx, 'range.read'));
    const range = ranges.find((one) => one.id === rangeId);
    if (!range) throw authorityErrors['authority.missing']();
    authorize(ctx, 'range.change', { tenantId: range.tenantId });
    return { range, left: ranges.filter((one) => one.tenantId === range.tenantId && one.id !== range.id) };
  }

  private async page(ctx: DeskSession, query: ListQuery, fault: Fault): Promise<View> {
    const { work, calendar } = this.platform;
    const tenants = await findRangeTenants(work, ctx, 'range.read');
    const changeable = maySomewhere(ctx, 'range.change') ? await findRangeTenants(work, ctx, 'range.change') : [];
    const asked = tenants.find((tenant) => tenant.id === one(query, 'tenant')) ?? null;
    const ranges = await findRanges(work, ctx, asked ? [asked] : tenants);
    const options = (of: typeof tenants) => of.map(({ id: value, name: label }) => ({ value, label }));
    return new View(
      'console/ranges.njk',
      {
        title: '登录地址',
        lead: '管理人员只能从这里列出的地址登录。没有列出任何地址的单位不限制；编辑和信息联络员不受限制。',
        section: 'ranges',
      },
      {
        filter: { tenant: asked?.id ?? '' },
        tenants: tenants.length > 1 ? options(tenants) : [],
        chips: chipsOf(
          PATH,
          query,
          asked && tenants.length > 1 ? [{ name: 'tenant', label: '单位', value: asked.name }] : [],
        ),
        rows: ranges.map((range) => ({
          id: range.id,
          range: range.range,
          tenant: range.tenantName,
          note: range.note,
          since: calendar.day(range.createdAt),
          mayRemove: changeable.some(({ id: tenantId }) => tenantId === range.tenantId),
        })),
        choices: options(changeable),
        fault,
        own: ctx.actor.address ?? '',
      },
    );
  }

  private async confirmation(ctx: DeskSession, rangeId: string, fault: Fault): Promise<View> {
    const { range, left } = await this.find(ctx, rangeId);
    const { outside } = await this.platform.work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
      countBound(
        tx,
        range.tenantId,
        left.map((one) => one.range),
      ),
    );
    return confirmation(
      { title: `删除 ${range.range}？`, lead: range.tenantName, section: 'ranges' },
      {
        lead: range.note ? `用途：${range.note}。` : '',
        consequences: [
          ...(left.length > 0
            ? [
                effect(left.length, '个', '地址范围还在，管理人员只能从那里登录'),
                ...someEffect(outside, '人', '现在正从其余范围以外使用工作台，下一次操作即须重新登录', 'warn'),
              ]
            : [plainEffect('这是最后一个：删除后，管理人员从任何地址都能登录', 'warn')]),
        ],
        action: `${PATH}/${rangeId}/remove`,
        fault,
        verb: '删除',
        cancel: PATH,
      },
    );
  }
}
