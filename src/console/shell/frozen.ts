import type { DeskSession } from '../../access/desk-session.js';
import { may } from '../../authority/desk-context.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { FreezeOfSite } from '../../tenancy/freeze/site-stops.js';

/** What stands over every page while one works on a site on which nothing may be published. */
export interface FrozenBanner {
  lead: string;
  text: string;
  /** For those who may end it. */
  link: { href: string; label: string } | null;
}

const MEANWHILE = '期间不能发布新内容，也不能修改已发布的内容；整理栏目、管理授权等照常，公众照常访问。';
const ARCHIVED = '公众仍可查阅，内容、栏目和资料都不能再改。';

/** Why, since when, by whom, and what is still possible; null: publishing goes on. */
export function frozenBanner(ctx: DeskSession, session: ReadSession, calendar: Calendar): FrozenBanner | null {
  const { siteId, siteTenantId, stops } = session;
  const { leaving, freezes } = stops;
  if (leaving) {
    const [lead, meanwhile] =
      leaving.state === 'archived' ? ['单位已归档', ARCHIVED] : ['单位正在撤销，发布已冻结', MEANWHILE];
    return {
      lead: `${lead}：`,
      text: `${sentence(leaving.reason)}${calendar.minute(leaving.since)} 起。${meanwhile}`,
      link: null,
    };
  }
  const [newest, ...others] = freezes;
  if (!newest || !siteId || !siteTenantId) return null;
  const since = ({ reason, begunAt, begunBy }: FreezeOfSite) =>
    `${sentence(reason)}${calendar.minute(begunAt)} 起，由${begunBy}冻结。`;
  const told = others.map((freeze) => `另外，${where(freeze)}：${since(freeze)}`);
  const at = { tenantId: siteTenantId, siteId };
  const mine = freezes.find(({ ofSite, inherited }) =>
    ofSite ? may(ctx, 'site.freeze', at) : !inherited && may(ctx, 'tenant.freeze', at),
  );
  return {
    lead: `${where(newest)}：`,
    text: [since(newest), ...told, MEANWHILE].join(''),
    link: mine
      ? { href: mine.ofSite ? `/sites/${siteId}/unfreeze` : `/tenants/${siteTenantId}/unfreeze`, label: '解冻' }
      : null,
  };
}

const where = ({ ofSite, inherited }: FreezeOfSite): string =>
  ofSite ? '这个网站的发布已冻结' : inherited ? '随上级单位冻结发布' : '本单位及其下级的发布已冻结';

/** A reason as it was typed, ended as a sentence. */
const sentence = (text: string): string => (/[。！？；.!?;]$/.test(text) ? text : `${text}。`);
