import { setTimeout as sleep } from 'node:timers/promises';
import { Body, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Link } from '../../access/account/administer-account.js';
import type { DeskSession } from '../../access/desk-session.js';
import { maskEmail } from '../../identity/account/mask.js';
import type { Identity } from '../../identity/identity.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { CheckHostname } from '../../tenancy/hostname/hostname.queries.js';
import { bothHosts, shownHost } from '../../tenancy/hostname/shown-host.js';
import { faultOfSlug } from '../../tenancy/plan/slug.js';
import type { UnitForm, UnitLevel } from '../../tenancy/plan/types.js';
import type { OpenedTenant } from '../../tenancy/tenant/open-tenant.js';
import { UNIT_FORM_NAMES } from '../../tenancy/tenant/opening-form.js';
import { suggestUnit } from '../../tenancy/tenant/suggest-unit.js';
import { type Answer, View } from '../shell/answers.js';
import { DESK, type Desk, IDENTITY, PLATFORM } from '../shell/desk.js';
import { ticked } from '../shell/form.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Does, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { optionsOf } from '../sites/site-words.js';
import { TENANCY, type TenancyDesk } from './tenancy-desk.js';
import { LEVEL_NAMES } from './tenant-words.js';
import { themeSamples } from './theme-samples.js';
import { findParents, findUnits, valuesOfUnit } from './unit-choice.js';

const USUAL_THEME = 'usual';
/** Until the new site is served here, ms: the command's news travels to every node within a second. */
const SERVED_WITHIN_MS = 3_000;

const text = z.string().default('');
const opening = z.object({
  parentTenantId: text,
  regionCode: text,
  level: text,
  form: text,
  name: text,
  shortName: text,
  governmentName: text,
  documentPrefix: text,
  slug: text,
  blueprint: text,
  theme: text.transform((name) => (name === '' || name === USUAL_THEME ? null : name)),
  demonstration: ticked.default(false),
  subSites: ticked.default(false),
  administratorName: text,
  administratorLogin: text,
  administratorTelephone: text,
  administratorEmail: text,
});
type Opening = z.output<typeof opening>;

/** Opens a county in one form: what the plan knows is filled in; site, channels and the first administrator come along. */
@DeskRoutes('tenants')
export class OpeningPages {
  private readonly hostnames: CheckHostname;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(DESK) private readonly desk: Desk,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {
    this.hostnames = new CheckHostname(platform.work, platform.config.baseDomain);
  }

  @Shows('new', 'tenant.open')
  newForm(@Ctx() ctx: DeskSession, @Query() query: ListQuery): Promise<View> {
    return this.formPage(ctx, query, null);
  }

  /** While a hostname is typed: a part of a form. */
  @Shows('hostname', 'hostname.change')
  async hostname(@Ctx() ctx: DeskSession, @Query() query: ListQuery): Promise<View> {
    const slug = one(query, 'slug').toLowerCase();
    const written = slug || one(query, 'host');
    // The slug of a tenant is a label; only a further name can be a whole domain.
    const wrong = slug ? faultOfSlug(slug) : null;
    const answer = written && !wrong ? await this.hostnames.run(ctx, written) : { host: null, fault: wrong };
    const { host, fault } = answer;
    return new View('console/hostname-check.njk', { title: '' }, { host: host && bothHosts(host), fault });
  }

  @Does('', 'tenant.open')
  open(@Ctx() ctx: DeskSession, @Body() body: unknown): Promise<Answer> {
    const began = performance.now();
    return submitted(body, {
      schema: opening,
      run: (form) => this.tenancy.openTenant.run(ctx, inputOf(form)),
      next: (opened, form) => this.openedPage(ctx, opened, form, began),
      again: (fault) => this.formPage(ctx, {}, fault),
    });
  }

  private async formPage(ctx: DeskSession, query: ListQuery, fault: Fault | null): Promise<View> {
    const { work, config } = this.platform;
    const plan = await this.tenancy.plan();
    const parents = await findParents(work, ctx);
    const search = one(query, 'q');
    const chosen = one(query, 'unit') ? valuesOfUnit(plan, one(query, 'unit'), parents) : null;
    const known = fault ? suggestUnit(plan, fault.values.regionCode ?? '') : (chosen?.unit ?? null);
    const byHand = { parentTenantId: one(query, 'parent'), level: 'county', form: 'county' };
    const shown = fault ?? untouched({ administratorLogin: 'admin', ...(chosen?.values ?? byHand) });
    return new View(
      'console/tenant-new.njk',
      {
        title: '开通单位和网站',
        lead: '一张表办完：单位、门户网站、栏目、域名、第一位管理员。',
        section: 'tenants',
      },
      {
        search,
        units: await findUnits(work, ctx, plan, parents, search),
        chosen: chosen?.unit.name ?? null,
        known: known && { townships: known.townships, departments: known.departments },
        parents: parents.map(({ id, name, depth }) => ({ value: id, label: `${'　'.repeat(depth)}${name}` })),
        levels: optionsOf(LEVEL_NAMES).filter(({ value }) => value !== 'province'),
        forms: optionsOf(UNIT_FORM_NAMES).filter(({ value }) => value !== 'province'),
        blueprints: this.tenancy.blueprints.map(({ key, label }) => ({ value: key, label })),
        themes: themeSamples(this.tenancy.themes),
        usualTheme: USUAL_THEME,
        base: config.baseDomain,
        fault: shown,
      },
    );
  }

  /** What came of it: the address, how long it took, and the administrator's link, which is shown this once. */
  private async openedPage(ctx: DeskSession, opened: OpenedTenant, form: Opening, began: number): Promise<View> {
    const { host, tenantId, siteId, subSites, told } = opened;
    const deadline = performance.now() + SERVED_WITHIN_MS;
    while (!this.tenancy.isServed(host) && performance.now() < deadline) await sleep(20);
    const seconds = (performance.now() - began) / 1000;
    const link = told.get('administrator') as Link | undefined;
    const { invitations } = this.identity;
    const { administratorName: name, administratorEmail: email } = form;
    const sent =
      link && email
        ? await invitations.mail({
            account: { tenantId: link.tenantId, id: link.accountId },
            to: email,
            name,
            login: link.login,
            token: link.token,
            purpose: 'join',
            by: ctx.account.name,
            expiresAt: link.expiresAt,
          })
        : 'no-address';
    return new View(
      'console/tenant-opened.njk',
      { title: `${form.name}已开通`, lead: `${form.governmentName} · ${form.regionCode}`, section: 'tenants' },
      {
        url: this.desk.origin.replace(this.desk.host, host),
        host: shownHost(host),
        served: this.tenancy.isServed(host),
        seconds: seconds.toFixed(1),
        opened: inWords(subSites),
        tenantId,
        siteId,
        administrator: link && {
          name,
          login: link.login,
          url: invitations.link(link.token),
          until: this.platform.calendar.minute(link.expiresAt),
          sent,
          email: maskEmail(email),
        },
      },
    );
  }
}

/** `1 个门户网站，25 个乡镇街道子站，3 个部门子站` */
function inWords({ townships, departments }: OpenedTenant['subSites']): string {
  if (townships + departments === 0) return '1 个网站，没有子站';
  const counted = (count: number, what: string) => (count > 0 ? [`${count} 个${what}子站`] : []);
  return ['1 个门户网站', ...counted(townships, '乡镇街道'), ...counted(departments, '部门')].join('，');
}

/** The command reads each field anew: what is no level or form it says itself. */
const inputOf = ({
  administratorName: name,
  administratorLogin: login,
  administratorTelephone: telephone,
  administratorEmail: email,
  level,
  form,
  ...rest
}: Opening) => ({
  ...rest,
  level: level as UnitLevel,
  form: form as UnitForm,
  administrator: { name, login, telephone, email },
});
