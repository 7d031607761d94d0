import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aCaller, codeOf, People, type Person } from '../../../test/signing-in.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { preparePlatformAccount } from '../account/prepare-platform-account.js';
import type { Caller } from '../setting.js';
import { addressGroup, plainAddress } from './address-group.js';
import { DEVICE_SECONDS, deviceCookie, knownDevice } from './device-cookie.js';
import { pruneThrottle } from './throttle.js';

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

/** What comes of some attempts, one after the other. */
async function attempts(times: number, form: { login: string; password: string }, caller: Partial<Caller> = {}) {
  const codes: string[] = [];
  for (let i = 0; i < times; i++) codes.push(await attempt(form, caller));
  return codes;
}
const attempt = (form: { login: string; password: string }, caller: Partial<Caller> = {}) =>
  people.identity.signIn.withPassword(form, aCaller(caller)).then(
    ({ step }) => step,
    ({ code }) => String(code).replace('identity.', ''),
  );
const wrong = (person: Pick<Person, 'login'>) => ({ login: person.login, password: 'Wrong-9!vqRm' });
const times = (count: number, code: string) => Array.from({ length: count }, () => code);
const later = (minutes: number) =>
  people.superuser.query(
    'UPDATE throttle SET since = since - make_interval(mins => $1), blocked_until = blocked_until - make_interval(mins => $1)',
    [minutes],
  );
const minutesSaid = async (form: { login: string; password: string }, address: string) => {
  const error = await people.identity.signIn.withPassword(form, aCaller({ address })).catch((thrown) => thrown);
  return Number(/在 (\d+) 分钟后/.exec(error.message)?.[1]);
};

it('holds off an address after five wrong passwords for an account: 15 minutes, then twice as long, up to two hours', async () => {
  const person = await people.add(site);
  const address = '192.0.2.10';
  expect(await attempts(5, wrong(person), { address })).toEqual([...times(4, 'wrong-password'), 'too-many-attempts']);
  expect(await attempt(person, { address })).toBe('too-many-attempts');
  for (const [waited, minutes] of [
    [15, 30],
    [30, 60],
    [60, 120],
    [120, 120],
  ] as const) {
    await later(waited);
    await attempts(5, wrong(person), { address });
    expect(await minutesSaid(person, address)).toBe(minutes);
  }
  await later(120);
  expect(await attempt(person, { address })).toBe('open');
  expect(await attempts(4, wrong(person), { address })).toEqual(times(4, 'wrong-password'));
});

it('does not hold off the account from elsewhere, nor others from there', async () => {
  const [person, other] = [await people.add(site), await people.add(site)];
  await attempts(5, wrong(person), { address: '192.0.2.11' });
  expect(await attempt(person, { address: '192.0.2.12' })).toBe('open');
  expect(await attempt(other, { address: '192.0.2.11' })).toBe('open');
});

it('treats a name that nobody has just the same', async () => {
  const person = await people.add(site);
  const nobody = { login: 'nongan-nobody1', password: 'x' };
  const address = '192.0.2.13';
  const [known, unknown] = [await attempts(7, wrong(person), { address }), await attempts(7, nobody, { address })];
  expect(unknown).toEqual(known);
  expect(await attempt(nobody, { address: '192.0.2.14' })).toBe('wrong-password');
});

it('counts guesses that come all at once as many, not as one', async () => {
  const person = await people.add(site);
  const address = '192.0.2.15';
  const codes = await Promise.all(Array.from({ length: 20 }, () => attempt(wrong(person), { address })));
  expect(codes.filter((code) => code === 'wrong-password')).toHaveLength(4);
  expect((await people.acts(person)).filter(({ act }) => act === 'sign-in.refused')).toHaveLength(5);
});

it('holds off an address that tries many names, and counts IPv6 by the network of 64 bits', async () => {
  const person = await people.add(site);
  const from = (i: number) => ({ address: `2001:db8:5:6::${i.toString(16)}` });
  const codes: string[] = [];
  for (let i = 0; i < 51; i++) codes.push(await attempt({ login: `nongan-guess${i}`, password: 'x' }, from(i)));
  expect(codes).toEqual([...times(49, 'wrong-password'), ...times(2, 'too-many-attempts')]);
  expect(await attempt(person, from(99))).toBe('too-many-attempts');
  expect(await attempt(person, { address: '2001:db8:5:7::1' })).toBe('open');
  await later(10);
  expect(await attempt(person, from(99))).toBe('open');
});

describe('somebody who guesses from many addresses', () => {
  let person: Person;
  let device: string | null;

  beforeAll(async () => {
    person = await people.add(site);
    device = (await people.signIn(person)).device;
    for (let i = 0; i < 20; i++) await attempt(wrong(person));
  });

  it('keeps new devices waiting', async () => {
    expect(await attempt(person)).toBe('too-many-attempts');
    expect(await attempt(person, { device: 'nonsense' })).toBe('too-many-attempts');
  });

  it('does not shut out the owner, who comes with a browser that was here before, from wherever', async () => {
    expect(await attempt(person, { device })).toBe('open');
    expect(await attempt(person, { device, address: '198.51.100.7' })).toBe('open');
  });

  it('does not shut them out from the very address that the guesses come from', async () => {
    const shared = '198.51.100.8';
    await attempts(6, wrong(person), { address: shared });
    for (let i = 0; i < 50; i++) await attempt({ login: `nongan-other${i}`, password: 'x' }, { address: shared });
    expect(await attempt(await people.add(site), { address: shared })).toBe('too-many-attempts');
    expect(await attempt(person, { address: shared, device })).toBe('open');
  });

  it('is not let in by the browser of another account', async () => {
    const other = await people.signIn(await people.add(site));
    expect(await attempt(person, { device: other.device })).toBe('too-many-attempts');
  });

  it('is forgotten after an hour', async () => {
    await later(61);
    expect(await attempt(person)).toBe('open');
  });
});

it('holds off a known browser too, by itself, after five wrong passwords', async () => {
  const person = await people.add(site);
  const { device } = await people.signIn(person);
  expect(await attempts(5, wrong(person), { device })).toEqual([...times(4, 'wrong-password'), 'too-many-attempts']);
  expect(await attempt(person, { device })).toBe('too-many-attempts');
  expect(await attempt(person)).toBe('open');
});

it('takes a right password back from the count, and leaves the wrong ones before it until the desk is open', async () => {
  const person = await people.add(site);
  people.duties.demand(person, { secondFactor: true });
  const { secret } = await people.enrol((await people.signIn(person)).token);
  const address = '192.0.2.20';
  await attempts(3, wrong(person), { address });
  expect(await attempts(4, person, { address })).toEqual(times(4, 'code'));
  expect(await attempt(wrong(person), { address })).toBe('wrong-password');
  const { token } = await people.signIn(person, { address });
  await people.identity.signIn.withCode({ token, code: codeOf(secret, 1) }, aCaller({ address }));
  expect(await attempts(4, wrong(person), { address })).toEqual(times(4, 'wrong-password'));
});

it('audits a lock-out once, with its minutes, and no attempt that is held off', async () => {
  const person = await people.add(site);
  await attempts(12, wrong(person), { address: '192.0.2.21' });
  const acts = await people.acts(person);
  expect(acts.map(({ act }) => act)).toEqual(['account.created', ...times(5, 'sign-in.refused'), 'sign-in.held-off']);
  expect(acts.at(-1)?.detail).toMatchObject({ minutes: 15 });
});

it('lets the machine’s operator bring an account back at once', async () => {
  const prepare = () =>
    people.cluster((tx) => preparePlatformAccount(platform.secretKey)(tx, { login: 'auditor', name: '审计员' }));
  await prepare();
  for (let i = 0; i < 20; i++) await attempt({ login: 'auditor', password: 'Wrong-9!vqRm' });
  const made = await prepare();
  expect(await attempt(made)).toBe('new-password');
  expect((await people.acts({ tenantId: PLATFORM_TENANT, id: made.accountId })).at(-1)?.act).toBe('sign-in.first-step');
});

it('keeps nothing that names anybody, and forgets what is over', async () => {
  const person = await people.add(site);
  await attempts(5, wrong(person), { address: '192.0.2.22' });
  const { rows } = await people.superuser.query('SELECT key FROM throttle');
  expect(rows.every(({ key }) => key.length === 32)).toBe(true);
  await later(2 * 24 * 60 + 1);
  expect(await people.cluster(pruneThrottle)).toBe(rows.length);
  await attempt(wrong(person), { address: '192.0.2.22' });
  expect(await people.cluster(pruneThrottle)).toBe(0);
});

describe('a device cookie', () => {
  const SECRET = 'a secret of these tests, known to all';
  const owner = { id: 'a', passwordSetAt: new Date('2026-11-01T00:00:00Z') };
  const cookie = deviceCookie(SECRET, owner, null);

  it('knows the browser again, for that account and password alone', () => {
    const device = knownDevice(SECRET, owner, cookie);
    expect(device).toMatch(/^[\w-]{16}$/);
    expect(knownDevice(SECRET, { ...owner, id: 'b' }, cookie)).toBeNull();
    expect(knownDevice(SECRET, { ...owner, passwordSetAt: new Date() }, cookie)).toBeNull();
    expect(knownDevice('another secret of these tests, as long', owner, cookie)).toBeNull();
    expect(knownDevice(SECRET, owner, deviceCookie(SECRET, owner, cookie))).toBe(device);
  });

  it('is worth nothing when a character of it was altered', () => {
    for (let at = 0; at < cookie.length; at++) {
      const other = cookie[at] === 'A' ? 'B' : 'A';
      const altered = `${cookie.slice(0, at)}${other}${cookie.slice(at + 1)}`;
      // The last character of base64url carries bits that say nothing.
      if (at < cookie.length - 1) expect([at, knownDevice(SECRET, owner, altered)]).toEqual([at, null]);
    }
  });

  it('lasts 180 days', () => {
    const real = Date.now;
    try {
      Date.now = () => real() + (DEVICE_SECONDS - 60) * 1000;
      expect(knownDevice(SECRET, owner, cookie)).not.toBeNull();
      Date.now = () => real() + (DEVICE_SECONDS + 60) * 1000;
      expect(knownDevice(SECRET, owner, cookie)).toBeNull();
    } finally {
      Date.now = real;
    }
  });

  it('serves up to four people who share a browser', () => {
    const owners = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, passwordSetAt: null }));
    const shared = owners.reduce<string | null>((kept, one) => deviceCookie(SECRET, one, kept), null);
    expect(owners.map((one) => knownDevice(SECRET, one, shared) !== null)).toEqual([false, true, true, true, true]);
    expect(shared!.length).toBeLessThan(400);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', 'unknown'],
  ['nonsense', 'unknown'],
])('counts the address %s as %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
  expect(plainAddress(address) === null).toBe(group === 'unknown');
});
