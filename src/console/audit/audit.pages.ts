import { Body, Inject, Param, Query } from '@nestjs/common';
import { findPeopleBehind } from '../../access/account/people-names.js';
import type { DeskSession } from '../../access/desk-session.js';
import { maySomewhere, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { type ActWords, wordsOf } from '../../kernel/audit/acts.js';
import { AUDIT_PAGE, type AuditEntry, countAudit, findAudit } from '../../kernel/audit/audit.queries.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { type Answer, Download, View } from '../shell/answers.js';
import { PLATFORM } from '../shell/desk.js';
import { chipsOf, type Query as ListQuery, listAddress, one } from '../shell/list.js';
import { remembered } from '../shell/remember.js';
import { Ctx, DeskRoutes, Does, Session, Shows } from '../shell/route.js';
import { findAuditEntry, findAuditTenants, findNames, findPeopleCalled } from './audit.queries.js';
import { changesOf, numbersIn, restOf, valueInWords } from './audit-fields.js';
import { activeFilters, filterOf, PARAMETERS, readParameters } from './audit-filter.js';
import { ACTS, actOptions, kindInWords, scopeInWords } from './audit-words.js';
import { ExportAudit } from './export-audit.js';
import { hrefOfSubject } from './subject-address.js';

const LIST = { name: 'audit', path: '/audit', parameters: PARAMETERS };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who did what, newest first; one entry with its place in the chain; the same as a file. */
@DeskRoutes('audit')
export class AuditPages {
  private readonly exporting: ExportAudit;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(ACTS) private readonly acts: ActWords,
  ) {
    this.exporting = new ExportAudit(platform, acts);
  }

  @Shows('', 'audit.read')
  async list(@Ctx() ctx: DeskSession, @Session() session: ReadSession, @Query() query: ListQuery): Promise<Answer> {
    const { work, calendar } = this.platform;
    const before = await remembered(work, ctx, session, LIST, query);
    if (before) return before;
    const tenants = await findAuditTenants(work, ctx, 'audit.read');
    const asked = readParameters(query, tenants);
    const filter = filterOf(asked, tenants, await findPeopleCalled(work, ctx, 'audit.read', asked.q));
    const after = one(query, 'after') || undefined;
    const { page, counted } = await work.run(reading(ctx), async (tx) => ({
      page: await findAudit(tx, calendar, filter, { after }),
      counted: await countAudit(tx, calendar, filter),
    }));
    const person = await findPeopleBehind(
      work,
      ctx,
      page.entries.map(({ actor }) => actor),
    );
    const number = Math.max(1, Number(one(query, 'page')) || 1);
    return new View(
      'console/audit.njk',
      { title: '审计', lead: '谁在什么时候做了什么。记录只增不改，逐条相扣，每天把链尾另存。', section: 'audit' },
      {
        asked,
        more: Boolean(asked.address || asked.request || asked.subject),
        acts: actOptions(this.acts),
        tenants: tenants.length > 1 ? tenants.map(({ id: value, name: label }) => ({ value, label })) : [],
        chips: chipsOf(LIST.path, { ...asked, after: undefined }, this.inWords(asked, tenants)),
        rows: page.entries.map((entry) => this.row(entry, person)),
        pager: {
          from: page.entries.length > 0 ? (number - 1) * AUDIT_PAGE + 1 : 0,
          to: (number - 1) * AUDIT_PAGE + page.entries.length,
          total: `${counted.count.toLocaleString('en-US')}${counted.more ? '+' : ''}`,
          pages: [],
          // A cursor leads on only; back to the newest in one step.
          previous: null,
          next: page.next && listAddress(LIST.path, { ...asked }, { after: page.next, page: number + 1 }),
        },
        newest: after ? listAddress(LIST.path, { ...asked }) : null,
        mayExport: maySomewhere(ctx, 'audit.export'),
      },
    );
  }

  @Does('export', 'audit.export')
  async export(@Ctx() ctx: DeskSession, @Body() body: ListQuery): Promise<Answer> {
    const { work } = this.platform;
    const tenants = await findAuditTenants(work, ctx, 'audit.export');
    const asked = readParameters(body ?? {}, tenants);
    const filter = filterOf(asked, tenants, await findPeopleCalled(work, ctx, 'audit.export', asked.q));
    const told = Object.fromEntries(this.inWords(asked, tenants).map(({ label, value }) => [label, value]));
    const file = await this.exporting.run(ctx, filter, told);
    return new Download(`审计记录-${this.platform.calendar.day(new Date())}.csv`, 'text/csv; charset=utf-8', file);
  }

  @Shows(':tenant/:position', 'audit.read')
  async show(
    @Ctx() ctx: DeskSession,
    @Param('tenant') tenantId: string,
    @Param('position') written: string,
  ): Promise<View> {
    const position = /^[1-9]\d{0,14}$/.test(written) ? Number(written) : 0;
    if (position === 0 || !UUID.test(tenantId)) throw authorityErrors['authority.missing']();
    const { work } = this.platform;
    const entry = await findAuditEntry(work, ctx, tenantId, position);
    const names = await findNames(work, ctx, 'audit.read', [tenantId], numbersIn(entry.detail));
    const person = await findPeopleBehind(work, ctx, [entry.actor]);
    const act = wordsOf(this.acts, entry.act);
    const at = `${LIST.path}/${tenantId}`;
    return new View(
      'console/audit-entry.njk',
      { title: act, lead: `${this.moment(entry)}，${person(entry.actor)}`, section: 'audit' },
      {
        entry: {
          ...this.row(entry, person),
          act: act === entry.act ? act : `${act}（${entry.act}）`,
          subjectId: entry.subject,
          subjectHref: hrefOfSubject(ctx, entry.subject),
          reason: valueInWords('reason', entry.detail.reason),
          scope: scopeInWords(entry.scope),
          request: entry.request,
          hash: entry.hash,
          previousHash: entry.previousHash,
          chain: CHAIN[entry.chain],
          position,
        },
        changes: changesOf(entry.detail, names),
        rest: restOf(entry.detail, names),
        same: [
          { label: '同一次请求的', parameter: 'request', value: entry.request },
          { label: '这个对象的', parameter: 'subject', value: entry.subject },
          { label: '此人的', parameter: 'q', value: entry.actor },
          { label: '来自这个地址的', parameter: 'address', value: entry.address },
        ]
          .filter(({ value }) => value)
          .map(({ label, parameter, value }) => ({
            text: label,
            href: listAddress(LIST.path, {}, { [parameter]: value }),
          })),
        previous: position > 1 ? `${at}/${position - 1}` : null,
        next: entry.hasNext ? `${at}/${position + 1}` : null,
      },
    );
  }

  private row(entry: AuditEntry, person: (login: string) => string) {
    const kind = entry.subject.slice(0, entry.subject.indexOf(':'));
    return {
      href: `${LIST.path}/${entry.tenantId}/${entry.position}`,
      act: wordsOf(this.acts, entry.act),
      subject: [kindInWords(kind), valueInWords('name', entry.detail.name ?? entry.detail.title)]
        .filter(Boolean)
        .join('　'),
      actor: person(entry.actor),
      tenant: entry.tenantName,
      address: entry.address,
      at: this.moment(entry),
    };
  }

  /** To the second, in the platform's time zone. */
  private moment = ({ at }: AuditEntry): string =>
    `${this.platform.calendar.minute(at)}:${String(at.getUTCSeconds()).padStart(2, '0')}`;

  private inWords(asked: ReturnType<typeof readParameters>, tenants: { id: string; name: string }[]) {
    return activeFilters(asked, {
      act: (act) => (act.endsWith('.') ? `${kindInWords(act.slice(0, -1))}：全部` : wordsOf(this.acts, act)),
      tenant: (id) => tenants.find((tenant) => tenant.id === id)?.name ?? '',
    });
  }
}

const CHAIN = {
  joined: { text: '与前一条相扣', tone: 'ok' },
  broken: { text: '与前一条对不上，请立即核对审计链', tone: 'bad' },
  gone: { text: '前一条不在，请立即核对审计链', tone: 'bad' },
};
