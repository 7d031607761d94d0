import type { DeskSession } from '../../access/desk-session.js';
import { maySomewhere } from '../../authority/desk-context.js';
import type { Action } from '../../authority/policy.js';

const PAGES: Record<string, { path: string; action: Action }> = {
  site: { path: '/sites', action: 'site.read' },
  tenant: { path: '/tenants', action: 'tenant.read' },
  organ: { path: '/organs', action: 'organ.read' },
  reorganisation: { path: '/reorganisations', action: 'reorganisation.read' },
  account: { path: '/accounts', action: 'account.read' },
};

/** The page of what an entry of the audit is about, for those who may come to it; null: it has none. */
export function hrefOfSubject(ctx: DeskSession, subject: string): string | null {
  const [kind = '', id = ''] = subject.split(':');
  const page = PAGES[kind];
  return page && id && maySomewhere(ctx, page.action) ? `${page.path}/${id}` : null;
}
