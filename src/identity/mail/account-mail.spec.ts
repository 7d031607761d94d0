import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { freePort } from '../../../test/servers.js';
import { People, type Person } from '../../../test/signing-in.js';
import { mailLater } from '../../jobs.js';
import { type Jobs, openJobs } from '../../kernel/jobs/jobs.js';
import { openMailer } from '../../kernel/mail/mailer.js';
import { type IssuedInvitation, issueInvitation } from '../invitation/issue-invitation.js';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;
let jobs: Jobs;
let port: number;
let server: SMTPServer | null = null;
const received: string[] = [];

beforeAll(async () => {
  platform = await aPlatform();
  site = await aSite(platform);
  port = await freePort();
  jobs = openJobs(platform);
  jobs.define('identity.mail', { tenant: 'required' }, async () => {});
  const mailer = openMailer({ mail: { url: `smtp://127.0.0.1:${port}`, from: '集约 <desk@gov.example>' } })!;
  people = await People.over(platform, { mailer, later: mailLater(jobs, platform) });
});

afterEach(async () => {
  await close();
  await people.superuser.query('DELETE FROM pgboss.job');
  received.splice(0);
});

afterAll(async () => {
  await jobs?.stop();
  await people?.close();
  await platform?.close();
});

/** The mail server of the organ comes up, at the address that was silent. */
async function open(): Promise<void> {
  const listening = new SMTPServer({
    hideSTARTTLS: true,
    authOptional: true,
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody@')
        ? done(Object.assign(new Error('no such user'), { responseCode: 550 }))
        : address.startsWith('busy@')
          ? done(Object.assign(new Error(`${address}: try again`), { responseCode: 450 }))
          : done(),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  expect((listening.server.address() as AddressInfo).port).toBe(port);
  server = listening;
}

const close = () =>
  new Promise<void>((resolve) => {
    if (server) server.close(() => resolve());
    else resolve();
    server = null;
  });

async function anInvited(): Promise<Person & { link: IssuedInvitation }> {
  const person = await people.add(site, { password: null });
  const link = await platform.work.run(scopeOf(site.tenantId), (tx) => issueInvitation(tx, person.id, 'join', '王强'));
  return { ...person, link };
}

const addressed = ({ id }: Person, to: string) =>
  people.superuser.query('UPDATE account SET email = $2 WHERE id = $1', [id, to]);

async function send({ link, ...account }: Person & { link: IssuedInvitation }, to = 'liwen@gov.example') {
  await addressed(account, to);
  return people.identity.invitations.mail({
    ...{ account, to, name: account.name, login: account.login, by: '王强', purpose: 'join' },
    ...link,
  });
}

const waiting = async (): Promise<{ name: string; data: { tenantId: string; sealed: string } }[]> =>
  (await people.superuser.query(`SELECT name, data FROM pgboss.job WHERE name = 'identity.mail'`)).rows;

const trouble = async ({ id }: Person): Promise<string | null> =>
  (await people.superuser.query('SELECT mail_failure AS why FROM account WHERE id = $1', [id])).rows[0].why;

it('waits in a job while the mail server is away, sealed, and goes when it is back', async () => {
  const person = await anInvited();
  expect(await send(person)).toBe('later');
  expect(await trouble(person)).toBe('away');
  const [job, ...more] = await waiting();
  expect(more).toEqual([]);
  expect(job!.data.tenantId).toBe(site.tenantId);
  const kept = Buffer.from(job!.data.sealed, 'base64').toString('latin1') + JSON.stringify(job);
  for (const secret of [person.link.token, 'liwen', person.login]) expect(kept).not.toContain(secret);

  // Not yet: the queue is to try again.
  await expect(people.identity.invitations.mailAgain(job!.data.sealed)).rejects.toMatchObject({ code: 'mail.away' });
  await open();
  await people.identity.invitations.mailAgain(job!.data.sealed);
  expect(received).toHaveLength(1);
  const [, body = ''] = received[0]!.split('\r\n\r\n');
  expect(Buffer.from(body, 'base64').toString()).toContain(people.identity.invitations.link(person.link.token));
  expect(await trouble(person)).toBeNull();
});

it('is not sent any more once its link is used, withdrawn or over', async () => {
  const [used, withdrawn, over] = [await anInvited(), await anInvited(), await anInvited()];
  for (const person of [used, withdrawn, over]) expect(await send(person)).toBe('later');
  const sealed = (await waiting()).map(({ data }) => data.sealed);
  await people.superuser.query('UPDATE invitation SET used_at = now() WHERE account_id = $1', [used.id]);
  await platform.work.run(scopeOf(site.tenantId), (tx) => issueInvitation(tx, withdrawn.id, 'join', '王强'));
  await people.superuser.query('UPDATE invitation SET expires_at = now() WHERE account_id = $1', [over.id]);
  await open();
  for (const letter of sealed) await people.identity.invitations.mailAgain(letter);
  expect(received).toEqual([]);
});

it('does not go to an address that was corrected while it waited', async () => {
  const person = await anInvited();
  expect(await send(person, 'liwne@elsewhere.example')).toBe('later');
  const [job] = await waiting();
  await addressed(person, 'liwen@gov.example');
  await open();
  await people.identity.invitations.mailAgain(job!.data.sealed);
  expect(received).toEqual([]);
});

it('that is put off again leaves nothing in the queue of whom it is for', async () => {
  const person = await anInvited();
  expect(await send(person, 'busy@gov.example')).toBe('later');
  const [job] = await waiting();
  await open();
  const failed = await people.identity.invitations.mailAgain(job!.data.sealed).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'mail.away' });
  // As pg-boss writes it down beside the job.
  expect(inspect(failed, { depth: 9 })).not.toContain('busy@');
  expect(await trouble(person)).toBe('away');
});

it('that has gone is not sent twice because that could not be noted', async () => {
  const person = await anInvited();
  expect(await send(person)).toBe('later');
  const [job] = await waiting();
  await open();
  await people.superuser.query('REVOKE UPDATE (mail_failure) ON account FROM jiyue_cluster');
  try {
    await people.identity.invitations.mailAgain(job!.data.sealed);
    expect(await send(person)).toBe('sent');
  } finally {
    await people.superuser.query('GRANT UPDATE (mail_failure) ON account TO jiyue_cluster');
  }
  expect(received).toHaveLength(2);
});

it('that a server refuses is not tried again, and the account says so until one goes', async () => {
  await open();
  const person = await anInvited();
  expect(await send(person, 'nobody@gov.example')).toBe('failed');
  expect([await trouble(person), await waiting()]).toEqual(['refused', []]);
  expect(await send(person)).toBe('sent');
  expect(await trouble(person)).toBeNull();
});
