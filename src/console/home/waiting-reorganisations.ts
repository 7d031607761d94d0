import { conditionSql } from '../../authority/condition-sql.js';
import { maySomewhere, reading } from '../../authority/desk-context.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { Waiting, WaitingSource } from './waiting.js';

const SOON_DAYS = 14;
const DAY_MS = 86_400_000;
const MOST = 50;

interface Due {
  id: string;
  title: string;
  tenantName: string;
  day: string;
  failure: string | null;
}

/** Plans of reorganisation whose day is near, or has come and passed without them: for those who carry them out. */
export function reorganisationsDue(work: UnitOfWork, calendar: Calendar): WaitingSource {
  return {
    async find(ctx, _session, now) {
      if (!maySomewhere(ctx, 'reorganisation.apply')) return [];
      const until = calendar.day(new Date(now.getTime() + SOON_DAYS * DAY_MS));
      const { sql, parameters } = conditionSql(ctx.ability, 'reorganisation.apply', { tenantId: 'r.tenant_id' }, [
        until,
      ]);
      const plans = await work.run(reading(ctx), (tx) =>
        tx.query<Due>(
          `SELECT r.id, r.title, t.name AS "tenantName", to_char(r.day, 'YYYY-MM-DD') AS day, r.failure
           FROM reorganisation r JOIN tenant t ON t.id = r.tenant_id
           WHERE r.state = 'scheduled' AND r.day <= $1::date AND ${sql}
           ORDER BY r.day, r.id LIMIT ${MOST}`,
          parameters,
        ),
      );
      return plans.map(({ id, title, tenantName, day, failure }): Waiting => {
        const href = `/reorganisations/${id}`;
        const kind = '改革';
        if (failure)
          return {
            kind,
            tone: 'bad',
            title: `“${title}”到期没有执行`,
            note: `${tenantName}。解决冲突后会再自动执行，也可以立即执行。`,
            href,
            verb: '处理',
            due: calendar.instant(day),
          };
        return {
          kind,
          tone: 'info',
          title: `“${title}”到日期自动执行`,
          note: `${tenantName}。有变化请先重新试算或改期。`,
          href,
          verb: '查看',
          // Nothing is late on its day.
          due: day === calendar.day(now) ? now : calendar.instant(day),
        };
      });
    },
  };
}
