import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, codeOf, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { mailErrors } from '../../kernel/mail/errors.js';
import type { Mail } from '../../kernel/mail/mailer.js';
import { lockAccount } from '../account/lock-account.js';
import { resetAccount } from '../account/reset-account.js';
import { issueInvitation } from './issue-invitation.js';

const PASSWORD = 'Vt4-kopRw9';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;
/** What went to the server; it takes mail for everybody but `nobody@`. */
const mails: Mail[] = [];
const mailer = {
  async send(mail: Mail) {
    if (mail.to.startsWith('nobody@')) throw mailErrors['mail.refused']({ to: mail.to, why: '550' });
    mails.push(mail);
  },
};

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform, { mailer, deskOrigin: 'https://console.gov.example' });
  site = await aSite(platform, { slug: 'nongan' });
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

const issue = (person: Person, purpose: 'join' | 'reset' = 'join') =>
  platform.work.run(scopeOf(person.tenantId), (tx) => issueInvitation(tx, person.id, purpose, '王管理员'));
const accept = (token: string, password = PASSWORD) =>
  people.identity.invitations.accept({ token, password }, aCaller());
const look = (token: string) => people.identity.invitations.look(token);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error,
  );
const anInvited = () => people.add(site, { password: null });
const inHours = async ({ id }: Person) =>
  (
    await people.superuser.query(
      `SELECT round(extract(epoch FROM expires_at - now()) / 3600)::int AS hours FROM invitation WHERE account_id = $1 AND withdrawn_at IS NULL`,
      [id],
    )
  ).rows[0].hours;

it('shows its holder whom it is for, as often as they like, and lets them in once', async () => {
  const person = await anInvited();
  const { token } = await issue(person);
  expect(await inHours(person)).toBe(7 * 24);
  for (let i = 0; i < 2; i++)
    expect(await look(token)).toEqual({
      purpose: 'join',
      login: person.login,
      name: '李文',
      tenantName: 'nongan',
      expiresAt: expect.any(Date),
    });
  expect(await accept(token)).toMatchObject({ step: 'open', account: { id: person.id } });
  expect(await people.signIn({ login: person.login, password: PASSWORD })).toMatchObject({ step: 'open' });
  for (const again of [accept(token), look(token)])
    expect(await failure(again)).toMatchObject({ code: 'identity.invitation-used', status: 410 });
  expect((await people.acts(person)).map(({ act }) => act)).toEqual([
    'account.created',
    'account.invited',
    'account.invitation-accepted',
    'sign-in.succeeded',
    'sign-in.succeeded',
  ]);
});

it('is used by one of two who use it at the same moment', async () => {
  const person = await anInvited();
  const { token } = await issue(person);
  const outcomes = await Promise.all([failure(accept(token, PASSWORD)), failure(accept(token, 'Bq8=mnoTz3'))]);
  expect(outcomes.filter((error) => error === null)).toHaveLength(1);
  expect(outcomes.find((error) => error !== null)).toMatchObject({
    code: expect.stringMatching(/identity\.(invitation-used|session-gone)/),
  });
  const { rows } = await people.superuser.query('SELECT FROM session WHERE account_id = $1', [person.id]);
  expect(rows).toHaveLength(1);
});

it('is kept as a digest only, which the desk’s own role cannot read', async () => {
  const person = await anInvited();
  const { token } = await issue(person);
  const { rows } = await people.superuser.query('SELECT * FROM invitation WHERE account_id = $1', [person.id]);
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(rows[0]).toMatchObject({ created_by: '王管理员', used_at: null });
  await expect(
    platform.work.run(scopeOf(site.tenantId), (tx) => tx.query('SELECT token_digest FROM invitation')),
  ).rejects.toMatchObject({ code: '42501' });
});

it('withdraws the ones before', async () => {
  const person = await anInvited();
  const [first, second] = [await issue(person), await issue(person)];
  expect(await failure(look(first.token))).toMatchObject({ code: 'identity.invitation-withdrawn' });
  expect(await failure(accept(first.token))).toMatchObject({ code: 'identity.invitation-withdrawn' });
  expect(await accept(second.token)).toMatchObject({ step: 'open' });
});

it.each(['', 'x', 'a'.repeat(43)])('is unknown when it is “%s”', async (token) => {
  expect(await failure(look(token))).toMatchObject({ code: 'identity.invitation-unknown', status: 404 });
  expect(await failure(accept(token))).toMatchObject({ code: 'identity.invitation-unknown' });
});

it('is over after seven days, one to a new password after 24 hours', async () => {
  const [person, other] = [await anInvited(), await people.add(site)];
  const [join, reset] = [await issue(person), await issue(other, 'reset')];
  expect(await inHours(other)).toBe(24);
  await people.superuser.query(
    `UPDATE invitation SET expires_at = now() - interval '1 second' WHERE account_id = ANY ($1)`,
    [[person.id, other.id]],
  );
  for (const { token } of [join, reset]) {
    expect(await failure(look(token))).toMatchObject({ code: 'identity.invitation-expired', status: 410 });
    expect(await failure(accept(token))).toMatchObject({ code: 'identity.invitation-expired' });
  }
});

it('takes no bad password, and is good for a better one', async () => {
  const person = await anInvited();
  const { token } = await issue(person);
  const weak = await failure(accept(token, `${person.login}1`));
  expect(weak).toMatchObject({ code: 'identity.password-weak', message: expect.stringContaining('含有登录名') });
  expect(await accept(token)).toMatchObject({ step: 'open' });
});

it('lets nobody into an account that was locked or is over since', async () => {
  const [locked, ended] = [await anInvited(), await anInvited()];
  const links = [await issue(locked), await issue(ended)];
  await people.cluster((tx) => lockAccount(tx, locked, { why: 'hand', reason: '试' }));
  await people.superuser.query(`UPDATE account SET ends_on = '2020-01-01' WHERE id = $1`, [ended.id]);
  expect(await failure(accept(links[0]!.token))).toMatchObject({ code: 'identity.account-locked' });
  expect(await failure(accept(links[1]!.token))).toMatchObject({ code: 'identity.account-ended' });
});

it('goes on to the second factor where duties ask for it, and from their addresses alone', async () => {
  const fenced = await aSite(platform);
  await people.superuser.query(
    `INSERT INTO sign_in_range (tenant_id, id, range) VALUES ($1, gen_random_uuid(), '10.20.0.0/16')`,
    [fenced.tenantId],
  );
  const person = await people.add(fenced, { password: null });
  people.duties.demand(person, { secondFactor: true });
  const { token } = await issue(person);
  const from = (address: string) =>
    people.identity.invitations.accept({ token, password: PASSWORD }, aCaller({ address }));
  expect(await failure(from('198.51.100.1'))).toMatchObject({ code: 'identity.outside-ranges' });
  expect((await people.acts(person)).at(-1)).toMatchObject({
    act: 'sign-in.refused',
    detail: { why: 'outside-ranges' },
  });
  expect(await from('10.20.1.1')).toMatchObject({ step: 'enrol', device: null });
});

it('to a new password ends what was signed in, and asks for the second factor that is still there', async () => {
  const person = await people.add(site);
  const { secret, token: open } = await people.enrol((await people.signIn(person)).token);
  const { token } = await issue(person, 'reset');
  const entered = await accept(token);
  expect(entered.step).toBe('code');
  const { rows } = await people.superuser.query('SELECT FROM session WHERE account_id = $1', [person.id]);
  expect(rows).toHaveLength(1);
  await expect(people.identity.signIn.startEnrolment(open)).rejects.toMatchObject({ code: 'identity.session-gone' });
  expect(
    await people.identity.signIn.withCode({ token: entered.token, code: codeOf(secret, 1) }, aCaller()),
  ).toMatchObject({ step: 'open' });
});

it('is not made for who has joined already, nor for an account of another tenant', async () => {
  const person = await people.add(site);
  await expect(issue(person)).rejects.toMatchObject({ code: 'identity.joined-already' });
  const other = await aSite(platform);
  await expect(issue({ ...person, tenantId: other.tenantId }, 'reset')).rejects.toMatchObject({
    code: 'identity.account-missing',
  });
});

describe('by mail', () => {
  const letter = {
    account: { tenantId: PLATFORM_TENANT, id: '019f0000-0000-7000-8000-000000000000' },
    name: '李文',
    login: 'nongan-liwen',
    token: 'TOKEN',
    by: '王管理员',
    expiresAt: new Date('2026-11-25T02:03:00Z'),
  };

  it('says who invites, to what name, until when, and where', async () => {
    mails.splice(0);
    const { invitations } = people.identity;
    expect(invitations.link('TOKEN')).toBe('https://console.gov.example/invitation/TOKEN');
    expect(await invitations.mail({ ...letter, to: 'liwen@gov.example', purpose: 'join' })).toBe('sent');
    expect(await invitations.mail({ ...letter, to: 'liwen@gov.example', purpose: 'reset' })).toBe('sent');
    const [join, reset] = mails;
    for (const part of [
      '李文',
      '王管理员为您开通',
      'nongan-liwen',
      '2026-11-25 10:03',
      invitations.link('TOKEN'),
      '只能用一次',
    ])
      expect(join!.text).toContain(part);
    expect(reset!.subject).toContain('新密码');
    expect(reset!.text).toContain('原来的密码和动态口令不再有效');
  });

  it('that does not go is told, not thrown', async () => {
    const { invitations } = people.identity;
    expect(await invitations.mail({ ...letter, to: 'nobody@gov.example', purpose: 'join' })).toBe('failed');
    expect(await invitations.mail({ ...letter, to: '', purpose: 'join' })).toBe('no-address');
    const without = await People.over(platform);
    expect(await without.identity.invitations.mail({ ...letter, to: 'a@gov.example', purpose: 'join' })).toBe(
      'not-configured',
    );
    await without.close();
  });
});

it('made anew by a reset is a link of that kind, and an invited account’s is its invitation again', async () => {
  const [person, invited] = [await people.add(site), await anInvited()];
  const links = await Promise.all(
    [person, invited].map((one) => people.cluster((tx) => resetAccount(tx, one, { by: '王管理员', reason: '试' }))),
  );
  expect([(await look(links[0]!.token)).purpose, (await look(links[1]!.token)).purpose]).toEqual(['reset', 'join']);
});
