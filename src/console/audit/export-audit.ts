import { Readable } from 'node:stream';
import { findNamesOfPeople } from '../../access/account/people-names.js';
import type { DeskSession } from '../../access/desk-session.js';
import { authorize, writing } from '../../authority/desk-context.js';
import type { ActWords } from '../../kernel/audit/acts.js';
import type { AuditEntry, AuditFilter } from '../../kernel/audit/audit.queries.js';
import { type AuditWords, auditCsv } from '../../kernel/audit/audit-csv.js';
import { PLATFORM_TENANT, type SubtreeScope } from '../../kernel/database/scope.js';
import type { Platform } from '../../kernel/platform/platform.js';
import { findNames } from './audit.queries.js';
import { changesOf, numbersIn, restOf, valueInWords } from './audit-fields.js';
import { kindInWords, scopeInWords } from './audit-words.js';

/** The audit as a file. That it was taken out is an entry itself, written before the first line leaves. */
export class ExportAudit {
  constructor(
    private readonly platform: Platform,
    private readonly acts: ActWords,
  ) {}

  /**
   * @param told the filter in words, for the entry that the export leaves
   * @returns the file in pieces; read as it is sent
   * @throws UserError `authority.refused`
   */
  async run(ctx: DeskSession, filter: AuditFilter, told: Record<string, string>): Promise<Readable> {
    for (const tenantId of filter.tenantIds) authorize(ctx, 'audit.export', { tenantId });
    const { work, calendar } = this.platform;
    for (const tenantId of toldIn(filter.tenantIds))
      await work.run(writing(ctx, tenantId), async (tx) => {
        tx.audit('audit.exported', `tenant:${tenantId}`, {
          name: '审计记录',
          filter: told,
          tenants: filter.tenantIds.length,
        });
      });
    const scope: SubtreeScope = { kind: 'subtree', actor: ctx.actor, tenantIds: [...filter.tenantIds] };
    const words = (entries: readonly AuditEntry[]) => this.words(ctx, entries);
    return Readable.from(auditCsv({ work, calendar, acts: this.acts, words }, scope, filter));
  }

  /** As the page of an entry says it, for a batch at once. */
  private async words(ctx: DeskSession, entries: readonly AuditEntry[]): Promise<(entry: AuditEntry) => AuditWords> {
    const { work } = this.platform;
    const people = await findNamesOfPeople(
      work,
      ctx,
      entries.map(({ actor }) => actor),
    );
    const names = await findNames(
      work,
      ctx,
      'audit.export',
      entries.map(({ tenantId }) => tenantId),
      entries.flatMap(({ detail }) => numbersIn(detail)),
    );
    return ({ actor, subject, detail, scope }) => {
      const changes = changesOf(detail, names);
      const side = (which: 'before' | 'after') =>
        changes.map((change) => `${change.label} ${change[which] || '—'}`).join('；');
      return {
        person: people.get(actor) ?? '',
        kind: kindInWords(subject.slice(0, subject.indexOf(':'))),
        before: detail.before === undefined ? '' : side('before'),
        after: detail.after === undefined ? '' : side('after'),
        reason: valueInWords('reason', detail.reason),
        rest: restOf(detail, names)
          .map(({ term, text }) => `${term} ${text || '—'}`)
          .join('；'),
        scope: scopeInWords(scope),
      };
    };
  }
}

/** The platform's auditor is watched in the platform's audit, whoever looks at some tenants alone in each of theirs. */
const toldIn = (tenantIds: readonly string[]): readonly string[] =>
  tenantIds.includes(PLATFORM_TENANT) ? [PLATFORM_TENANT] : tenantIds;
