import { Inject, Query } from '@nestjs/common';
import { findCalledAccount } from '../../access/account/account.queries.js';
import type { DeskSession } from '../../access/desk-session.js';
import { explain } from '../../access/explain.js';
import { type HeldGrant, readAuthority } from '../../access/grant/held-grant.js';
import { findPlace } from '../../access/grant/place.js';
import { findPlaceOptions, readPlaceOption } from '../../access/grant/place-options.js';
import { authorize, may } from '../../authority/desk-context.js';
import type { Action, Facts, Rule, SubjectKind } from '../../authority/policy.js';
import { ALL_ROLES, roleFacts, SCOPES } from '../../authority/role.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { UserError } from '../../kernel/user-error.js';
import { View } from '../shell/answers.js';
import { DESK, type Desk } from '../shell/desk.js';
import { type Query as ListQuery, one } from '../shell/list.js';
import { Ctx, DeskRoutes, Session, Shows, ShowsOwn } from '../shell/route.js';

const HEADINGS: Record<SubjectKind, string> = {
  platform: '平台',
  tenant: '单位',
  organ: '机关',
  site: '网站',
  hostname: '域名',
  channel: '栏目',
  item: '稿件',
  account: '账号',
  grant: '授权',
  range: '登录地址',
  audit: '审计',
  reorganisation: '机构改革',
};

/** “Who can do what and why”: the grant that allows, or every reason that refuses. */
@DeskRoutes('access')
export class ExplainPages {
  constructor(@Inject(DESK) private readonly desk: Desk) {}

  @Shows('', 'account.explain')
  async ask(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<View> {
    const { work } = this.desk.platform;
    const asked = { login: one(query, 'login'), action: one(query, 'action'), place: one(query, 'place') };
    const current =
      session.siteId && session.siteTenantId ? { tenantId: session.siteTenantId, siteId: session.siteId } : null;
    const places = await findPlaceOptions(work, ctx, current, 'grant.read');
    const answer = asked.login && asked.action && asked.place ? await this.answer(ctx, asked) : null;
    return new View(
      'console/explain.njk',
      { title: '谁能做什么', lead: '查一个账号在某处能否做某件事，以及为什么。', section: 'access' },
      { asked, places, actions: this.actions(), answer },
    );
  }

  @ShowsOwn('roles', 'what each role may do is the same for everybody, and no secret')
  roles(): View {
    const rules = [...this.desk.rules.values()];
    return new View(
      'console/roles.njk',
      { title: '角色与权限', lead: '每个角色可以做什么。授权只在其范围之内有效。', section: 'roles' },
      {
        roles: ALL_ROLES.map((role) => ({
          ...roleFacts(role),
          scopes: roleFacts(role)
            .scopes.map((scope) => SCOPES[scope])
            .join('、'),
        })),
        tables: Object.entries(HEADINGS).flatMap(([subject, heading]) => {
          const about = rules.filter((rule) => rule.subject === subject);
          return about.length === 0 ? [] : [{ heading, ...table(about) }];
        }),
      },
    );
  }

  private async answer(ctx: DeskSession, asked: { login: string; action: string; place: string }) {
    const { work } = this.desk.platform;
    try {
      const rule = this.desk.rules.get(asked.action as Action);
      const input = readPlaceOption(asked.place);
      if (!rule || !input) return { fault: '请选择要做的事和地方。' };
      const account = await findCalledAccount(work, ctx, asked.login);
      if (account instanceof UserError) return { fault: account.message };
      const place = await findPlace(work, ctx, input);
      const ownOrgan = { organId: account.organId, accountId: null };
      authorize(ctx, 'account.explain', {
        tenantId: account.tenantId,
        organId: account.organId,
        accountId: account.id,
      });
      const holder = { accountId: account.id, tenantId: account.tenantId, organId: account.organId };
      const { held } = await work.run({ kind: 'cluster', actor: ctx.actor, work: 'identity' }, (tx) =>
        readAuthority(tx, this.desk.rules.values(), holder),
      );
      const { allowed, against, grants } = explain(rule, account, holder, held, { ...ownOrgan, ...place.facts });
      return {
        fault: null,
        allowed,
        who: `${account.name}（${account.login}）`,
        what: rule.says,
        where: place.name,
        against,
        grants: grants.map((verdict) => ({
          ...(may(ctx, 'grant.read', factsOfHeld(verdict.grant, account.id))
            ? { role: roleFacts(verdict.grant.role).name, place: verdict.grant.place, reason: verdict.reason }
            : {
                role: '别处的工作',
                place: '另一单位',
                reason: verdict.allows ? '这项授权包括这件事。' : '这项授权不包括这件事。',
              }),
          allows: verdict.allows,
        })),
      };
    } catch (error) {
      if (error instanceof UserError && error.status === 404) return { fault: '没有这个地方，或不在您的查看范围内。' };
      throw error;
    }
  }

  private actions() {
    return [...this.desk.rules.values()].map((rule) => ({
      value: rule.action,
      label: `${HEADINGS[rule.subject]}：${rule.says}`,
    }));
  }
}

/** Of a grant, to judge who reads it: to work somewhere is not to know what others do there. */
const factsOfHeld = ({ tenantId, siteId, reach }: HeldGrant, accountId: string): Facts => ({
  tenantId,
  siteId,
  channelPath: reach.kind === 'channel' ? reach.channelPath : null,
  accountId,
});

function table(about: Rule[]) {
  const roles = ALL_ROLES.filter((role) => about.some((rule) => rule.roles.includes(role)));
  return {
    actions: roles.map((role) => roleFacts(role).name),
    rows: about.map((rule) => ({
      label: rule.says,
      note: rule.notOneself ? '不能对自己' : '',
      cells: roles.map((role) => rule.roles.includes(role)),
    })),
  };
}
