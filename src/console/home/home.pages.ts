import { Inject } from '@nestjs/common';
import type { DeskSession } from '../../access/desk-session.js';
import { roleFacts } from '../../authority/role.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { Ctx, DeskRoutes, Session, ShowsOwn } from '../shell/route.js';
import { enterFirstSite } from '../sites/enter-site.js';
import { PROMISES, type PromiseSource, WAITING, type Waiting, type WaitingSource } from './waiting.js';

const DAY_MS = 86_400_000;

/** What ends or waits for me, the late on top; and nothing else. */
@DeskRoutes()
export class HomePages {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(WAITING) private readonly sources: readonly WaitingSource[],
    @Inject(PROMISES) private readonly promises: PromiseSource,
  ) {}

  @ShowsOwn('', 'what waits for the one who is signed in')
  async home(@Ctx() ctx: DeskSession, @Session() session: ReadSession): Promise<View> {
    await enterFirstSite(this.platform, ctx, session);
    const { calendar } = this.platform;
    const now = new Date();
    const found: Waiting[] = [];
    for (const source of this.sources) found.push(...(await source.find(ctx, session, now)));
    const promised = await this.promises(ctx, session, now);
    found.push(...(promised?.waiting ?? []));
    found.sort((a, b) => (a.due?.getTime() ?? Number.MAX_SAFE_INTEGER) - (b.due?.getTime() ?? Number.MAX_SAFE_INTEGER));
    const today = calendar.nextMidnight(now).getTime();
    const groupOf = ({ due }: Waiting) => {
      if (!due) return 'other';
      if (due < now) return 'late';
      if (due.getTime() <= today) return 'today';
      return due.getTime() <= today + 6 * DAY_MS ? 'week' : 'later';
    };
    const groups = [
      { key: 'late', title: '已逾期' },
      { key: 'today', title: '今天到期' },
      { key: 'week', title: '本周到期' },
      { key: 'later', title: '以后到期' },
      { key: 'other', title: '等待处理' },
    ].map((group) => ({ ...group, entries: found.filter((one) => groupOf(one) === group.key) }));
    const count = (key: string) => groups.find((group) => group.key === key)!.entries.length;
    return new View(
      'console/home.njk',
      {
        title: `${ctx.account.name}，您好`,
        lead: `${longDay(calendar.day(now))} ${calendar.weekday(now)}`,
        section: 'home',
      },
      {
        counts: {
          late: count('late'),
          today: count('today'),
          week: count('week'),
          rest: count('later') + count('other'),
        },
        groups: groups
          .filter((group) => group.entries.length > 0)
          .map(({ key, title, entries }) => ({
            title,
            entries: entries.map(({ due, ...entry }) => ({
              ...entry,
              urgent: key === 'late' ? 'bad' : key === 'today' ? 'warn' : null,
              due: due ? calendar.day(due) : '不限日期',
              dueNote: due ? dueNote(calendar.day(now), calendar.day(due)) : '',
            })),
          })),
        promised,
        held: ctx.held.map((grant) => ({
          name: roleFacts(grant.role).name,
          note: grant.endsAt
            ? `${grant.place}，到 ${calendar.day(new Date(grant.endsAt.getTime() - 1))} 止`
            : grant.place,
        })),
      },
    );
  }
}

/** @param today and `last` YYYY-MM-DD */
function dueNote(today: string, last: string): string {
  const days = Math.round((Date.parse(last) - Date.parse(today)) / DAY_MS);
  if (days < 0) return `逾期 ${-days} 天`;
  return days === 0 ? '就在今天' : `还有 ${days} 天`;
}

const longDay = (day: string): string => {
  const [year, month, date] = day.split('-');
  return `${year}年${Number(month)}月${Number(date)}日`;
};
