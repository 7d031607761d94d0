import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { newId } from '../../kernel/id.js';
import { readSession } from '../session/read-session.js';
import { changeAccount } from './change-account.js';
import { insertAccount, type NewAccount } from './insert-account.js';
import { closeAccount, lockAccount, unlockAccount } from './lock-account.js';
import { maskEmail, maskTelephone } from './mask.js';
import { resetAccount } from './reset-account.js';

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

const today = () => platform.calendar.day(new Date());
const dayFromNow = (days: number) => platform.calendar.day(new Date(Date.now() + days * 86_400_000));
const fields: NewAccount = {
  word: 'zhangsan',
  name: '张三',
  organId: null,
  email: '',
  telephone: '',
  kind: 'staff',
  endsOn: null,
};
const insert = (over: Partial<NewAccount> = {}, tenantId = site.tenantId) =>
  platform.work.run(scopeOf(tenantId), (tx) => insertAccount(tx, platform.calendar, { ...fields, ...over }));
const rowOf = async (id: string) =>
  (await people.superuser.query(`SELECT *, to_char(ends_on, 'YYYY-MM-DD') AS ends_on FROM account WHERE id = $1`, [id]))
    .rows[0];

describe('a new account', () => {
  it('signs in by its tenant and its word; on the platform by the word alone; and is invited', async () => {
    const made = await insert({
      word: ' ZhangSan ',
      name: ' 张  三 ',
      telephone: '138 1234 5678',
      email: ' a@b.gov.example ',
    });
    expect(made.login).toBe('nongan-zhangsan');
    expect(await rowOf(made.id)).toMatchObject({
      state: 'invited',
      name: '张 三',
      telephone: '13812345678',
      email: 'a@b.gov.example',
      kind: 'staff',
    });
    expect((await people.acts(made)).map(({ act, detail }) => [act, detail])).toEqual([
      ['account.created', { name: '张 三', login: 'nongan-zhangsan', kind: 'staff', endsOn: null }],
    ]);
    expect((await insert({ word: 'watch01' }, PLATFORM_TENANT)).login).toBe('watch01');
  });

  it('has a name that nobody else has, also not in a tenant that cannot be seen', async () => {
    await insert({ word: 'lisi' });
    await expect(insert({ word: 'lisi' })).rejects.toMatchObject({ code: 'identity.login-taken', status: 409 });
    const other = await aSite(platform);
    await people.superuser.query(`UPDATE account SET login = 'taken' WHERE login = 'nongan-lisi'`);
    await expect(insert({ word: 'taken' }, PLATFORM_TENANT)).rejects.toMatchObject({ code: 'identity.login-taken' });
    expect((await insert({ word: 'lisi' }, other.tenantId)).login).toBe(`${other.label}-lisi`);
  });

  it.each([
    [{ word: 'a' }, 'identity.login-form'],
    [{ word: '1abc' }, 'identity.login-form'],
    [{ word: 'zhang-san' }, 'identity.login-form'],
    [{ word: '张三' }, 'identity.login-form'],
    [{ word: 'a'.repeat(21) }, 'identity.login-form'],
    [{ name: '  ' }, 'identity.name-form'],
    [{ name: '某'.repeat(41) }, 'identity.name-form'],
    [{ name: '张\u0000三' }, 'identity.name-form'],
    [{ telephone: '1381234567' }, 'identity.telephone-form'],
    [{ telephone: 'call me' }, 'identity.telephone-form'],
    [{ email: 'nobody' }, 'identity.email-form'],
    [{ email: 'a@b.example\r\nBcc: c@d.example' }, 'identity.email-form'],
    [{ email: 'a@b.example, c@d.example' }, 'identity.email-form'],
    [{ kind: 'contractor' }, 'identity.end-required'],
    [{ kind: 'contractor', endsOn: '2020-01-01' }, 'identity.end-past'],
    [{ kind: 'contractor', endsOn: 'tomorrow' }, 'identity.end-past'],
    [{ kind: 'contractor', endsOn: '2999-01-01' }, 'identity.end-too-far'],
    [{ kind: 'contractor', endsOn: '2027-02-31' }, 'identity.end-past'],
    [{ organId: '0199aaaa-0000-7000-8000-000000000000' }, 'identity.organ-unknown'],
    [{ organId: 'nonsense' }, 'identity.organ-unknown'],
  ] as [Partial<NewAccount>, string][])('is refused for %j: %s', async (over, code) => {
    await expect(insert({ word: `w${newId().slice(-8)}`, ...over })).rejects.toMatchObject({ code, status: 422 });
  });

  it.each(['0431-12345678', '043112345678', '84567890', '0431-84567890-123', '13812345678'])(
    'takes the telephone %s',
    async (telephone) => {
      await expect(insert({ word: `w${newId().slice(-8)}`, telephone })).resolves.toBeDefined();
    },
  );

  it('of a contractor ends within two years', async () => {
    const made = await insert({ word: 'waibao1', kind: 'contractor', endsOn: dayFromNow(700) });
    expect(await rowOf(made.id)).toMatchObject({ kind: 'contractor', ends_on: dayFromNow(700) });
  });

  it('does not belong to an organ of another tenant', async () => {
    const other = await aSite(platform);
    const { rows } = await people.superuser.query('SELECT id FROM organ WHERE tenant_id = $1', [other.tenantId]);
    await expect(insert({ word: 'wangwu', organId: rows[0].id })).rejects.toMatchObject({
      code: 'identity.organ-unknown',
    });
    expect((await insert({ word: 'wangwu', organId: rows[0].id }, other.tenantId)).login).toContain('wangwu');
  });
});

describe('changing an account', () => {
  const change = (id: string, to: Parameters<typeof changeAccount>[3], tenantId = site.tenantId) =>
    platform.work.run(scopeOf(tenantId), (tx) => changeAccount(tx, platform.calendar, id, to, '核对'));

  it('changes what is named, audits before and after without telephone and e-mail, and nothing else', async () => {
    const made = await insert({ word: 'gaiming', telephone: '13812345678' });
    const hostile = { name: '张四', telephone: '13912345678', login: 'other', state: 'open', tenantId: 'x' };
    expect(await change(made.id, hostile)).toEqual(['name', 'telephone']);
    expect(await rowOf(made.id)).toMatchObject({
      name: '张四',
      telephone: '13912345678',
      login: made.login,
      state: 'invited',
    });
    const { detail } = (await people.acts(made)).at(-1)!;
    expect(detail).toMatchObject({
      before: { name: '张三', telephone: true },
      after: { name: '张四' },
      reason: '核对',
    });
    expect(JSON.stringify(detail)).not.toMatch(/1381234|1391234/);
    expect(await change(made.id, { name: '张四' })).toEqual([]);
    expect((await people.acts(made)).filter(({ act }) => act === 'account.changed')).toHaveLength(1);
  });

  it('leaves an end alone that has passed, unless it is what is changed', async () => {
    const made = await insert({ word: 'guoqi', kind: 'contractor', endsOn: dayFromNow(10) });
    await people.superuser.query(`UPDATE account SET ends_on = '2020-01-01' WHERE id = $1`, [made.id]);
    expect(await change(made.id, { telephone: '13812345678' })).toEqual(['telephone']);
    expect(await rowOf(made.id)).toMatchObject({ ends_on: '2020-01-01', kind: 'contractor' });
    await expect(change(made.id, { endsOn: '2020-02-01' })).rejects.toMatchObject({ code: 'identity.end-past' });
    await expect(change(made.id, { endsOn: null })).rejects.toMatchObject({ code: 'identity.end-required' });
    expect(await change(made.id, { endsOn: dayFromNow(30) })).toEqual(['endsOn']);
  });

  it('finds no account of another tenant, and none that is closed', async () => {
    const made = await insert({ word: 'bieren' });
    const other = await aSite(platform);
    await expect(change(made.id, { name: '某' }, other.tenantId)).rejects.toMatchObject({
      code: 'identity.account-missing',
    });
    await expect(change(newId(), { name: '某' })).rejects.toMatchObject({ code: 'identity.account-missing' });
    await people.cluster((tx) => closeAccount(tx, made, { reason: '离职' }));
    await expect(change(made.id, { name: '某' })).rejects.toMatchObject({ code: 'identity.account-gone' });
  });
});

describe('locking, closing, resetting', () => {
  const aToken = async (person: Person) => {
    await people.superuser.query(
      `INSERT INTO api_token (tenant_id, id, account_id, name, token_digest, actions, expires_at)
       VALUES ($1, gen_random_uuid(), $2, '报表', sha256(gen_random_uuid()::text::bytea), '{}', now() + interval '1 day')`,
      [person.tenantId, person.id],
    );
  };
  const tokensInForce = async ({ id }: Person) =>
    (await people.superuser.query('SELECT FROM api_token WHERE account_id = $1 AND revoked_at IS NULL', [id])).rowCount;
  const read = (token: string) =>
    people.cluster((tx) => readSession(tx, token, { address: '10.0.0.1', today: today() }));

  it('locks with sessions and tokens in one transaction, says why, and does it once', async () => {
    const person = await people.add(site);
    await people.signIn(person);
    await aToken(person);
    const lock = () => people.cluster((tx) => lockAccount(tx, person, { why: 'hand', reason: '外出' }));
    await Promise.all([lock(), lock()]);
    expect(await rowOf(person.id)).toMatchObject({ state: 'locked', locked_for: 'hand' });
    expect(await tokensInForce(person)).toBe(0);
    expect((await people.superuser.query('SELECT FROM session WHERE account_id = $1', [person.id])).rowCount).toBe(0);
    const locked = (await people.acts(person)).filter(({ act }) => act === 'account.locked');
    expect(locked.map(({ detail }) => detail)).toEqual([
      { name: '李文', login: person.login, before: 'open', why: 'hand', reason: '外出', sessions: 1, tokens: 1 },
    ]);
  });

  it('unlocks into what it was: open with a password, invited without', async () => {
    const [person, invited] = [await people.add(site), await people.add(site, { password: null })];
    for (const account of [person, invited]) {
      await people.cluster((tx) => lockAccount(tx, account, { why: 'hand', reason: '试' }));
      await people.cluster((tx) => unlockAccount(tx, account, { reason: '试', today: today() }));
    }
    expect([(await rowOf(person.id)).state, (await rowOf(invited.id)).state]).toEqual(['open', 'invited']);
    await expect(
      people.cluster((tx) => unlockAccount(tx, person, { reason: '试', today: today() })),
    ).rejects.toMatchObject({ code: 'identity.not-locked' });
  });

  it('does not unlock past the account’s last day', async () => {
    const person = await people.add(site);
    await people.superuser.query(`UPDATE account SET ends_on = '2020-01-01' WHERE id = $1`, [person.id]);
    await people.cluster((tx) => lockAccount(tx, person, { why: 'ended', reason: '试' }));
    await expect(
      people.cluster((tx) => unlockAccount(tx, person, { reason: '试', today: today() })),
    ).rejects.toMatchObject({ code: 'identity.extend-first', message: expect.stringContaining('2020-01-01') });
  });

  it('closes for good: what proved it is erased, links are void, the name stays taken', async () => {
    const person = await people.add(site, { word: 'lizhi' });
    const { token } = await people.signIn(person);
    await aToken(person);
    const link = await people.cluster((tx) => resetAccount(tx, person, { by: '管理员', reason: '试' }));
    await people.cluster((tx) => closeAccount(tx, person, { reason: '离职' }));
    expect(await rowOf(person.id)).toMatchObject({ state: 'closed', second_factor: false, login: 'nongan-lizhi' });
    expect((await people.superuser.query('SELECT FROM credential WHERE account_id = $1', [person.id])).rowCount).toBe(
      0,
    );
    expect([await read(token), await tokensInForce(person)]).toEqual([null, 0]);
    await expect(people.identity.invitations.look(link.token)).rejects.toMatchObject({
      code: 'identity.invitation-withdrawn',
    });
    await expect(insert({ word: 'lizhi' })).rejects.toMatchObject({ code: 'identity.login-taken' });
    for (const again of [
      () => people.cluster((tx) => closeAccount(tx, person, { reason: '试' })),
      () => people.cluster((tx) => lockAccount(tx, person, { why: 'hand', reason: '试' })),
      () => people.cluster((tx) => resetAccount(tx, person, { by: '某', reason: '试' })),
    ])
      await expect(again()).rejects.toMatchObject({ code: 'identity.account-gone' });
  });

  it('resets at once: password, second factor, sessions and tokens are void, and the link leads to a new password', async () => {
    const person = await people.add(site);
    const enrolled = await people.enrol((await people.signIn(person)).token);
    await aToken(person);
    const link = await people.cluster((tx) => resetAccount(tx, person, { by: '王管理员', reason: '丢了手机' }));
    expect(await read(enrolled.token)).toBeNull();
    expect(await tokensInForce(person)).toBe(0);
    await expect(people.signIn(person)).rejects.toMatchObject({ code: 'identity.wrong-password' });
    expect(await rowOf(person.id)).toMatchObject({ second_factor: false, state: 'open' });
    await expect(
      people.identity.invitations.accept({ token: link.token, password: person.password }, aCaller()),
    ).rejects.toMatchObject({ code: 'identity.password-weak', message: expect.stringContaining('最近 5 次用过') });
    const entered = await people.identity.invitations.accept({ token: link.token, password: 'Vt4-kopRw9' }, aCaller());
    expect(entered).toMatchObject({ step: 'open' });
    expect((await people.acts(person)).find(({ act }) => act === 'account.reset')?.detail).toMatchObject({
      reason: '丢了手机',
      sessions: 1,
    });
  });

  it('works over accounts of its own tenant’s number alone', async () => {
    const person = await people.add(site);
    const elsewhere = { tenantId: PLATFORM_TENANT, id: person.id };
    await expect(
      people.cluster((tx) => lockAccount(tx, elsewhere, { why: 'hand', reason: '试' })),
    ).rejects.toMatchObject({ code: 'identity.account-missing' });
  });

  it('signs nobody in while two of them happen at once', async () => {
    const persons = await Promise.all(Array.from({ length: 6 }, () => people.add(site)));
    const outcomes = await Promise.all(
      persons.flatMap((person) => [
        people.signIn(person).then(
          ({ token }) => token,
          () => null,
        ),
        people.cluster((tx) => lockAccount(tx, person, { why: 'hand', reason: '试' })).then(() => null),
      ]),
    );
    for (const token of outcomes) if (token) expect(await read(token)).toBeNull();
    for (const person of persons) expect((await rowOf(person.id)).state).toBe('locked');
  });
});

it.each([
  ['13812345678', '138****5678'],
  ['0431-12345678', '0431-****5678'],
  ['84567890', '****7890'],
  ['12345', '*****'],
  ['', ''],
])('masks the telephone %s as %s', (telephone, masked) => {
  expect(maskTelephone(telephone)).toBe(masked);
});

it.each([
  ['zhangsan@gov.example', 'z***n@gov.example'],
  ['ab@gov.example', 'a***@gov.example'],
  ['a@gov.example', 'a***@gov.example'],
  ['', ''],
])('masks the e-mail %s as %s', (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});
