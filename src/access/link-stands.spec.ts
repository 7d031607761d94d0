import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../test/builders.js';
import { aDesk, type TestDesk } from '../../test/desk.js';
import { said } from '../../test/desk-people.js';
import { aGrant, anAccount, aPerson, deskOf } from '../../test/people.js';
import { aPlatform, type TestPlatform } from '../../test/platform.js';
import { PLATFORM_TENANT } from '../kernel/database/scope.js';
import { AdministerAccount } from './account/administer-account.js';
import type { DeskSession } from './desk-session.js';
import { GiveGrant } from './grant/give-grant.js';

let platform: TestPlatform;
let desk: TestDesk;
let site: BuiltSite;
let accounts: AdministerAccount;
let give: GiveGrant;
let count = 0;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
  site = await aSite(platform, { slug: 'nongan', channels: ['zwgk/jy'] });
  accounts = new AdministerAccount(platform.work, platform.calendar);
  give = new GiveGrant(platform.work, platform.calendar);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

/** Somebody invited, and their link, which whoever invites them has seen. */
async function invited(by: DeskSession) {
  count += 1;
  return accounts.invite(by, {
    tenantId: site.tenantId,
    organId: null,
    word: `guest${count}`,
    name: '李四',
    email: '',
    telephone: '',
    kind: 'staff',
    endsOn: null,
    grant: null,
  });
}
const opens = async (token: string) => (await desk.nobody.get(`/invitation/${token}`)).status;

describe('a one-time link', () => {
  it('is void once its account was given by others what its maker could not have given; one made by those over it is good', async () => {
    const { ctx: administrator } = await aPerson(platform, site, 'tenant-administrator');
    const security = await anAccount(platform);
    await aGrant(platform, security, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const above = await deskOf(platform, security);
    const link = await invited(administrator);
    expect(await opens(link.token)).toBe(200);
    await give.run(above, { accountId: link.accountId, tenantId: PLATFORM_TENANT, role: 'auditor', scope: 'platform' });
    const refused = await desk.nobody.get(`/invitation/${link.token}`);
    expect([refused.status, said(refused.body)]).toEqual([410, expect.stringContaining('重新生成')]);
    const password = 'Chunfeng-42-huayu';
    expect((await desk.nobody.post(`/invitation/${link.token}`, { password, again: password })).status).toBe(410);
    await expect(accounts.inviteAgain(administrator, link.accountId)).rejects.toMatchObject({
      code: 'access.above-you',
    });
    expect(await opens((await accounts.inviteAgain(above, link.accountId)).token)).toBe(200);
  });

  it('stands while what was given since is no more than that, by whomever', async () => {
    const { ctx: administrator } = await aPerson(platform, site, 'tenant-administrator');
    const { ctx: colleague } = await aPerson(platform, site, 'tenant-administrator');
    const link = await invited(administrator);
    const here = { accountId: link.accountId, tenantId: site.tenantId };
    await give.run(administrator, { ...here, siteId: site.id, role: 'reviewer', scope: 'site' });
    await give.run(colleague, { ...here, role: 'editor-in-chief', scope: 'tenant' });
    expect(await opens(link.token)).toBe(200);
  });

  it('of whoever invites people to one channel opens nothing of the site', async () => {
    const { ctx: manager } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' });
    const { ctx: administrator } = await aPerson(platform, site, 'tenant-administrator');
    const link = await invited(administrator);
    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    await superuser.query('UPDATE invitation SET created_by = $2 WHERE account_id = $1', [
      link.accountId,
      manager.account.login,
    ]);
    await superuser.end();
    const here = { accountId: link.accountId, tenantId: site.tenantId, siteId: site.id };
    await give.run(administrator, {
      ...here,
      channelId: site.channels['zwgk/jy'],
      role: 'editor',
      scope: 'channel',
    });
    expect(await opens(link.token)).toBe(200);
    await give.run(administrator, { ...here, role: 'editor', scope: 'site' });
    expect(await opens(link.token)).toBe(410);
  });
});
