import { Body, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Action } from '../../authority/policy.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { tenancyErrors } from '../../tenancy/errors.js';
import { EndFreeze, FreezePublishing } from '../../tenancy/freeze/freeze-publishing.js';
import { type RenamedTenant, RenameTenant, type TenantNames } from '../../tenancy/tenant/rename-tenant.js';
import { findTenantToRead } from '../../tenancy/tenant/tenant.queries.js';
import { type Answer, done, View } from '../shell/answers.js';
import { type Confirmation, confirmation, reasonInput } from '../shell/confirmation.js';
import { effect, someEffect } from '../shell/consequence.js';
import { PLATFORM } from '../shell/desk.js';
import { readForm } from '../shell/form.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { stillOf, undone } from '../shell/undo.js';
import { frozenInWords } from '../sites/site.view.js';
import { findFigures } from './tenant-list.queries.js';
import { tenantLight } from './tenant-words.js';

const text = z.string().default('');
const because = z.object({ reason: text });
const renaming = z.object({ name: text, shortName: text, governmentName: text, documentPrefix: text, reason: text });

/** Renaming a tenant, freezing what is published in it and below. */
@DeskRoutes('tenants')
export class TenantActPages {
  private readonly rename: RenameTenant;
  private readonly freezing: FreezePublishing;
  private readonly freeing: EndFreeze;

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    const { work } = platform;
    this.rename = new RenameTenant(work);
    this.freezing = new FreezePublishing(work);
    this.freeing = new EndFreeze(work);
  }

  @Shows(':id/rename', 'tenant.rename')
  askRename(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.renamePage(ctx, id, null);
  }

  @Does(':id/rename', 'tenant.rename')
  renameTo(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    const still = stillOf(body);
    if (still)
      return undone(`/tenants/${id}`, async () => {
        const form = readForm(renaming, body);
        await this.rename.run(ctx, id, form, still);
        return `已撤销，名称还是${form.name}。`;
      });
    return submitted(body, {
      schema: renaming,
      run: (form) => this.rename.run(ctx, id, form),
      next: (renamed, { name }) =>
        done(
          `/tenants/${id}`,
          renamedInWords(renamed, name),
          renamed.changed.length > 0
            ? {
                action: `/tenants/${id}/rename`,
                fields: { ...renamed.reverse.before, reason: '撤销刚才的改名', still: renamed.reverse.still },
              }
            : null,
        ),
      again: (fault) => this.renamePage(ctx, id, fault),
    });
  }

  @Shows(':id/freeze', 'tenant.freeze')
  askFreeze(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.freezePage(ctx, id, untouched());
  }

  @Does(':id/freeze', 'tenant.freeze')
  freeze(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: (form) => this.freezing.run(ctx, { tenantId: id }, form),
      next: ({ tenants }) => done(`/tenants/${id}`, `已冻结 ${tenants} 个单位的发布，已经公开的内容不受影响。`),
      again: (fault) => this.freezePage(ctx, id, fault),
    });
  }

  @Shows(':id/unfreeze', 'tenant.freeze')
  askUnfreeze(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.unfreezePage(ctx, id, untouched());
  }

  @Does(':id/unfreeze', 'tenant.freeze')
  unfreeze(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    return submitted(body, {
      schema: because,
      run: async (form) => this.freeing.run(ctx, (await this.frozen(ctx, id)).freeze.freezeId, form),
      next: ({ tenants }) => done(`/tenants/${id}`, `已解冻，涉及 ${tenants} 个单位。`),
      again: (fault) => this.unfreezePage(ctx, id, fault),
    });
  }

  private async renamePage(ctx: DeskSession, id: string, fault: Fault | null): Promise<View> {
    const { tenant } = await this.load(ctx, id, 'tenant.rename');
    const { name, shortName, governmentName, documentPrefix } = tenant;
    return new View(
      'console/tenant-rename.njk',
      {
        title: `给${name}改名`,
        lead: '从现在起用新名称。域名和网址不变；已经发布的文件保留原来的名称。',
        section: 'tenants',
      },
      {
        tenantId: id,
        tenantName: name,
        fault: fault ?? untouched({ name, shortName, governmentName, documentPrefix }),
      },
    );
  }

  private async freezePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures } = await this.load(ctx, id, 'tenant.freeze');
    if (figures.freezes.some((freeze) => !freeze.inherited))
      throw tenancyErrors['tenancy.already-frozen']({ name: tenant.name });
    return askOfTenant({ tenant, figures }, `冻结${tenant.name}及其下级的发布？`, {
      lead: '冻结期间谁也不能在这些网站发布、修改已发布的内容。公众照常访问。',
      consequences: [
        effect(1 + figures.tenantsBelow, '个', '单位停止发布，以后在它之下开通的单位也一样', 'warn'),
        effect(figures.sites + figures.sitesBelow, '个', '网站和子站停止发布', 'warn'),
        effect(figures.publications, '篇', '本单位已公开的内容保持现在的样子'),
      ],
      after: '随时可以解冻。',
      action: `/tenants/${id}/freeze`,
      inputs: [reasonInput(fault, '例如：重要时期、内容整改。编辑会看到这句话。')],
      fault,
      verb: '冻结',
    });
  }

  private async unfreezePage(ctx: DeskSession, id: string, fault: Fault): Promise<View> {
    const { tenant, figures, freeze } = await this.frozen(ctx, id);
    const above = figures.freezes.filter((one) => one.inherited).length;
    return askOfTenant({ tenant, figures }, `解冻${tenant.name}及其下级的发布？`, {
      lead: `冻结的原因：${frozenInWords(freeze, this.platform.calendar)}。`,
      consequences: [
        effect(1 + figures.tenantsBelow, '个', '单位恢复发布，另外单独冻结的除外'),
        ...someEffect(above, '项', '上级单位的冻结仍然有效，解冻后还是不能发布', 'warn'),
      ],
      after: null,
      action: `/tenants/${id}/unfreeze`,
      inputs: [reasonInput(fault, '例如：整改完成。')],
      fault,
      verb: '解冻',
      tone: 'primary',
    });
  }

  private load(ctx: DeskSession, id: string, action: Action) {
    return loadTenant(this.platform, ctx, id, action);
  }

  /** The tenant with the freeze that was put on it. @throws UserError `authority.missing` when there is none */
  private async frozen(ctx: DeskSession, id: string) {
    const loaded = await this.load(ctx, id, 'tenant.freeze');
    const freeze = loaded.figures.freezes.find((one) => !one.inherited);
    if (!freeze) throw authorityErrors['authority.missing']();
    return { ...loaded, freeze };
  }
}

const NAMES: Record<keyof Omit<TenantNames, 'name'>, string> = {
  shortName: '简称',
  governmentName: '政府全称',
  documentPrefix: '机关代字',
};

/** What is called otherwise now, and nothing else. */
function renamedInWords({ changed, portal }: RenamedTenant, name: string): string {
  if (changed.length === 0) return '名称没有改动。';
  const others = changed.flatMap((field) => (field === 'name' ? [] : [NAMES[field]])).join('、');
  const own = changed.includes('name') ? `已改名为${name}${others && `，${others}一并更改`}。` : `已更改${others}。`;
  const followed = portal.changed.map((field) => (field === 'name' ? '名称' : '简称')).join('和');
  if (followed) return `${own}门户网站的${followed}随之更改。`;
  return portal.byHand ? `${own}门户网站的名称是手工定的，没有改动。` : own;
}

/** A tenant that the caller may do something to, with its figures; not the platform, which is none. @throws UserError `authority.*` */
export async function loadTenant({ work }: Platform, ctx: DeskSession, id: string, action: Action) {
  const loaded = await work.run(reading(ctx), async (tx) => {
    const tenant = await findTenantToRead(tx, ctx, id);
    return { tenant, figures: await findFigures(tx, tenant) };
  });
  authorize(ctx, action, loaded.tenant);
  if (loaded.tenant.level === 'platform') throw authorityErrors['authority.refused']({ action });
  return loaded;
}

/** Asks before an act on a tenant, which its page's light describes. */
export const askOfTenant = (
  { tenant, figures }: Pick<Awaited<ReturnType<typeof loadTenant>>, 'tenant' | 'figures'>,
  title: string,
  confirm: Omit<Confirmation, 'cancel'>,
): View => {
  const { text } = tenantLight({ state: tenant.state, frozen: figures.freezes.length > 0 });
  return confirmation(
    { title, lead: `${tenant.name}，现在：${text}`, section: 'tenants' },
    { cancel: `/tenants/${tenant.tenantId}`, ...confirm },
  );
};
