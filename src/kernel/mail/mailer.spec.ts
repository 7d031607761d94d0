import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../../../test/servers.js';
import { isWorthRetrying } from './errors.js';
import { openMailer } from './mailer.js';

interface Received {
  from: string;
  to: string[];
  user: string;
  raw: string;
}

const received: Received[] = [];
let server: SMTPServer;
let port: number;

beforeAll(async () => {
  server = new SMTPServer({
    hideSTARTTLS: true,
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'desk' && password === 'hunter2' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('nobody@')) return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      if (address.startsWith('later@')) return done(Object.assign(new Error('greylisted'), { responseCode: 451 }));
      return done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          user: String(session.user),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => received.splice(0));

const FROM = '集约 <desk@gov.example>';
const mailerAt = (url: string) => openMailer({ mail: { url, from: FROM } })!;
const ours = () => mailerAt(`smtp://desk:hunter2@127.0.0.1:${port}`);
const mail = { to: 'zhangsan@gov.example', subject: '邀请您使用集约平台', text: '您好，\n请点开链接。\n' };

/** What a mail reader shows of `Subject: =?UTF-8?B?…?=`. */
function subjectOf(raw: string): string {
  const header = /^Subject: ((?:.+\r\n[ \t])*.+)\r\n/m.exec(raw)?.[1] ?? '';
  return [...header.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map(([, part]) => Buffer.from(part!, 'base64')).join('');
}

it('is null when no server is configured', () => {
  expect(openMailer({ mail: null })).toBeNull();
});

it('signs in and delivers a Chinese mail as plain text', async () => {
  await ours().send(mail);
  expect(received).toHaveLength(1);
  const [{ from, to, user, raw }] = received as [Received];
  expect({ from, to, user }).toEqual({ from: 'desk@gov.example', to: [mail.to], user: 'desk' });
  expect(subjectOf(raw)).toBe(mail.subject);
  const [head = '', body = ''] = raw.split('\r\n\r\n');
  expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
  expect(Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n')).toBe(mail.text);
});

it('sends to the one address it was given, whatever is written in it', async () => {
  await expect(ours().send({ ...mail, to: 'a@gov.example, b@gov.example' })).rejects.toMatchObject({
    code: 'mail.refused',
  });
  await ours().send({ ...mail, subject: '标题\r\nBcc: spy@gov.example' });
  expect(received.flatMap(({ to }) => to)).not.toContain('spy@gov.example');
  expect(received.flatMap(({ to }) => to)).not.toContain('b@gov.example');
  expect(received.map(({ raw }) => raw).join()).not.toMatch(/^Bcc/m);
});

it('says that a recipient is refused, which no later try will change', async () => {
  const error = await ours()
    .send({ ...mail, to: 'nobody@gov.example' })
    .catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'mail.refused', message: expect.stringContaining('nobody@gov.example') });
  expect(isWorthRetrying(error)).toBe(false);
});

it.each([
  ['asks to come later', async () => ours().send({ ...mail, to: 'later@gov.example' })],
  ['does not take our password', async () => mailerAt(`smtp://desk:wrong@127.0.0.1:${port}`).send(mail)],
  ['is not there', async () => mailerAt(`smtp://127.0.0.1:${await freePort()}`).send(mail)],
])('can be tried again when the server %s', async (_, sending) => {
  const error = await sending().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'mail.away', status: 503 });
  expect(error.message).not.toContain('wrong');
  expect(isWorthRetrying(error)).toBe(true);
});

it('gives up on a server that accepts and says nothing', async () => {
  const silent: Server = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const patience = { connectionTimeout: 300, greetingTimeout: 300, dnsTimeout: 300, socketTimeout: 300 };
  const mailer = openMailer({ mail: { url, from: FROM } }, patience)!;
  await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'mail.away' });
  await new Promise((resolve) => silent.close(resolve));
});

it('does not tell a password to a server elsewhere without TLS', async () => {
  // This machine under a name that is not known to be this machine.
  const url = `smtp://desk:hunter2@127.0.0.2:${port}`;
  const elsewhere = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: (_a, _s, done) => done(null, { user: 'x' }),
  });
  await new Promise<void>((resolve) => elsewhere.listen(port, '127.0.0.2', resolve));
  try {
    await expect(mailerAt(url).send(mail)).rejects.toMatchObject({ code: 'mail.away' });
  } finally {
    await new Promise<void>((resolve) => elsewhere.close(() => resolve()));
  }
});
