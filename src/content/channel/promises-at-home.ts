import { reading } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import type { PromiseSource } from '../../console/home/waiting.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { UserError } from '../../kernel/user-error.js';
import { type Light, SEVERITY } from './channel-light.js';
import { CHANNELS } from './channel-list.view.js';
import { type ChannelTreeRow, findChannelTree } from './channel-tree.js';

/** Who keeps what a channel promises; whoever watches over sites has a list of their own. */
const KEEPERS: readonly Role[] = [
  'tenant-administrator',
  'editor-in-chief',
  'channel-manager',
  'editor',
  'reviewer',
  'publisher',
];
const SHOWN = 5;
/** Days before the last one from which on a channel waits for somebody. */
const SOON = 7;
const DAY_MS = 86_400_000;

/** The promises of the channels one works in, on the site that is chosen: what to update next. */
export const promisesAtHome =
  ({ work, calendar }: Pick<Platform, 'work' | 'calendar'>): PromiseSource =>
  async (ctx, session, now) => {
    const { siteTenantId: tenantId, siteId: id } = session;
    if (!tenantId || !id || !ctx.held.some(({ role }) => KEEPERS.includes(role))) return null;
    const site = { tenantId, id };
    const tree = await work
      .run(reading(ctx), (tx) => findChannelTree(tx, ctx, calendar, site, now))
      .catch((error: unknown): ChannelTreeRow[] => {
        // Who keeps channels elsewhere may be here for something else.
        if (error instanceof UserError && error.status === 404) return [];
        throw error;
      });
    const promised = tree.filter(isPromise).sort(byUrgency);
    if (promised.length === 0) return null;
    return {
      total: promised.length,
      href: CHANNELS,
      lines: promised.slice(0, SHOWN).map((row) => ({
        href: hrefOf(row),
        label: row.name,
        // As the list of channels says it: against what was promised.
        note: `${row.days === 0 && row.lastOn ? '今天' : row.days} / ${row.updateDays} 天${row.lastOn ? '' : '，还没有稿件'}`,
        light: row.light,
        value: Math.min(row.days, row.updateDays),
        max: row.updateDays,
      })),
      waiting: promised
        .filter((row) => limitOf(row) - row.days < SOON)
        .map((row) => ({
          kind: '栏目',
          tone: row.light === 'bad' ? ('bad' as const) : ('warn' as const),
          title: row.days > limitOf(row) ? `“${row.name}”超过了更新期限` : `“${row.name}”快到更新期限`,
          note: `${promiseOf(row)}，${row.lastOn ? `已 ${row.days} 天没有新稿件` : '还没有稿件'}`,
          href: hrefOf(row),
          verb: '查看',
          due: new Date(calendar.nextMidnight(now).getTime() + (limitOf(row) - row.days) * DAY_MS - 1),
        })),
    };
  };

type Keeping = ChannelTreeRow & { updateDays: number; light: Exclude<Light, 'off'> };

const isPromise = (row: ChannelTreeRow): row is Keeping => row.updateDays !== null && row.light !== 'off';

/** What an inspection counts. */
const limitOf = ({ limitDays, updateDays }: Keeping): number => limitDays ?? updateDays;

const promiseOf = ({ updateDays, limitDays }: Keeping): string =>
  limitDays === null || limitDays === updateDays
    ? `承诺 ${updateDays} 天内更新`
    : `承诺 ${updateDays} 天内更新，最长 ${limitDays} 天`;

const hrefOf = ({ id }: ChannelTreeRow): string => `${CHANNELS}?at=${id}`;

const byUrgency = (a: Keeping, b: Keeping): number =>
  SEVERITY.indexOf(b.light) - SEVERITY.indexOf(a.light) || b.days / limitOf(b) - a.days / limitOf(a);
