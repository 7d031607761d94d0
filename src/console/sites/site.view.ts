import type { DeskSession } from '../../access/desk-session.js';
import { may } from '../../authority/desk-context.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { FreezeOfSite } from '../../tenancy/freeze/site-stops.js';
import type { HostnameRecord } from '../../tenancy/hostname/hostname.queries.js';
import { shownHost } from '../../tenancy/hostname/shown-host.js';
import type { DeskSite } from '../../tenancy/site/site.queries.js';
import { themeSample } from '../tenants/theme-samples.js';
import type { SiteSurroundings, SubSiteLine } from './site-page.queries.js';
import { siteLight } from './site-words.js';

/** What the page of a site shows. */
export function siteView(
  ctx: DeskSession,
  site: DeskSite,
  around: SiteSurroundings,
  below: { subSites: SubSiteLine[]; hostnames: HostnameRecord[] },
  calendar: Calendar,
  current: boolean,
) {
  const { counts, freezes, parent } = around;
  const own = freezes.find((freeze) => freeze.ofSite) ?? null;
  const archived = site.tenantState === 'archived';
  const isPortal = site.kind === 'portal';
  const changesNames = isPortal && !archived && may(ctx, 'hostname.change', site);
  return {
    site: {
      id: site.siteId,
      name: site.name,
      shortName: site.shortName,
      tagline: site.tagline,
      light: siteLight(around.state),
      tenant: site.tenantName,
      tenantHref: may(ctx, 'tenant.read', site) ? `/tenants/${site.tenantId}` : null,
      region: around.regionName ?? '',
      regionCode: around.regionCode ?? '',
      parent: parent && { name: parent.name, href: `/sites/${parent.id}` },
      sponsor: organInWords(around.sponsor),
      undertaker: organInWords(around.undertaker),
      identificationCode: site.identificationCode,
      icpNumber: site.icpNumber,
      publicSecurityNumber: site.publicSecurityNumber,
      theme: site.theme ? themeSample(site.theme).label : '按类型和级别',
      demonstration: site.demonstration,
      opened: calendar.day(around.createdAt),
      isPortal,
    },
    stops: [
      ...(may(ctx, 'site.move', site) ? moveInWords(around, calendar) : []),
      ...closingOf(site, around, calendar),
      ...(current ? [] : stopsOf(site, around, calendar)),
    ],
    current,
    counts: [
      ...(isPortal ? [{ count: counts.subSites, unit: '个', label: '子站' }] : []),
      { count: counts.channels, unit: '个', label: '栏目' },
      { count: counts.publications.toLocaleString('en-US'), unit: '篇', label: '已刊载' },
      ...(isPortal ? [{ count: counts.hostnames, unit: '个', label: '域名' }] : []),
    ],
    subSites: below.subSites.map(({ siteId, name, prefix, state }) => ({
      href: `/sites/${siteId}`,
      text: name,
      note: state === 'open' ? prefix : `${prefix} · 已停用`,
    })),
    moreSubSites: counts.subSites > below.subSites.length,
    hostnamesInUse: counts.hostnames,
    hostnames: below.hostnames.map((hostname) => ({
      host: hostname.host,
      shown: shownHost(hostname.host),
      light: hostname.endedAt
        ? { text: `${calendar.day(hostname.endedAt)} 停用`, tone: 'off' }
        : hostname.isPrimary
          ? { text: '主域名', tone: 'ok' }
          : { text: '跳转到主域名', tone: 'run' },
      since: calendar.day(hostname.createdAt),
      mayLead: changesNames && !hostname.isPrimary && !hostname.endedAt,
      mayGive: changesNames && hostname.endedAt !== null,
    })),
    may: {
      edit: !archived && may(ctx, 'site.edit', site),
      suspend: site.state === 'open' && may(ctx, 'site.suspend', site),
      restore: site.state === 'suspended' && may(ctx, 'site.suspend', site),
      freeze: own === null && !archived && may(ctx, 'site.freeze', site),
      unfreeze: own !== null && may(ctx, 'site.freeze', site),
      open: isPortal && !archived && may(ctx, 'site.open', site),
      clone: may(ctx, 'site.clone', site),
      move: !isPortal && !archived && !goesOn(around) && may(ctx, 'site.move', site),
      hostname: changesNames,
    },
  };
}

const organInWords = ({ name, telephone }: { name: string; telephone: string }): string =>
  telephone ? `${name}，${telephone}` : name;

interface Stop {
  tone: string;
  lead: string;
  text: string;
}

const goesOn = ({ move }: SiteSurroundings): boolean => move !== null && move.failure === null;

/** A move whose page was answered before it was done. */
function moveInWords({ move }: SiteSurroundings, calendar: Calendar): Stop[] {
  if (!move) return [];
  const begun = `${calendar.minute(move.begunAt)}由${move.begunBy}开始`;
  return move.failure === null
    ? [{ tone: 'info', lead: `正在划归${move.toName}：`, text: `${begun}，大的网站要几分钟。` }]
    : [{ tone: 'bad', lead: `没有划归${move.toName}：`, text: `${begun}，没有做成。${move.failure}` }];
}

/** What stands in the way of visitors, with why. */
function closingOf(site: DeskSite, { parent, suspendedAt }: SiteSurroundings, calendar: Calendar): Stop[] {
  if (site.state === 'suspended')
    return [
      {
        tone: 'bad',
        lead: `网站已停用${suspendedAt ? `（${calendar.minute(suspendedAt)}）` : ''}：`,
        text: `${site.suspendedFor}。公众看到的是：${site.closedNotice}`,
      },
    ];
  if (parent && parent.state !== 'open')
    return [{ tone: 'bad', lead: '随上级网站停用：', text: `“${parent.name}”恢复后，这个子站随之恢复。` }];
  return [];
}

/** What stands in the way of publishing, each with who did it and why; on the site one works on the frame says so. */
function stopsOf(site: DeskSite, { freezes, archivedAt }: SiteSurroundings, calendar: Calendar): Stop[] {
  const stops = freezes.map((freeze) => ({
    tone: 'warn',
    lead: `${frozenWhere(freeze)}：`,
    text: frozenInWords(freeze, calendar),
  }));
  if (site.tenantState === 'archived')
    stops.unshift({
      tone: 'warn',
      lead: '单位已归档：',
      text: `${archivedAt ? `${calendar.day(archivedAt)} 起` : ''}公众仍可查阅，内容不能再改。`,
    });
  if (site.tenantState === 'frozen')
    stops.unshift({ tone: 'warn', lead: '单位正在撤销：', text: `“${site.tenantName}”的网站不再发布新内容。` });
  return stops;
}

const frozenWhere = ({ ofSite, inherited }: FreezeOfSite): string =>
  ofSite ? '网站的发布已冻结' : inherited ? '随上级单位冻结发布' : '单位的发布已冻结';

/** Why, since when, by whom. */
export const frozenInWords = (
  freeze: Pick<FreezeOfSite, 'reason' | 'begunAt' | 'begunBy'>,
  calendar: Calendar,
): string => `${freeze.reason}（${calendar.minute(freeze.begunAt)}，${freeze.begunBy}）`;
