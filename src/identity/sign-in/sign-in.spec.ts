import { hash } from '@node-rs/argon2';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, codeOf, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { closeAccount, lockAccount } from '../account/lock-account.js';
import { preparePlatformAccount } from '../account/prepare-platform-account.js';
import { makeOneTimePassword } from '../password/set-password.js';
import { listSessions } from '../session/list-sessions.js';
import { readSession } from '../session/read-session.js';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform);
  site = await aSite(platform, { slug: 'nongan' });
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

const signIn = () => people.identity.signIn;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error) => error,
  );
const read = (token: string, address = '10.0.0.1') =>
  people.cluster((tx) => readSession(tx, token, { address, today: platform.calendar.day(new Date()) }));
const actsOf = async (person: Person) => (await people.acts(person)).map(({ act }) => act);
const demanding = async () => {
  const person = await people.add(site);
  people.duties.demand(person, { secondFactor: true });
  return person;
};

describe('name and password', () => {
  it('open a session for an account of which nothing more is asked', async () => {
    const person = await people.add(site, { word: 'zhangsan' });
    const entered = await signIn().withPassword(
      { login: ' NONGAN-zhangsan ', password: person.password },
      aCaller({ address: '::ffff:192.0.2.7', agent: 'x'.repeat(500), request: 'r1' }),
    );
    expect(entered).toMatchObject({ step: 'open', account: { login: 'nongan-zhangsan', id: person.id } });
    expect(entered.device).not.toBeNull();
    expect(await read(entered.token)).toMatchObject({
      stage: 'open',
      means: 'password',
      secondFactor: false,
      account: { id: person.id, login: 'nongan-zhangsan', name: '李文' },
      tenantName: 'nongan',
    });
    const [session] = await people.cluster((tx) => listSessions(tx, person));
    expect(session).toMatchObject({ address: '192.0.2.7', agent: 'x'.repeat(200) });
    const entry = (await people.acts(person)).at(-1);
    expect(entry).toMatchObject({ act: 'sign-in.succeeded', actor: 'nongan-zhangsan', detail: { means: 'password' } });
  });

  it('hash anew what was hashed when less was asked, without it being a new password', async () => {
    const person = await people.add(site);
    const weak = await hash(person.password, { algorithm: 2, memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    const kept = async () =>
      (await people.superuser.query('SELECT * FROM credential WHERE account_id = $1', [person.id])).rows[0];
    await people.superuser.query('UPDATE credential SET password_hash = $2 WHERE account_id = $1', [person.id, weak]);
    const before = await kept();
    await failure(signIn().withPassword({ login: person.login, password: 'wrong' }, aCaller()));
    expect((await kept()).password_hash).toBe(weak);
    await people.signIn(person);
    const { password_hash: anew, ...rest } = await kept();
    expect(anew).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(rest).toEqual({ ...before, password_hash: undefined });
    await people.signIn(person);
    expect((await kept()).password_hash).toBe(anew);
  });

  it('lets in whose hash could not be made anew', async () => {
    const person = await people.add(site);
    const weak = await hash(person.password, { algorithm: 2, memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await people.superuser.query('UPDATE credential SET password_hash = $2 WHERE account_id = $1', [person.id, weak]);
    await people.superuser.query(`CREATE FUNCTION refuse_hash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE TRIGGER refuse_hash BEFORE UPDATE OF password_hash ON credential FOR EACH ROW EXECUTE FUNCTION refuse_hash()`);
    try {
      expect(await people.signIn(person)).toMatchObject({ step: 'open' });
    } finally {
      await people.superuser.query('DROP FUNCTION refuse_hash CASCADE');
    }
    const { rows } = await people.superuser.query('SELECT password_hash FROM credential WHERE account_id = $1', [
      person.id,
    ]);
    expect(rows[0].password_hash).toBe(weak);
  });

  it('refuse a wrong password, a name nobody has and an account without a password in the same words', async () => {
    const [person, invited] = [await people.add(site), await people.add(site, { password: null })];
    const refusals = [];
    for (const login of [person.login, 'nongan-nobody', invited.login, '', 'x'.repeat(300), "a'b\u0000\u0007c"])
      refusals.push(await failure(signIn().withPassword({ login, password: 'Wrong-9!vqRm' }, aCaller())));
    for (const refusal of refusals)
      expect([refusal.code, refusal.status, refusal.message]).toEqual([
        'identity.wrong-password',
        401,
        refusals[0].message,
      ]);
    expect(refusals[0].message).toContain('4 次');
  });

  it('are audited when refused: in the tenant of the account, or in the platform’s by a shortened name', async () => {
    const person = await people.add(site);
    await failure(signIn().withPassword({ login: person.login, password: 'no' }, aCaller()));
    expect((await people.acts(person)).at(-1)).toMatchObject({
      act: 'sign-in.refused',
      actor: person.login,
      detail: { why: 'wrong-password', means: 'password', login: person.login },
    });
    await failure(signIn().withPassword({ login: `nobody\u0007${'y'.repeat(90)}`, password: 'no' }, aCaller()));
    expect((await people.acts({ tenantId: PLATFORM_TENANT })).at(-1)).toMatchObject({
      act: 'sign-in.refused',
      actor: `nobody${'y'.repeat(26)}`,
      detail: { why: 'unknown-name', login: `nobody${'y'.repeat(26)}` },
    });
    const { rows } = await people.superuser.query(`SELECT actor_id FROM audit WHERE act = 'sign-in.refused'`);
    expect(rows.every((row) => row.actor_id === null)).toBe(true);
  });

  it('say why an account may not come in only after the right password', async () => {
    const cases: [Person, string, string][] = [];
    const locked = await people.add(site);
    await people.cluster((tx) => lockAccount(tx, locked, { why: 'hand', reason: '试' }));
    const dormant = await people.add(site);
    await people.cluster((tx) => lockAccount(tx, dormant, { why: 'dormant', reason: '试' }));
    const ended = await people.add(site);
    await people.superuser.query(`UPDATE account SET ends_on = '2020-01-31' WHERE id = $1`, [ended.id]);
    cases.push([locked, 'identity.account-locked', '锁定'], [dormant, 'identity.account-dormant', '90 天']);
    cases.push([ended, 'identity.account-ended', '2020-01-31']);
    for (const [person, code, words] of cases) {
      const wrong = await failure(signIn().withPassword({ login: person.login, password: 'no' }, aCaller()));
      expect(wrong.code).toBe('identity.wrong-password');
      const right = await failure(people.signIn(person));
      expect(right).toMatchObject({ code, status: 403, message: expect.stringContaining(words) });
      expect((await people.acts(person)).at(-1)).toMatchObject({ act: 'sign-in.refused' });
      const { rows } = await people.superuser.query('SELECT FROM session WHERE account_id = $1', [person.id]);
      expect(rows).toHaveLength(0);
    }
  });

  it('of a closed account are nobody’s any more', async () => {
    const person = await people.add(site);
    await people.cluster((tx) => closeAccount(tx, person, { reason: '离职' }));
    expect((await failure(people.signIn(person))).code).toBe('identity.wrong-password');
  });

  it('open nothing for a password that was changed while it was looked at', async () => {
    const person = await people.add(site);
    // An administrator's reset, not yet committed: the attempt reads the old hash, and then has to wait.
    await people.superuser.query('BEGIN');
    await people.superuser.query('UPDATE credential SET password_hash = NULL WHERE account_id = $1', [person.id]);
    const entering = failure(people.signIn(person));
    await people.untilSomebodyWaits();
    await people.superuser.query('COMMIT');
    expect(await entering).toMatchObject({ code: 'identity.session-gone' });
    const { rows } = await people.superuser.query('SELECT FROM session WHERE account_id = $1', [person.id]);
    expect(rows).toHaveLength(0);
  });
});

describe('a one-time password', () => {
  it('leads to choosing another, and is worth nothing afterwards', async () => {
    const made = await people.cluster((tx) =>
      preparePlatformAccount(platform.secretKey)(tx, { login: 'operator', name: '平台运维员' }),
    );
    expect(made.password).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    const first = await people.signIn(made);
    expect(first).toMatchObject({ step: 'new-password', device: null });
    const weak = await failure(signIn().choosePassword({ token: first.token, password: 'operator1' }, aCaller()));
    expect(weak).toMatchObject({ code: 'identity.password-weak', status: 422 });
    for (const reason of ['只有 9 个字符', '不足三种', '登录名', '太容易猜']) expect(weak.message).toContain(reason);
    const chosen = await signIn().choosePassword({ token: first.token, password: 'Vt4-kopRw9' }, aCaller());
    expect(chosen).toMatchObject({ step: 'open' });
    expect(await read(first.token)).toBeNull();
    expect((await failure(people.signIn(made))).code).toBe('identity.wrong-password');
    expect(await people.signIn({ login: 'operator', password: 'Vt4-kopRw9' })).toMatchObject({ step: 'open' });
    const acts = (await people.acts({ tenantId: PLATFORM_TENANT, id: made.accountId })).map(({ act }) => act);
    expect(acts).toEqual([
      'sign-in.first-step',
      'account.password-changed',
      'sign-in.succeeded',
      'sign-in.refused',
      'sign-in.succeeded',
    ]);
  });

  it('is over after 72 hours', async () => {
    const person = await people.add(site);
    const password = await people.cluster((tx) => makeOneTimePassword(tx, person));
    await people.superuser.query(
      `UPDATE credential SET one_time_until = one_time_until - interval '72 hours' WHERE account_id = $1`,
      [person.id],
    );
    expect(await failure(people.signIn({ login: person.login, password }))).toMatchObject({
      code: 'identity.one-time-expired',
    });
  });

  it('brings an account of the platform back: open, without second factor, without sessions, without its old password', async () => {
    const prepare = preparePlatformAccount(platform.secretKey);
    const made = await people.cluster((tx) => prepare(tx, { login: 'security', name: '安全管理员' }));
    const first = await people.signIn(made);
    const chosen = await signIn().choosePassword({ token: first.token, password: 'Vt4-kopRw9' }, aCaller());
    await people.enrol(chosen.token, {}, 'Vt4-kopRw9');
    const account = { tenantId: PLATFORM_TENANT, id: made.accountId };
    await people.cluster((tx) => lockAccount(tx, account, { why: 'hand', reason: '试' }));
    const again = await people.cluster((tx) => prepare(tx, { login: 'security', name: '别的名字' }));
    expect(again.accountId).toBe(made.accountId);
    expect(await people.signIn(again)).toMatchObject({ step: 'new-password', account: { name: '安全管理员' } });
    expect((await failure(people.signIn({ login: 'security', password: 'Vt4-kopRw9' }))).code).toBe(
      'identity.wrong-password',
    );
  });

  it('is not made for a name with a hyphen: that could be somebody’s of a tenant', async () => {
    const attempt = people.cluster((tx) =>
      preparePlatformAccount(platform.secretKey)(tx, { login: 'nongan-x', name: '某' }),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'identity.login-form' });
  });
});

describe('a password', () => {
  it('is changed by who knows it; every other session ends, and known browsers are known no more', async () => {
    const person = await people.add(site);
    const [here, elsewhere] = [await people.signIn(person), await people.signIn(person)];
    const change = (current: string, password: string) =>
      signIn().changePassword({ token: here.token, current, password }, aCaller({ device: here.device }));
    expect(await failure(change('Wrong-9!vqRm', 'Vt4-kopRw9'))).toMatchObject({
      code: 'identity.current-password-wrong',
    });
    expect(await failure(change(person.password, person.password))).toMatchObject({
      code: 'identity.password-weak',
      message: expect.stringContaining('最近 5 次用过'),
    });
    const changed = await change(person.password, 'Vt4-kopRw9');
    expect(changed.step).toBe('open');
    expect(changed.token).not.toBe(here.token);
    expect(changed.device).not.toBe(here.device);
    expect([await read(here.token), await read(elsewhere.token)]).toEqual([null, null]);
    expect(await read(changed.token)).toMatchObject({ stage: 'open' });
    expect((await people.acts(person)).at(-1)).toMatchObject({
      act: 'account.password-changed',
      detail: { sessions: 1 },
    });
  });

  it('is not guessed at an open desk: the fifth wrong one ends the session', async () => {
    const person = await people.add(site);
    const { token } = await people.signIn(person);
    const caller = aCaller();
    const errors = [];
    for (let i = 0; i < 5; i++)
      errors.push(
        await failure(
          signIn().changePassword({ token, current: `Wrong-${i}!vqRm`, password: person.password }, caller),
        ),
      );
    expect(errors.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 4 }, () => 'identity.current-password-wrong'),
      'identity.code-attempts',
    ]);
    expect(await read(token)).toBeNull();
  });

  it('has to be another after 90 days, of those whose duties ask for a second factor', async () => {
    const [person, editor] = [await demanding(), await people.add(site)];
    const { secret } = await people.enrol((await people.signIn(person)).token);
    await people.superuser.query(
      `UPDATE credential SET password_set_at = now() - interval '90 days 1 minute' WHERE account_id = ANY ($1)`,
      [[person.id, editor.id]],
    );
    const { token } = await people.signIn(person);
    const next = await signIn().withCode({ token, code: codeOf(secret, 1) }, aCaller());
    expect(next).toMatchObject({ step: 'new-password', device: null });
    expect(await signIn().choosePassword({ token: next.token, password: 'Vt4-kopRw9' }, aCaller())).toMatchObject({
      step: 'open',
    });
    expect(await people.signIn(editor)).toMatchObject({ step: 'open' });
  });
});

it('going out ends the session and says so once', async () => {
  const person = await people.add(site);
  const { token } = await people.signIn(person);
  await signIn().out(token, aCaller());
  await signIn().out(token, aCaller());
  await signIn().out('nonsense', aCaller());
  expect(await read(token)).toBeNull();
  expect((await actsOf(person)).filter((act) => act === 'sign-in.ended')).toHaveLength(1);
});

it('every step gives a new token; the one before opens nothing, and a step done twice is done once', async () => {
  const person = await demanding();
  const { secret } = await people.enrol((await people.signIn(person)).token);
  const { token } = await people.signIn(person);
  const open = await signIn().withCode({ token, code: codeOf(secret, 1) }, aCaller());
  expect(open.token).not.toBe(token);
  expect(await read(token)).toBeNull();
  expect(await failure(signIn().withCode({ token, code: codeOf(secret, 1) }, aCaller()))).toMatchObject({
    code: 'identity.session-gone',
  });
  expect(await failure(signIn().withCode({ token: open.token, code: codeOf(secret, 1) }, aCaller()))).toMatchObject({
    code: 'identity.step-done',
  });
});
