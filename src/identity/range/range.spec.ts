import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aCaller, People } from '../../../test/signing-in.js';
import { addRange, listRanges, readRange, removeRange } from './sign-in-ranges.js';

let platform: TestPlatform;
let people: People;

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform);
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

const add = (site: BuiltSite, range: string, own: string | null = null, note = '') =>
  platform.work.run(scopeOf(site.tenantId), (tx) => addRange(tx, { range, note }, own));
const remove = (site: BuiltSite, id: string, own: string | null = null) =>
  platform.work.run(scopeOf(site.tenantId), (tx) => removeRange(tx, id, own));
const ranges = async (site: BuiltSite) =>
  (await platform.work.run(scopeOf(site.tenantId), listRanges)).map(({ range }) => range);

it.each([
  ['10.20.3.4/16', '10.20.3.4/16'],
  [' 192.0.2.8 ', '192.0.2.8/32'],
  ['2001:DB8::/32', '2001:db8::/32'],
  ['2001:db8::1', '2001:db8::1/128'],
])('reads %s', (written, read) => {
  expect(readRange(written)).toBe(read);
});

it.each([
  '',
  'office',
  '10.20.0.0/33',
  '10.20.0.0/',
  '10.20.0.0/-1',
  '10.20.0.0/16/8',
  '10.20.0/16',
  '2001:db8::/129',
  '10.0.0.0-10.0.0.9',
])('refuses the range %s', (written) => {
  expect(() => readRange(written)).toThrow(expect.objectContaining({ code: 'identity.range-form' }));
});

it('refuses a range of everything: for that there are none', () => {
  for (const written of ['0.0.0.0/0', '::/0'])
    expect(() => readRange(written)).toThrow(expect.objectContaining({ code: 'identity.range-everything' }));
});

it('keeps the network, once, audits adding and removing, and lists what is in sight', async () => {
  const [site, other] = [await aSite(platform), await aSite(platform)];
  const made = await add(site, '10.20.3.4/16', null, ' 办公网 ');
  expect(made).toMatchObject({ range: '10.20.0.0/16', note: '办公网' });
  await expect(add(site, '10.20.9.9/16')).rejects.toMatchObject({ code: 'identity.range-taken' });
  await add(other, '10.20.0.0/16');
  const both = await platform.work.run(
    { kind: 'subtree', actor: OPERATOR, tenantIds: [site.tenantId, other.tenantId] },
    listRanges,
  );
  expect([(await ranges(site)).length, both.length]).toEqual([1, 2]);
  await expect(remove(other, made.id)).rejects.toMatchObject({ code: 'identity.range-missing', status: 404 });
  await expect(remove(site, 'nonsense')).rejects.toMatchObject({ code: 'identity.range-missing' });
  await remove(site, made.id);
  expect(await ranges(site)).toEqual([]);
  expect((await people.acts({ tenantId: site.tenantId })).map(({ act, detail }) => [act, detail.name])).toEqual([
    ['range.added', '10.20.0.0/16'],
    ['range.removed', '10.20.0.0/16'],
  ]);
});

it('does not let an administrator shut themselves out', async () => {
  const site = await aSite(platform);
  await expect(add(site, '10.20.0.0/16', '198.51.100.1')).rejects.toMatchObject({
    code: 'identity.range-excludes-you',
  });
  expect(await ranges(site)).toEqual([]);
  const own = await add(site, '198.51.100.0/24', '198.51.100.1');
  const office = await add(site, '10.20.0.0/16', '198.51.100.1');
  await expect(remove(site, own.id, '198.51.100.1')).rejects.toMatchObject({ code: 'identity.range-excludes-you' });
  await remove(site, office.id, '198.51.100.1');
  // Without any, everybody comes in from everywhere.
  await remove(site, own.id, '198.51.100.1');
});

it('does not let two administrators shut out each other at the same moment', async () => {
  const site = await aSite(platform);
  const [one, other] = [await add(site, '10.1.0.0/16'), await add(site, '10.2.0.0/16')];
  await add(site, '10.3.0.0/16');
  const outcomes = await Promise.allSettled([remove(site, one.id, '10.2.0.1'), remove(site, other.id, '10.1.0.1')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await ranges(site)).toHaveLength(2);
});

describe('signing in', () => {
  it('from elsewhere is refused to those whose duties ask for a second factor, with a sentence and in the audit', async () => {
    const site = await aSite(platform);
    await add(site, '10.20.0.0/16');
    const [bound, editor] = [await people.add(site), await people.add(site)];
    people.duties.demand(bound, { secondFactor: true });
    await expect(people.signIn(bound, { address: '198.51.100.1' })).rejects.toMatchObject({
      code: 'identity.outside-ranges',
      message: expect.stringContaining('198.51.100.1'),
    });
    expect((await people.acts(bound)).at(-1)).toMatchObject({
      act: 'sign-in.refused',
      detail: { why: 'outside-ranges' },
    });
    expect(await people.signIn(bound, { address: '10.20.1.1' })).toMatchObject({ step: 'enrol' });
    expect(await people.signIn(editor, { address: '198.51.100.1' })).toMatchObject({ step: 'open' });
  });

  it('goes on from where it began: a session that moves out of the ranges answers as none', async () => {
    const site = await aSite(platform);
    await add(site, '10.20.0.0/16');
    const bound = await people.add(site);
    people.duties.demand(bound, { secondFactor: true });
    const { token } = await people.signIn(bound, { address: '10.20.1.1' });
    const { secret } = await people.identity.signIn.startEnrolment(token);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    await expect(
      people.identity.signIn.confirmEnrolment({ token, code: '123456' }, aCaller({ address: '198.51.100.1' })),
    ).rejects.toMatchObject({ code: 'identity.session-gone' });
  });
});
