import { Inject, Param, Query } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import { may, maySomewhere, reading } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { hostOf } from '../../tenancy/hostname/hostname-name.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import { SITE_KINDS } from '../../tenancy/site/site.queries.js';
import { DAYS_ARCHIVED } from '../../tenancy/tenant/delete-tenant.js';
import { UNIT_FORM_NAMES } from '../../tenancy/tenant/opening-form.js';
import { findTenantToRead, type TenantRecord } from '../../tenancy/tenant/tenant.queries.js';
import { type Answer, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { pageNumber } from '../shell/form.js';
import { chipsOf, type Query as ListQuery, one, orderOf, pagerOf } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Session, Shows } from '../shell/route.js';
import { frozenInWords } from '../sites/site.view.js';
import { optionsOf } from '../sites/site-words.js';
import {
  findFigures,
  findSitesOf,
  findTenants,
  findTenantsBelow,
  TENANT_SITES,
  type TenantFigures,
  type TenantSort,
} from './tenant-list.queries.js';
import { CONDITIONS, isCondition, isLevel, LEVEL_NAMES, tenantLight } from './tenant-words.js';

const LIST = { name: 'tenants', path: '/tenants', parameters: ['q', 'state', 'level', 'sort'] };
const ORDERS: Record<TenantSort, 'asc' | 'desc'> = { region: 'asc', name: 'asc', sites: 'desc', below: 'desc' };
const DAY_MS = 86_400_000;

/** Tenants: which there are, and what each is. Opening one stands in opening.pages.ts, acts in tenant-acts.pages.ts. */
@DeskRoutes('tenants')
export class TenantPages {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Shows('', 'tenant.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const { work, config } = this.platform;
    const before = await remembered(work, ctx, session, LIST, query);
    if (before) return before;
    const search = one(query, 'q');
    const [state, level] = [one(query, 'state'), one(query, 'level')];
    const filter = {
      search: search || undefined,
      condition: isCondition(state) ? state : undefined,
      level: isLevel(level) ? level : undefined,
    };
    const { sort, sorts, kept } = orderOf(LIST.path, query, ORDERS);
    const page = pageNumber(query.page);
    const { rows, total } = await work.run(reading(ctx), (tx) =>
      findTenants(tx, ctx, filter, page, config.baseDomain, sort),
    );
    // Out of their places each says where it belongs.
    const narrowed = Boolean(filter.search || filter.condition || filter.level || sort !== 'region');
    return new View(
      'console/tenants.njk',
      { title: '单位', lead: '在平台上办网站的政府和管委会，按省、市、县排列。', section: 'tenants' },
      {
        filter: { search, state, level },
        sorts,
        kept,
        states: optionsOf(CONDITIONS),
        levels: optionsOf(LEVEL_NAMES),
        chips: chipsOf(LIST.path, query, [
          ...(search ? [{ name: 'q', label: '包含', value: search }] : []),
          ...(filter.condition ? [{ name: 'state', label: '状态', value: CONDITIONS[filter.condition] }] : []),
          ...(filter.level ? [{ name: 'level', label: '级别', value: LEVEL_NAMES[filter.level] }] : []),
        ]),
        rows: rows.map((row) => ({
          id: row.tenantId,
          name: row.name,
          path: narrowed && row.parentName ? `${row.parentName} › ${row.governmentName}` : row.governmentName,
          depth: narrowed ? 0 : row.depth,
          light: tenantLight(row),
          code: row.regionCode,
          host: row.host && shownHost(row.host),
          sites: row.sites,
          below: row.below,
        })),
        pager: pagerOf(LIST.path, query, page, total),
        mayOpen: maySomewhere(ctx, 'tenant.open'),
      },
    );
  }

  @Shows(':id', 'tenant.read')
  async show(@Ctx() ctx: DeskSession, @Param('id') id: string): Promise<View> {
    const { work, calendar, config } = this.platform;
    const { tenant, figures, sites, below } = await work.run(reading(ctx), async (tx) => {
      const found = await findTenantToRead(tx, ctx, id);
      return {
        tenant: found,
        figures: await findFigures(tx, found),
        sites: await findSitesOf(tx, ctx, found.tenantId),
        below: await findTenantsBelow(tx, ctx, found.tenantId),
      };
    });
    const isPlatform = tenant.level === 'platform';
    const own = figures.freezes.find((freeze) => !freeze.inherited) ?? null;
    return new View(
      'console/tenant.njk',
      {
        title: tenant.name,
        lead: isPlatform ? '平台自己：运维、安全、审计人员的单位。' : `${tenant.governmentName} · ${tenant.regionCode}`,
        section: 'tenants',
      },
      {
        tenant: {
          ...tenant,
          isPlatform,
          light: tenantLight({ state: tenant.state, frozen: figures.freezes.length > 0 }),
          since: calendar.day(tenant.stateSince),
          formName: isPlatform ? '平台' : UNIT_FORM_NAMES[tenant.form as keyof typeof UNIT_FORM_NAMES],
          parent:
            tenant.parentId && figures.parentName
              ? {
                  name: figures.parentName,
                  href: may(ctx, 'tenant.read', { tenantId: tenant.parentId }) ? `/tenants/${tenant.parentId}` : null,
                }
              : null,
          host: figures.hostname ? shownHost(hostOf(figures.hostname, config.baseDomain)) : '没有域名',
        },
        stops: figures.freezes.map((freeze) => ({
          tone: 'warn',
          lead: freeze.inherited ? '随上级单位冻结发布：' : '发布已冻结：',
          text: frozenInWords(freeze, calendar),
        })),
        counts: [
          { count: figures.sites, unit: '个', label: '网站' },
          { count: figures.publications.toLocaleString('en-US'), unit: '篇', label: '已刊载' },
          { count: figures.accounts, unit: '个', label: '账号' },
          { count: figures.tenantsBelow, unit: '个', label: '下级单位' },
        ],
        sites: sites.map((site) => ({
          href: `/sites/${site.siteId}`,
          text: site.name,
          note: `${SITE_KINDS[site.kind as keyof typeof SITE_KINDS]}${site.state === 'open' ? '' : ' · 已停用'}`,
        })),
        moreSites: figures.sites > TENANT_SITES,
        below: below.map((row) => ({
          id: row.tenantId,
          name: row.name,
          path: row.governmentName,
          light: tenantLight(row),
          sites: row.sites,
          below: row.below,
        })),
        steps: isPlatform ? [] : this.retirement(tenant),
        may: isPlatform ? NOTHING : this.actsOn(ctx, tenant, figures, own !== null),
      },
    );
  }

  private actsOn(ctx: DeskSession, tenant: TenantRecord, figures: TenantFigures, frozen: boolean) {
    const { state } = tenant;
    const retires = may(ctx, 'tenant.retire', tenant);
    return {
      open: state === 'open' && tenant.level !== 'county' && may(ctx, 'tenant.open', tenant),
      rename: state !== 'archived' && may(ctx, 'tenant.rename', tenant),
      freeze: !frozen && (state !== 'archived' || figures.tenantsBelow > 0) && may(ctx, 'tenant.freeze', tenant),
      unfreeze: frozen && may(ctx, 'tenant.freeze', tenant),
      retire: retires && state === 'open',
      archive: retires && state === 'frozen',
      takeBack: retires && (state === 'frozen' || state === 'archived'),
      delete:
        state === 'archived' &&
        figures.tenantsBelow === 0 &&
        deletableFrom(tenant) <= new Date() &&
        may(ctx, 'tenant.delete', tenant),
    };
  }

  /** The steps of retiring a tenant, and where it stands. */
  private retirement({ state, stateSince, stateReason }: TenantRecord & { stateSince: Date }) {
    if (state === 'open') return [];
    const { calendar } = this.platform;
    const now = { title: '', note: stateReason, time: calendar.day(stateSince) };
    const archived = state === 'archived';
    return [
      {
        ...(archived ? { title: '', note: null, time: null } : now),
        title: '开始撤销：不再发布',
        state: archived ? 'done' : 'now',
      },
      {
        ...(archived ? now : { note: '公众仍可查阅，内容不能再改', time: null }),
        title: '归档',
        state: archived ? 'now' : null,
      },
      {
        title: '删除',
        note: archived
          ? `${calendar.day(deletableFrom({ stateSince }))} 以后可以删除，只留名称和审计`
          : `归档满 ${DAYS_ARCHIVED} 天以后`,
        time: null,
        state: null,
      },
    ];
  }
}

const deletableFrom = ({ stateSince }: { stateSince: Date }): Date =>
  new Date(stateSince.getTime() + DAYS_ARCHIVED * DAY_MS);

const NOTHING = {
  open: false,
  rename: false,
  freeze: false,
  unfreeze: false,
  retire: false,
  archive: false,
  takeBack: false,
  delete: false,
};
