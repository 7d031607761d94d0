import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { People, type Person } from '../../../test/signing-in.js';
import type { Mail } from '../../kernel/mail/mailer.js';
import { unlockAccount } from './lock-account.js';

let platform: TestPlatform;
let people: People;
let site: BuiltSite;
const mails: Mail[] = [];

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform, { mailer: { send: async (mail) => void mails.push(mail) } });
  site = await aSite(platform);
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

/** As if that many days had passed over the account. */
const sleep = ({ id }: Person, days: number) =>
  people.superuser.query(
    `UPDATE account SET created_at = created_at - make_interval(days => $2), last_seen_at = last_seen_at - make_interval(days => $2),
       dormancy_told_at = dormancy_told_at - make_interval(days => $2) WHERE id = $1`,
    [id, days],
  );
const run = () => people.identity.dormancy.run({ kind: 'system', name: '每日检查' });
const stateOf = async ({ id }: Person) =>
  (await people.superuser.query('SELECT state, locked_for FROM account WHERE id = $1', [id])).rows[0];
const ids = (found: { id: string }[]) => found.map(({ id }) => id);

it('tells who has not come for 76 days, once, by mail where there is an address; and locks 14 days later', async () => {
  const [person, mute] = [await people.add(site, { email: 'liwen@gov.example' }), await people.add(site)];
  for (const one of [person, mute]) await people.signIn(one);
  for (const one of [person, mute]) await sleep(one, 75);
  expect(await run()).toEqual({ told: [], locked: [] });
  for (const one of [person, mute]) await sleep(one, 1);
  const first = await run();
  const lockedOn = platform.calendar.day(new Date(Date.now() + 14 * 86_400_000));
  expect(first.locked).toEqual([]);
  expect(first.told.sort((a, b) => a.login.localeCompare(b.login))).toMatchObject([
    { id: person.id, lockedOn, mailed: 'sent' },
    { id: mute.id, lockedOn, mailed: 'no-address' },
  ]);
  expect(mails).toEqual([
    {
      to: 'liwen@gov.example',
      subject: expect.stringContaining(lockedOn),
      text: expect.stringContaining(person.login),
    },
  ]);
  expect(await run()).toEqual({ told: [], locked: [] });
  for (const one of [person, mute]) await sleep(one, 13);
  expect(await run()).toEqual({ told: [], locked: [] });
  for (const one of [person, mute]) await sleep(one, 1);
  const last = await run();
  expect([ids(last.told), ids(last.locked).sort()]).toEqual([[], ids([person, mute]).sort()]);
  expect(last.locked[0]).toMatchObject({ why: 'dormant' });
  expect(await stateOf(person)).toEqual({ state: 'locked', locked_for: 'dormant' });
  expect((await people.acts(person)).map(({ act, actor }) => [act, actor]).slice(-2)).toEqual([
    ['account.dormancy-told', '每日检查'],
    ['account.locked', '每日检查'],
  ]);
  expect(await run()).toEqual({ told: [], locked: [] });
});

it('locks nobody who was not told, however long they slept', async () => {
  const person = await people.add(site);
  await sleep(person, 400);
  expect(ids((await run()).told)).toEqual([person.id]);
  expect(await stateOf(person)).toMatchObject({ state: 'open' });
  await sleep(person, 14);
  expect(ids((await run()).locked)).toEqual([person.id]);
});

it('lets those be who came back after they were told', async () => {
  const person = await people.add(site);
  await sleep(person, 80);
  expect(ids((await run()).told)).toEqual([person.id]);
  await people.signIn(person);
  await sleep(person, 20);
  expect(await run()).toEqual({ told: [], locked: [] });
  await sleep(person, 56);
  expect(ids((await run()).told)).toEqual([person.id]);
});

it('gives who is unlocked 14 days to come', async () => {
  const person = await people.add(site);
  await sleep(person, 90);
  await run();
  await sleep(person, 14);
  expect(ids((await run()).locked)).toEqual([person.id]);
  await people.cluster((tx) =>
    unlockAccount(tx, person, { reason: '休假回来', today: platform.calendar.day(new Date()) }),
  );
  expect(await run()).toEqual({ told: [], locked: [] });
  await sleep(person, 14);
  expect(ids((await run()).locked)).toEqual([person.id]);
});

it('locks accounts on the day after their last, also those that were never used', async () => {
  const [person, invited, ongoing] = [
    await people.add(site),
    await people.add(site, { password: null }),
    await people.add(site),
  ];
  const today = platform.calendar.day(new Date());
  const yesterday = platform.calendar.day(new Date(Date.now() - 86_400_000));
  await people.superuser.query('UPDATE account SET ends_on = $2 WHERE id = ANY ($1)', [
    [person.id, invited.id],
    yesterday,
  ]);
  await people.superuser.query('UPDATE account SET ends_on = $2 WHERE id = $1', [ongoing.id, today]);
  const { locked } = await run();
  expect(ids(locked).sort()).toEqual(ids([person, invited]).sort());
  expect(locked.map(({ why }) => why)).toEqual(['ended', 'ended']);
  expect(await stateOf(person)).toEqual({ state: 'locked', locked_for: 'ended' });
});

it('does nothing twice when two processes run it at once', async () => {
  const persons = await Promise.all(Array.from({ length: 5 }, () => people.add(site)));
  for (const person of persons) await sleep(person, 80);
  const told = (await Promise.all([run(), run(), run()])).flatMap((one) => ids(one.told));
  expect(told.sort()).toEqual(ids(persons).sort());
  for (const person of persons) await sleep(person, 14);
  const locked = (await Promise.all([run(), run(), run()])).flatMap((one) => ids(one.locked));
  expect(locked.sort()).toEqual(ids(persons).sort());
});
