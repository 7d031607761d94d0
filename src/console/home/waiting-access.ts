import { ACCOUNT_FACTS } from '../../access/account/account.queries.js';
import { demandsOfRoles } from '../../access/duties.js';
import { findGrants } from '../../access/grant/grant.queries.js';
import { conditionSql } from '../../authority/condition-sql.js';
import { maySomewhere, reading } from '../../authority/desk-context.js';
import { roleFacts } from '../../authority/role.js';
import { daysUntilPasswordChange } from '../../identity/session/next-step.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Waiting, WaitingSource } from './waiting.js';

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;
const MOST = 50;

/** A grant ends before an instant: the one before it is its last. */
const lastMoment = (endsAt: Date | null): Date | null => endsAt && new Date(endsAt.getTime() - 1);

/** Grants that end soon: one's own, and those one gives. */
export function grantsEnding(work: UnitOfWork): WaitingSource {
  return {
    async find(ctx, _session, now) {
      const own = ctx.held
        .filter((grant) => grant.endsAt && grant.endsAt.getTime() - now.getTime() < SOON_DAYS * DAY_MS)
        .map(
          (grant): Waiting => ({
            kind: '授权',
            tone: 'info',
            title: `您的“${roleFacts(grant.role).name}”将到期`,
            note: `${grant.place}。需要继续担任，请在到期前联系授权人。`,
            href: '/me',
            verb: '查看',
            due: lastMoment(grant.endsAt),
          }),
        );
      if (!maySomewhere(ctx, 'grant.give')) return own;
      const { rows } = await findGrants(work, ctx, { endingWithin: SOON_DAYS }, 1, 'ends');
      return [
        ...own,
        ...rows
          .filter((row) => row.accountId !== ctx.account.id)
          .slice(0, MOST)
          .map(
            (row): Waiting => ({
              kind: '授权',
              tone: 'warn',
              title: `${row.accountName}的“${roleFacts(row.role).name}”将到期`,
              note: row.place,
              href: `/accounts/${row.accountId}`,
              verb: '处理',
              due: lastMoment(row.endsAt),
            }),
          ),
      ];
    },
  };
}

/** Accounts that wait for somebody: links nobody has opened, sleepers whose work is to be handed over. */
export function accountsWaiting(work: UnitOfWork): WaitingSource {
  return {
    async find(ctx) {
      if (!maySomewhere(ctx, 'account.invite')) return [];
      const condition = conditionSql(ctx.ability, 'account.invite', ACCOUNT_FACTS);
      const rows = await work.run(reading(ctx), (tx) =>
        tx.query<{ id: string; name: string; login: string; state: string; unsent: boolean; until: Date | null }>(
          `SELECT a.id, a.name, a.login, a.state, a.mail_failure IS NOT NULL AS unsent, i.expires_at AS until
           FROM account a
           LEFT JOIN LATERAL (
             SELECT expires_at FROM invitation i WHERE i.tenant_id = a.tenant_id AND i.account_id = a.id
               AND i.used_at IS NULL AND i.withdrawn_at IS NULL ORDER BY i.created_at DESC LIMIT 1
           ) i ON true
           WHERE ${condition.sql} AND (a.state = 'invited' OR (a.state = 'locked' AND a.locked_for IN ('dormant', 'ended')
             AND EXISTS (SELECT FROM access_grant g WHERE g.account_id = a.id AND g.ended_at IS NULL)))
           ORDER BY i.expires_at NULLS LAST LIMIT ${MOST}`,
          condition.parameters,
        ),
      );
      return rows.map(
        ({ id, name, login, state, unsent, until }): Waiting =>
          state === 'invited'
            ? {
                kind: '邀请',
                tone: unsent ? 'warn' : 'info',
                title: `${name}还没有启用账号`,
                note: `${login}。${unsent ? '邀请邮件没有送达，请当面把链接交给本人。' : '链接过期后须重新生成。'}`,
                href: `/accounts/${id}`,
                verb: '查看',
                due: until,
              }
            : {
                kind: '移交',
                tone: 'warn',
                title: `${name}的账号已锁定，工作还没有移交`,
                note: `${login}，长期未用或已到期。`,
                href: `/accounts/${id}`,
                verb: '移交',
                due: null,
              },
      );
    },
  };
}

/** The password that has to be changed within the week. */
export const passwordEnding: WaitingSource = {
  async find(ctx, session, now) {
    const days = daysUntilPasswordChange(session, demandsOfRoles(ctx.held.map((grant) => grant.role)));
    if (days === null) return [];
    return [
      {
        kind: '密码',
        tone: 'warn',
        title: '您的密码快要到期',
        note: '到期后须先换密码才能继续使用。',
        href: '/me/password',
        verb: '换密码',
        due: new Date(now.getTime() + days * DAY_MS),
      },
    ];
  },
};
