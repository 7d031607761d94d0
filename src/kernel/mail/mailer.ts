import { createTransport } from 'nodemailer';
import type { Config } from '../config/config.js';
import { mailErrors } from './errors.js';

export interface Mail {
  /** One address. */
  to: string;
  subject: string;
  text: string;
}

export interface Mailer {
  /** @throws UserError `mail.away` (worth trying again), `mail.refused` (not) */
  send(mail: Mail): Promise<void>;
}

/** How long a server may take, ms: to connect, to greet, to say anything more. */
const PATIENCE = { connectionTimeout: 8_000, greetingTimeout: 8_000, dnsTimeout: 8_000, socketTimeout: 20_000 };

const isThisMachine = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** @returns null when no server is configured */
export function openMailer(config: Pick<Config, 'mail'>, patience = PATIENCE): Mailer | null {
  if (!config.mail) return null;
  const { url, from } = config.mail;
  const transport = createTransport({
    url,
    ...patience,
    requireTLS: new URL(url).username !== '' && !isThisMachine(url),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      try {
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
      } catch (error) {
        throw explain(error, to);
      }
    },
  };
}

interface SmtpFailure extends Error {
  code?: string;
  responseCode?: number;
}

/** The server's final no (5xx to sender, recipient or content) is final; silence, 4xx and refused sign-in are not. */
function explain(cause: unknown, to: string) {
  const { code = '', responseCode = 0, message } = cause as SmtpFailure;
  const why = responseCode > 0 ? `代码 ${responseCode}` : code || message;
  const final = ['EENVELOPE', 'EMESSAGE'].includes(code) && (responseCode === 0 || responseCode >= 500);
  return final ? mailErrors['mail.refused']({ to, why }, { cause }) : mailErrors['mail.away']({ why }, { cause });
}
