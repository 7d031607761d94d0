import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, noticeOf, type TestDesk } from '../../../test/desk.js';
import { said } from '../../../test/desk-people.js';
import { fieldsOf } from '../../../test/form-fields.js';
import { aGrant, anAccount, anOrgan, aPerson, type BuiltAccount, deskOf } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { Charges } from '../../access/charge/charges.js';
import type { Role } from '../../authority/role.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { type Blueprint, loadBlueprints } from '../../tenancy/plan/blueprint.js';
import { CreateChannel } from './create-channel.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let here: BuiltSite;
let there: BuiltSite;
let blueprints: Map<Blueprint['kind'], Blueprint>;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  desk = await aDesk(platform);
  blueprints = await loadBlueprints(`${projectRoot}/blueprints`);
});

beforeEach(async () => {
  here = await aSite(platform, { channels: ['ywdt', 'zwgk/jy'] });
  there = await aSite(platform, { channels: ['ywdt'] });
});

afterAll(async () => {
  await desk?.close();
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;

async function signedIn(account: BuiltAccount): Promise<Browser> {
  const browser = await desk.as(account);
  await rows('UPDATE session SET site_tenant_id = $2, site_id = $3 WHERE account_id = $1', [
    account.id,
    here.tenantId,
    here.id,
  ]);
  return browser;
}
type Over = Parameters<typeof aPerson>[3];
type More = Parameters<typeof aPerson>[4];
const seated = async (role: Role, over: Over, more: More = {}): Promise<Browser> =>
  signedIn((await aPerson(platform, here, role, over, more)).account);
const administrator = () => seated('tenant-administrator', 'tenant');
/** Somebody of the education bureau, who holds nothing yet. */
const bureau = async (over: Parameters<typeof anAccount>[1] = {}): Promise<BuiltAccount> =>
  anAccount(platform, { tenantId: here.tenantId, organId: await anOrgan(platform, here.tenantId), ...over });

/** What is held over the channels of the site, and by whom. */
const held = () =>
  rows(
    `SELECT c.path, g.account_id, g.role, g.scope, g.may_give_on, g.ends_at, g.tenant_id FROM access_grant g
     JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id WHERE c.site_id = $1 AND c.path LIKE '%xin%'`,
    [here.id],
  );
const channels = () => rows(`SELECT path FROM channel WHERE site_id = $1 AND path LIKE '%xin%'`, [here.id]);
const written = () =>
  rows('SELECT act, subject, detail FROM audit WHERE tenant_id = $1 ORDER BY position DESC LIMIT 2', [here.tenantId]);

describe('a new channel is handed over as it is made', () => {
  it('says beforehand what the one in charge gets, and gives it in the same step', async () => {
    const person = await bureau();
    const seat = await administrator();
    const form = said((await seat.get('/channels/new')).body);
    expect(form).toContain('交给谁管理');
    expect(form).toContain('栏目管理员（可以转授）');
    expect(form).toContain('在自己的栏目之下设栏目、请编辑、定审核人。');
    expect(form).toContain(`${person.name}（教育局）`);

    const done = await seat.post('/channels', { name: '教育', slug: 'xin', charge: person.login });
    expect(done.status).toBe(303);
    expect(noticeOf(platform, done)?.text).toContain(`${person.name}已是栏目管理员`);
    expect(await held()).toEqual([
      {
        path: 'xin',
        account_id: person.id,
        role: 'channel-manager',
        scope: 'channel',
        may_give_on: true,
        ends_at: null,
        tenant_id: here.tenantId,
      },
    ]);
    const [created, given] = await written();
    expect(created).toMatchObject({ act: 'channel.created', detail: { inCharge: person.login } });
    expect(given).toMatchObject({
      act: 'grant.given',
      subject: `account:${person.id}`,
      detail: { role: 'channel-manager', mayGiveOn: true, place: `${here.label} › ${here.label}人民政府 › 教育` },
    });
    // Theirs at once: they go on below it.
    const theirs = await signedIn(person);
    const [made] = await rows<{ id: string }>(`SELECT id FROM channel WHERE site_id = $1 AND path = 'xin'`, [here.id]);
    expect((await theirs.post('/channels', { name: '考试', slug: 'ks', parentId: made!.id })).status).toBe(303);
  });

  it('is made on the site that its form was opened for, whatever site was entered meanwhile', async () => {
    const person = await bureau();
    const { account } = await aPerson(platform, here, 'tenant-administrator', 'tenant');
    const { tenantId } = there;
    await aGrant(platform, account, { role: 'tenant-administrator', scope: 'tenant', tenantId, mayGiveOn: true });
    const seat = await signedIn(account);
    const fields = fieldsOf((await seat.get('/channels/new')).body, '/channels');
    const form = { ...fields, name: '教育', slug: 'xin', charge: person.login };
    // In another window.
    await seat.post('/sites/switch', { site: there.id });
    const refused = await seat.post('/channels', form);
    expect(refused.status).toBe(422);
    expect(said(refused.body)).toContain(`进入了“${there.label}人民政府”`);
    expect(await rows(`SELECT FROM channel WHERE path = 'xin' AND site_id = $1`, [there.id])).toEqual([]);
    await seat.post('/sites/switch', { site: here.id });
    expect((await seat.post('/channels', form)).status).toBe(303);
    expect(await held()).toMatchObject([{ path: 'xin', account_id: person.id, tenant_id: here.tenantId }]);
  });

  it('takes a name, and tells namesakes apart by their sign-in names', async () => {
    const person = await bureau({ name: '王芳' });
    const seat = await administrator();
    expect((await seat.post('/channels', { name: '教育', slug: 'xin', charge: '王芳' })).status).toBe(303);
    const other = await bureau({ name: '王芳' });
    const asked = await seat.post('/channels', { name: '体育', slug: 'xin2', charge: '王芳' });
    expect(asked.status).toBe(422);
    expect(said(asked.body)).toContain(`叫“王芳”的不止一人：${[person.login, other.login].sort().join('、')}`);
    expect(asked.body).toContain('value="王芳"');
    expect(await channels()).toEqual([{ path: 'xin' }]);
  });

  it('gives nothing when nobody is named', async () => {
    const seat = await administrator();
    expect((await seat.post('/channels', { name: '教育', slug: 'xin', charge: ' ' })).status).toBe(303);
    expect(await channels()).toEqual([{ path: 'xin' }]);
    expect(await held()).toEqual([]);
  });

  it('lasts no longer than what the giver holds', async () => {
    const endsAt = new Date(Date.now() + 40 * 86_400_000);
    endsAt.setUTCHours(16, 0, 0, 0);
    const seat = await seated('tenant-administrator', 'tenant', { endsAt });
    const person = await bureau();
    expect(said((await seat.get('/channels/new')).body)).toMatch(/到 \d{4}-\d\d-\d\d 为止，与您自己的授权相同/);
    expect((await seat.post('/channels', { name: '教育', slug: 'xin', charge: person.login })).status).toBe(303);
    expect(await held()).toEqual([expect.objectContaining({ ends_at: endsAt })]);
  });
});

describe('what is not given makes no channel either', () => {
  const refused = async (seat: Browser, charge: string, over: Record<string, string> = {}) => {
    const answer = await seat.post('/channels', { name: '新栏目', slug: 'xin', charge, ...over });
    expect([charge, answer.status]).toEqual([charge, 422]);
    expect(await channels()).toEqual([]);
    expect(await held()).toEqual([]);
    expect((await written())[0]?.act).not.toBe('channel.created');
    return answer.body;
  };

  it('a stranger’s account is answered as none', async () => {
    const stranger = await anAccount(platform, { tenantId: there.tenantId, name: '赵外人' });
    const seat = await administrator();
    const [theirs, none] = [await refused(seat, stranger.login), await refused(seat, 'nobody-at-all')];
    expect(theirs.replaceAll(stranger.login, '…')).toBe(none.replaceAll('nobody-at-all', '…'));
    expect(said(theirs)).toContain(`没有登录名或姓名是“${stranger.login}”的账号`);
    expect(said(await refused(seat, '赵外人'))).toContain('没有登录名或姓名是“赵外人”的账号');
    expect(await refused(seat, stranger.id)).not.toContain('赵外人');
    expect((await seat.get('/channels/new')).body).not.toContain(stranger.login);
  });

  it('oneself, and accounts that are locked or closed', async () => {
    const { account } = await aPerson(platform, here, 'tenant-administrator', 'tenant');
    const seat = await signedIn(account);
    expect(said(await refused(seat, account.login))).toContain('不能给自己授权');
    const locked = await bureau();
    await rows(`UPDATE account SET state = 'locked', locked_for = 'hand' WHERE id = $1`, [locked.id]);
    expect(said(await refused(seat, locked.login))).toContain(`账号“${locked.login}”已锁定`);
    const closed = await bureau({ state: 'closed' });
    expect(said(await refused(seat, closed.login))).toContain(`账号“${closed.login}”已注销`);
  });

  it('who may make a channel and not give it is told so on the form, and sends it in vain', async () => {
    const organId = await anOrgan(platform, here.tenantId);
    const colleague = await bureau({ organId });
    const seats = [
      await seated('contractor', 'site', { organId }),
      await seated('channel-manager', 'site', { organId, mayGiveOn: false }),
    ];
    for (const seat of seats) {
      const form = await seat.get('/channels/new');
      expect(said(form.body)).toContain('您不能在这里授予“栏目管理员”');
      expect(form.body).not.toContain('name="charge"');
      expect(form.body).not.toContain(colleague.login);
      expect(said(await refused(seat, colleague.login))).toContain('您不能在这里授予“栏目管理员”');
    }
  });

  it('is judged where the channel stands: not in one’s power there, whatever one may elsewhere', async () => {
    const organId = await anOrgan(platform, here.tenantId);
    const colleague = await bureau({ organId });
    const { account } = await aPerson(platform, here, 'channel-manager', { channel: 'zwgk/jy' }, { organId });
    await superuser.query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, ends_at, given_by)
       VALUES ($1, gen_random_uuid(), $1, $2, 'contractor', 'site', $3, now() + interval '9 days', 'x')`,
      [here.tenantId, account.id, here.id],
    );
    const seat = await signedIn(account);
    expect(said(await refused(seat, colleague.login))).toContain('您不能在这里授予“栏目管理员”');
    const own = { name: '新栏目', slug: 'xin', charge: colleague.login, parentId: here.channels['zwgk/jy']! };
    expect((await seat.post('/channels', own)).status).toBe(303);
    expect(await held()).toEqual([expect.objectContaining({ path: 'zwgk/jy/xin', account_id: colleague.id })]);
  });

  it('a role that is smuggled in is never looked at', async () => {
    const person = await bureau();
    const seat = await administrator();
    const answer = await seat.post('/channels', {
      ...{ name: '教育', slug: 'xin', charge: person.login },
      ...{ role: 'tenant-administrator', scope: 'tenant', over: 'tenant', mayGiveOn: '1', to: person.id },
      ...{ inCharge: person.id, 'grants[0][role]': 'tenant-administrator', endsOn: '2099-01-01' },
    });
    expect(answer.status).toBe(303);
    expect(await rows('SELECT role, scope, ends_at FROM access_grant WHERE account_id = $1', [person.id])).toEqual([
      { role: 'channel-manager', scope: 'channel', ends_at: null },
    ]);
  });

  it('the giver’s own grant, taken back a moment before', async () => {
    const person = await bureau();
    const { ctx, grant } = await aPerson(platform, here, 'tenant-administrator', 'tenant');
    const charges = new Charges(platform.work, platform.calendar, blueprints);
    const inCharge = await charges.named(ctx, person.login);
    await rows('UPDATE access_grant SET ended_at = now(), ended_by = $2, ended_for = $2 WHERE id = $1', [grant, 'x']);
    const site = { tenantId: here.tenantId, id: here.id };
    await expect(
      new CreateChannel(platform.work).run(ctx, site, { name: '教育', slug: 'xin', parentId: null }, inCharge),
    ).rejects.toMatchObject({ code: 'access.authority-gone' });
    expect(await channels()).toEqual([]);
    expect((await deskOf(platform, person)).held).toEqual([]);
  });
});

describe('the blueprint', () => {
  it('may give several roles, or none', async () => {
    const person = await bureau();
    const { ctx } = await aPerson(platform, here, 'tenant-administrator', 'tenant');
    const site = { tenantId: here.tenantId, id: here.id };
    const made = async (slug: string, grants: Blueprint['grants']) => {
      const portal = { ...blueprints.get('portal')!, grants };
      const charges = new Charges(platform.work, platform.calendar, new Map([...blueprints, ['portal', portal]]));
      const input = { name: '教育', slug, parentId: null };
      return new CreateChannel(platform.work).run(ctx, site, input, await charges.named(ctx, person.login));
    };
    const charge = { to: 'charge', over: 'channel' } as const;
    const both: Blueprint['grants'] = [
      { ...charge, role: 'editor' },
      { ...charge, role: 'reviewer' },
    ];
    expect((await made('xin', both)).given).toEqual({
      login: person.login,
      name: person.name,
      roles: ['编辑', '审核员'],
    });
    await expect(made('xin2', [])).rejects.toMatchObject({ code: 'access.charge-nothing' });
    expect(await channels()).toEqual([{ path: 'xin' }]);
  });

  it('that lets on be given what gives nothing stops the start', () => {
    const grants: Blueprint['grants'] = [{ to: 'charge', role: 'editor', over: 'channel', mayGiveOn: true }];
    const wrong = new Map([['portal', { ...blueprints.get('portal')!, grants }]] as const);
    expect(() => new Charges(platform.work, platform.calendar, wrong)).toThrow(
      'blueprints/portal.json 的 grants 不对：“编辑”没有可以转授的内容',
    );
  });
});
