import { Body, Inject, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, may, maySomewhere, reading } from '../../authority/desk-context.js';
import { roleFacts } from '../../authority/role.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { findHostnames } from '../../tenancy/hostname/hostname.queries.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { EditSite, type SiteChanges, type SiteField } from '../../tenancy/site/edit-site.js';
import { findSiteToRead, readSite, SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { findSites, SHOWN_STATES, type SiteSort } from '../../tenancy/site/site-list.queries.js';
import { type Answer, done, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { pageNumber, readForm } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { type Fault, submitted, untouched } from '../shell/submitted.js';
import { stillOf, undone } from '../shell/undo.js';
import { TENANCY, type TenancyDesk } from '../tenants/tenancy-desk.js';
import { themeSamples } from '../tenants/theme-samples.js';
import { siteView } from './site.view.js';
import { findPeopleOfSite, findRegions, findSubSites, findSurroundings } from './site-page.queries.js';
import { isShownState, isSiteKind, optionsOf, siteLight } from './site-words.js';

const LIST = { name: 'sites', path: '/sites', parameters: ['q', 'state', 'kind', 'region', 'sort'] };
const ORDERS: Record<SiteSort, 'asc' | 'desc'> = { region: 'asc', name: 'asc', newest: 'desc' };
const NO_THEME = 'usual';

const text = z.string().default('');
const changes = z.object({
  name: text,
  shortName: text,
  tagline: text,
  identificationCode: text,
  icpNumber: text,
  publicSecurityNumber: text,
  theme: text.transform((name) => (name === '' || name === NO_THEME ? null : name)),
});

/** Sites: which there are, what each is, what it says of itself. What is done to one stands in site-acts.pages.ts. */
@DeskRoutes('sites')
export class SitePages {
  private readonly edit: EditSite;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(TENANCY) private readonly tenancy: TenancyDesk,
  ) {
    this.edit = new EditSite(platform.work, tenancy.themes);
  }

  @Shows('', 'site.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const { work, config, calendar } = this.platform;
    const before = await remembered(work, ctx, session, LIST, query);
    if (before) return before;
    const search = one(query, 'q');
    const [state, kind, region] = [one(query, 'state'), one(query, 'kind'), one(query, 'region')];
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const filter = {
      search: search || undefined,
      state: isShownState(state) ? state : undefined,
      kind: isSiteKind(kind) ? kind : undefined,
      region: region || undefined,
      sort,
    };
    const { regions, rows, total } = await work.run(reading(ctx), async (tx) => ({
      regions: await findRegions(tx, ctx, region),
      ...(await findSites(tx, ctx, filter, page, config.baseDomain)),
    }));
    const regionName = regions.find(({ code }) => code === region)?.name;
    return new View(
      'console/sites.njk',
      { title: '网站', lead: '网站和子站：谁主办，现在是什么状态，公众从哪里访问。', section: 'sites' },
      {
        filter: { search, state, kind, region },
        states: optionsOf(SHOWN_STATES),
        kinds: optionsOf(SITE_KINDS),
        regions: regions.length > 1 || region ? regions.map(({ code, name }) => ({ value: code, label: name })) : [],
        sorts,
        kept,
        chips: chipsOf(LIST.path, query, [
          ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
          ...(filter.state ? [{ name: 'state', label: '状态', value: SHOWN_STATES[filter.state] }] : []),
          ...(filter.kind ? [{ name: 'kind', label: '类型', value: SITE_KINDS[filter.kind] }] : []),
          ...(region ? [{ name: 'region', label: '地区', value: regionName ?? region }] : []),
        ]),
        rows: rows.map((row) => ({
          id: row.siteId,
          name: row.name,
          address: row.address ? shownHost(row.address) : '没有域名',
          tenant: row.tenantName,
          kind: SITE_KINDS[row.kind],
          light: siteLight(row.state),
          code: row.identificationCode,
          opened: calendar.day(row.createdAt),
          current: row.siteId === session.siteId,
        })),
        pager: pagerOf(LIST.path, query, page, total),
        mayOpen: maySomewhere(ctx, 'tenant.open'),
      },
    );
  }

  @Shows(':id', 'site.read')
  async show(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Param('id') id: string): Promise<View> {
    const { work, config } = this.platform;
    const { site, around, subSites, hostnames } = await work.run(reading(ctx), async (tx) => {
      const found = await findSiteToRead(tx, ctx, id);
      return {
        site: found,
        around: await findSurroundings(tx, found, config.baseDomain),
        subSites: found.kind === 'portal' ? await findSubSites(tx, ctx, found) : [],
        hostnames: found.kind === 'portal' ? await findHostnames(tx, ctx, id, config.baseDomain) : [],
      };
    });
    const seesGrants = may(ctx, 'grant.read', { tenantId: site.tenantId, siteId: site.siteId });
    const people = seesGrants ? await findPeopleOfSite(work, ctx, site) : [];
    return new View(
      'console/site.njk',
      {
        title: site.name,
        lead: `${SITE_KINDS[site.kind]} · ${site.tenantName} · ${around.address ? shownHost(around.address) : '没有域名'}`,
        section: 'sites',
      },
      {
        ...siteView(ctx, site, around, { subSites, hostnames }, this.platform.calendar, session.siteId === site.siteId),
        mayEnter: may(ctx, 'site.enter', site),
        seesGrants,
        people: people.map((grant) => ({
          name: grant.accountName || '（不在您的查看范围内）',
          href: grant.accountName ? `/accounts/${grant.accountId}` : null,
          role: roleFacts(grant.role).name,
          inherited: grant.scope === 'tenant',
        })),
      },
    );
  }

  @Shows(':id/edit', 'site.edit')
  async editForm(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    return this.editPage(ctx, id, null);
  }

  @Does(':id', 'site.edit')
  save(@Ctx() ctx: DeskSession, @Param('id') id: string, @Body() body: unknown): Promise<Answer> {
    const still = stillOf(body);
    if (still)
      return undone(`/sites/${id}`, async () => {
        await this.edit.run(ctx, id, readForm(changes, body), still);
        return '已撤销，网站资料和原来一样。';
      });
    return submitted(body, {
      schema: changes,
      run: (form) => this.edit.run(ctx, id, form),
      next: ({ changed, reverse }) =>
        changed.length > 0
          ? done(
              `/sites/${id}`,
              `已更改${changed.map((field) => FIELDS[field]).join('、')}，公众看到的网页随即更新。`,
              {
                action: `/sites/${id}`,
                fields: { ...valuesOf(reverse.before), still: reverse.still },
              },
            )
          : done(`/sites/${id}`, '没有改动。'),
      again: (fault) => this.editPage(ctx, id, fault),
    });
  }

  private async editPage(ctx: DeskSession, id: string, fault: Fault | null): Promise<View> {
    const site = await readSite(this.platform.work, ctx, id);
    authorize(ctx, 'site.edit', site);
    return new View(
      'console/site-edit.njk',
      { title: '修改网站资料', lead: site.name, section: 'sites' },
      {
        siteId: id,
        siteName: site.name,
        fault: fault ?? untouched(valuesOf(site)),
        noTheme: NO_THEME,
        themes: themeSamples(this.tenancy.themes),
      },
    );
  }
}

const FIELDS: Record<SiteField, string> = {
  name: '名称',
  shortName: '简称',
  tagline: '标语',
  identificationCode: '网站标识码',
  icpNumber: 'ICP备案号',
  publicSecurityNumber: '公安机关备案号',
  theme: '主题',
};

const valuesOf = ({
  name,
  shortName,
  tagline,
  identificationCode,
  icpNumber,
  publicSecurityNumber,
  theme,
}: Required<SiteChanges>) => ({
  name,
  shortName,
  tagline,
  identificationCode,
  icpNumber,
  publicSecurityNumber,
  theme: theme ?? NO_THEME,
});
