import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aGrant, anAccount, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';

let platform: TestPlatform;
let desk: TestDesk;
let site: BuiltSite;
let other: BuiltSite;
let account: BuiltAccount;
let seat: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  site = await aSite(platform, { slug: 'nongan' });
  other = await aSite(platform, { slug: 'dehui' });
  desk = await aDesk(platform);
});

beforeEach(async () => {
  account = await anAccount(platform);
  for (const { tenantId } of [site, other])
    await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId });
  seat = await desk.as(account);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

/** Where a list leads; null: it is shown as it was asked for. */
const leads = async (path: string): Promise<string | null> => (await seat.get(path)).headers.location ?? null;

it.each([
  ['/accounts', 'q=zhang&state=open&sort=seen'],
  ['/grants', 'role=editor'],
  ['/sites', 'q=nongan&kind=portal&sort=name'],
  ['/tenants', 'q=nongan&level=county'],
])('%s comes as it was last looked at', async (path, asked) => {
  expect(await leads(path)).toBeNull();
  expect(await leads(`${path}?${asked}`)).toBeNull();
  expect(await leads(path)).toBe(`${path}?${asked}`);
  expect(await leads(`${path}?page=2`)).toContain(asked);
  expect(await leads(`${path}?all=1`)).toBe(path);
  expect(await leads(path)).toBeNull();
});

it('forgets when a form is sent with nothing filled in, as a browser without scripts sends it', async () => {
  await seat.get('/accounts?q=zhang');
  expect(await leads('/accounts?q=&state=&kind=')).toBeNull();
  expect(await leads('/accounts')).toBeNull();
});

it('takes the last filter off by an address that does not bring it back', async () => {
  const page = (await seat.get('/sites?q=nongan')).body;
  const [, href] = /class="chip" href="([^"]+)"/.exec(page)!;
  expect(await leads(href!.replaceAll('&amp;', '&'))).toBe('/sites');
  expect(await leads('/sites')).toBeNull();
});

it('is of one session: another one of the same person begins anew', async () => {
  await seat.get('/accounts?q=zhang');
  seat = await desk.as(account);
  expect(await leads('/accounts')).toBeNull();
});

it('remembers the channels of each site by themselves', async () => {
  await seat.post('/sites/switch', { site: site.id });
  await seat.get('/channels?q=ywdt');
  expect(await leads('/channels')).toBe('/channels?q=ywdt');
  await seat.post('/sites/switch', { site: other.id });
  expect(await leads('/channels')).toBeNull();
});
