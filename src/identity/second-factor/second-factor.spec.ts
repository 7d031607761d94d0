import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, codeOf, People, type Person } from '../../../test/signing-in.js';
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

describe('a second factor', () => {
  it('is set before the desk opens, where duties ask for it, and asked for from then on', async () => {
    const person = await demanding();
    const first = await people.signIn(person);
    expect(first).toMatchObject({ step: 'enrol', device: null });
    expect(await read(first.token)).toMatchObject({ stage: 'password' });
    const shown = await signIn().startEnrolment(first.token);
    expect(shown.uri).toMatch(/^otpauth:\/\/totp\/.*secret=/);
    expect(await signIn().startEnrolment(first.token)).toEqual(shown);
    expect(await failure(signIn().confirmEnrolment({ token: first.token, code: '00000x' }, aCaller()))).toMatchObject({
      code: 'identity.wrong-enrolment-code',
    });
    const done = await people.enrol(first.token);
    expect(done.step).toBe('open');
    expect(done.recoveryCodes).toHaveLength(10);
    expect(new Set(done.recoveryCodes).size).toBe(10);

    const second = await people.signIn(person);
    expect(second.step).toBe('code');
    expect(
      await failure(signIn().choosePassword({ token: second.token, password: 'Vt4-kopRw9' }, aCaller())),
    ).toMatchObject({
      code: 'identity.step-done',
    });
    const open = await signIn().withCode(
      { token: second.token, code: ` ${codeOf(done.secret, 1).replace(/(...)/, '$1 ')}` },
      aCaller(),
    );
    expect(open.step).toBe('open');
    expect(await read(open.token)).toMatchObject({ stage: 'open', secondFactor: true, hasSecondFactor: true });
    expect((await actsOf(person)).slice(1)).toEqual([
      'sign-in.first-step',
      'account.second-factor-set',
      'sign-in.succeeded',
      'sign-in.first-step',
      'sign-in.succeeded',
    ]);
    const { rows } = await people.superuser.query(
      'SELECT totp_secret, second_factor FROM credential c JOIN account a ON a.id = c.account_id WHERE a.id = $1',
      [person.id],
    );
    expect(rows[0].second_factor).toBe(true);
    expect(rows[0].totp_secret[0]).toBe(1);
  });

  it('offers each session a secret of its own: nobody who was here before knows it', async () => {
    const person = await demanding();
    const [one, other] = [await people.signIn(person), await people.signIn(person)];
    const [shown, otherShown] = [await signIn().startEnrolment(one.token), await signIn().startEnrolment(other.token)];
    expect(shown.secret).not.toBe(otherShown.secret);
    await people.enrol(one.token);
    const late = await failure(
      signIn().confirmEnrolment({ token: other.token, code: codeOf(otherShown.secret, 1) }, aCaller()),
    );
    expect(late).toMatchObject({ code: 'identity.step-done' });
  });

  it('may be set by anybody, once', async () => {
    const person = await people.add(site);
    const { token } = await people.signIn(person);
    // Whoever found the desk open does not lock its owner out by a second factor of their own.
    const { secret } = await signIn().startEnrolment(token);
    expect(await failure(signIn().confirmEnrolment({ token, code: codeOf(secret) }, aCaller()))).toMatchObject({
      code: 'identity.current-password-wrong',
    });
    const done = await people.enrol(token);
    expect(done.step).toBe('open');
    expect(await failure(signIn().startEnrolment(done.token))).toMatchObject({ code: 'identity.second-factor-set' });
    expect((await people.signIn(person)).step).toBe('code');
  });

  it('takes a code once, also when two requests bring it at the same moment', async () => {
    const person = await demanding();
    const { secret } = await people.enrol((await people.signIn(person)).token);
    const [one, other] = [await people.signIn(person), await people.signIn(person)];
    const code = codeOf(secret, 1);
    const outcomes = await Promise.all(
      [one, other].map(({ token }) => failure(signIn().withCode({ token, code }, aCaller()))),
    );
    expect(outcomes.map((error) => error?.code ?? 'open').sort()).toEqual(['identity.wrong-code', 'open']);
    const again = await people.signIn(person);
    expect(await failure(signIn().withCode({ token: again.token, code }, aCaller()))).toMatchObject({
      code: 'identity.wrong-code',
    });
  });

  it('drops the session at the fifth wrong code, counted to the account', async () => {
    const person = await demanding();
    await people.enrol((await people.signIn(person)).token);
    const caller = aCaller();
    const { token } = await people.signIn(person, caller);
    const errors = [];
    for (let i = 0; i < 5; i++) errors.push(await failure(signIn().withCode({ token, code: '12345x' }, caller)));
    expect(errors.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 4 }, () => 'identity.wrong-code'),
      'identity.code-attempts',
    ]);
    expect(errors[0].message).toContain('4 次');
    expect(await read(token)).toBeNull();
    expect(await failure(people.signIn(person, caller))).toMatchObject({ code: 'identity.too-many-attempts' });
    const acts = await actsOf(person);
    expect(acts.filter((act) => act === 'sign-in.refused')).toHaveLength(5);
    expect(acts.filter((act) => act === 'sign-in.held-off')).toHaveLength(1);
  });

  it('is not got round by signing in anew with the right password after each few guesses', async () => {
    const person = await demanding();
    await people.enrol((await people.signIn(person)).token);
    const caller = aCaller();
    const codes = [];
    for (let i = 0; i < 3; i++) {
      const { token } = await people.signIn(person, caller).catch((error) => ({ token: error.code }));
      for (let j = 0; j < 2; j++)
        codes.push((await failure(signIn().withCode({ token, code: '12345x' }, caller))).code);
    }
    expect(codes).toEqual([
      ...Array.from({ length: 4 }, () => 'identity.wrong-code'),
      'identity.too-many-attempts',
      'identity.too-many-attempts',
    ]);
  });

  it('is replaced by a recovery code, each once, however it is typed', async () => {
    const person = await demanding();
    const { recoveryCodes } = await people.enrol((await people.signIn(person)).token);
    const code = recoveryCodes[3]!;
    const [one, other] = [await people.signIn(person), await people.signIn(person)];
    const outcomes = await Promise.all(
      [one, other].map(({ token }) =>
        signIn()
          .withRecoveryCode({ token, code: ` ${code.toUpperCase().replace('-', ' ')} ` }, aCaller())
          .catch((error) => error),
      ),
    );
    const [won] = outcomes.filter((outcome) => 'token' in outcome);
    const [lost] = outcomes.filter((outcome) => !('token' in outcome));
    expect(won).toMatchObject({ step: 'open', recoveryCodesLeft: 9 });
    expect(lost).toMatchObject({ code: 'identity.wrong-recovery-code' });
    expect((await people.acts(person)).find(({ act }) => act === 'account.recovery-code-used')?.detail).toMatchObject({
      left: 9,
    });
    const { rows } = await people.superuser.query(
      'SELECT recovery_digests::text AS d FROM credential WHERE account_id = $1',
      [person.id],
    );
    for (const shown of recoveryCodes) expect(rows[0].d).not.toContain(shown);
  });

  it('of one account is not opened by the recovery codes of another', async () => {
    const [one, other] = [await demanding(), await demanding()];
    const { recoveryCodes } = await people.enrol((await people.signIn(one)).token);
    await people.enrol((await people.signIn(other)).token);
    const { token } = await people.signIn(other);
    expect(await failure(signIn().withRecoveryCode({ token, code: recoveryCodes[0]! }, aCaller()))).toMatchObject({
      code: 'identity.wrong-recovery-code',
    });
  });

  it('gives new recovery codes for a code of the authenticator; the old ones are void', async () => {
    const person = await people.add(site);
    const enrolled = await people.enrol((await people.signIn(person)).token);
    expect(
      await failure(signIn().renewRecoveryCodes({ token: enrolled.token, code: '00000x' }, aCaller())),
    ).toMatchObject({ code: 'identity.wrong-code' });
    const { recoveryCodes } = await signIn().renewRecoveryCodes(
      { token: enrolled.token, code: codeOf(enrolled.secret, 1) },
      aCaller(),
    );
    expect(recoveryCodes).toHaveLength(10);
    const { token } = await people.signIn(person);
    expect(
      await failure(signIn().withRecoveryCode({ token, code: enrolled.recoveryCodes[0]! }, aCaller())),
    ).toMatchObject({ code: 'identity.wrong-recovery-code' });
    expect(await signIn().withRecoveryCode({ token, code: recoveryCodes[0]! }, aCaller())).toMatchObject({
      step: 'open',
    });
  });
});
