import type { Link } from '../../access/account/administer-account.js';
import { maskEmail } from '../../identity/account/mask.js';
import type { Identity } from '../../identity/identity.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import { View } from '../shell/answers.js';

/** A one-time link, shown once to who asked for it; sent too, when mail is configured and there is an address. */
export async function linkPage(
  { invitations }: Identity,
  calendar: Calendar,
  of: { link: Link; name: string; email: string; purpose: 'join' | 'reset'; by: string },
): Promise<View> {
  const { link, name, email, purpose, by } = of;
  const { login, token, expiresAt, tenantId, accountId } = link;
  const account = { tenantId, id: accountId };
  const sent = await invitations.mail({ account, to: email, name, login, token, purpose, by, expiresAt });
  return new View(
    'console/link.njk',
    { title: purpose === 'join' ? `账号“${login}”已建好` : `已为“${login}”生成重设链接`, section: 'accounts' },
    {
      name,
      login,
      url: invitations.link(token),
      until: calendar.minute(expiresAt),
      sent,
      email: maskEmail(email),
      back: `/accounts/${accountId}`,
    },
  );
}
