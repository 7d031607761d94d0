import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectRefusedForm } from '../../../test/four-ways.js';
import { anOrgan } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { newId } from '../../kernel/id.js';

const PATH = '/security/ranges';

let platform: TestPlatform;
let desk: TestDesk;
let nongan: BuiltSite;
let dehui: BuiltSite;
let security: Browser;
let own: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
  security = await aSeat(platform, desk, [{ role: 'security-administrator', scope: 'platform' }]);
});

beforeEach(async () => {
  nongan = await aSite(platform);
  dehui = await aSite(platform);
  own = await aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: nongan }], {
    tenantId: nongan.tenantId,
  });
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const add = (seat: Browser, site: BuiltSite, range: string) =>
  seat.post(PATH, { tenant: site.tenantId, range, note: '办公网', sure: '1' });
async function idOf(site: BuiltSite): Promise<string> {
  const [row] = await platform.work.run({ kind: 'tenant', actor: OPERATOR, tenantId: site.tenantId }, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM sign_in_range ORDER BY created_at LIMIT 1'),
  );
  return row!.id;
}

describe('the ranges', () => {
  it('are shown to who may see them, tenant by tenant', async () => {
    await add(security, nongan, '127.0.0.0/8');
    await add(security, dehui, '10.0.0.0/8');
    const all = said((await security.get(PATH)).body);
    expect(all).toContain('127.0.0.0/8');
    expect(said((await security.get(`${PATH}?tenant=${dehui.tenantId}`)).body)).not.toContain('127.0.0.0/8');
    const mine = said((await own.get(PATH)).body);
    expect(mine).toContain('127.0.0.0/8');
    expect(mine).not.toContain('10.0.0.0/8 ');
    const auditor = await aSeat(platform, desk, [{ role: 'auditor', scope: 'platform' }]);
    const read = (await auditor.get(PATH)).body;
    expect(read).toContain('127.0.0.0/8');
    expect(read).not.toContain('/remove"');
    const operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
    expect((await operator.get(PATH)).status).toBe(404);
  });

  it('say what it means when there are none', async () => {
    expect(said((await own.get(PATH)).body)).toContain('没有限制登录地址');
  });
});

describe('adding', () => {
  it('adds a range of the office', async () => {
    await add(own, nongan, '127.0.0.1');
    expect(
      said((await own.follow(PATH, { tenant: nongan.tenantId, range: '127.0.3.4/8', note: '本机' })).body),
    ).toContain('已增加 127.0.0.0/8');
  });

  it('asks in numbers before the first, which shuts out everybody elsewhere; what is wrong is said before', async () => {
    await aSeat(platform, desk, [{ role: 'editor', scope: 'tenant', of: nongan }], { tenantId: nongan.tenantId });
    const form = { tenant: nongan.tenantId, range: '10.88.3.4/16', note: '大院<1>' };
    expect((await own.post(PATH, form)).status).toBe(422);
    const asked = await security.post(PATH, form);
    expect(asked.status).toBe(200);
    // The administrator, who works from 127.0.0.1; the editor is not bound.
    expect(said(asked.body)).toMatch(/1 个 管理人员的账号从此只能从这个范围登录 1 人 现在正从范围以外使用工作台/);
    expect((await security.get(PATH)).body).not.toContain('10.88.0.0/16');
    const kept = Object.fromEntries(
      [...asked.body.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    expect(kept).toMatchObject({ tenant: form.tenant, range: form.range, note: '大院&lt;1&gt;', sure: '1' });
    expect(said((await security.follow(PATH, { ...form, sure: '1' })).body)).toContain('已增加 10.88.0.0/16');
    // One more lets more in, and is not asked about.
    expect(said((await security.follow(PATH, { ...form, range: '10.89.0.0/16' })).body)).toContain(
      '已增加 10.89.0.0/16',
    );
    const again = await security.post(PATH, form);
    expect([again.status, said(again.body)]).toEqual([422, expect.stringContaining('10.88.0.0/16')]);
  });

  it('says what is wrong with a range, and shuts nobody out who adds it', async () => {
    for (const [range, words] of [
      ['', '请填写地址范围'],
      ['abc', 'abc'],
      ['0.0.0.0/0', '0.0.0.0/0'],
      ['10.88.0.0/16', '127.0.0.1'],
    ] as const) {
      const answer = await add(own, nongan, range);
      expect(answer.status).toBe(422);
      expect(said(answer.body)).toContain(words);
    }
  });

  it('is told to whoever opens an invitation elsewhere; the link stays good', async () => {
    const made = await security.post('/accounts', {
      name: '钱进',
      login: 'qianjin',
      organ: `${nongan.tenantId}:${await anOrgan(platform, nongan.tenantId)}`,
      kind: 'staff',
      role: 'tenant-administrator',
      place: `tenant:${nongan.tenantId}`,
    });
    const [link = ''] = /\/invitation\/[\w-]{43}/.exec(made.body) ?? [];
    await add(security, nongan, '10.0.0.0/8');
    const password = 'Chunfeng-42-huayu';
    const answer = await desk.nobody.post(link, { password, again: password });
    expect(answer.status).toBe(403);
    expect(said(answer.body)).toContain('密码没有保存： 您的岗位只能从规定的网络地址登录，当前地址 127.0.0.1 不在其中');
    await security.post(`${PATH}/${await idOf(nongan)}/remove`);
    expect((await desk.nobody.post(link, { password, again: password })).status).toBe(303);
  });

  it('is nobody’s for another tenant, who is not there for them', async () => {
    expect((await add(own, dehui, '10.0.0.0/8')).status).toBe(404);
    expect((await own.post(PATH, { tenant: newId(), range: '10.0.0.0/8' })).status).toBe(404);
    const auditor = await aSeat(platform, desk, [{ role: 'auditor', scope: 'platform' }]);
    expect((await add(auditor, nongan, '10.0.0.0/8')).status).toBe(404);
  });
});

describe('removing', () => {
  it('says what it means, and removes it', async () => {
    await add(own, nongan, '127.0.0.0/8');
    const id = await idOf(nongan);
    const asked = said((await own.get(`${PATH}/${id}/remove`)).body);
    expect(asked).toContain('删除 127.0.0.0/8？');
    expect(asked).toContain('这是最后一个');
    expect(said((await own.follow(`${PATH}/${id}/remove`)).body)).toContain('已删除 127.0.0.0/8');
    expect((await own.get(`${PATH}/${id}/remove`)).status).toBe(404);
  });

  it('says who at work would be outside of those that are left', async () => {
    await add(security, nongan, '10.0.0.0/8');
    await add(security, nongan, '127.0.0.0/8');
    const last = await platform.work.run({ kind: 'tenant', actor: OPERATOR, tenantId: nongan.tenantId }, (tx) =>
      tx.query<{ id: string }>(`SELECT id FROM sign_in_range WHERE range = '127.0.0.0/8'`),
    );
    const asked = said((await security.get(`${PATH}/${last[0]!.id}/remove`)).body);
    expect(asked).toMatch(/1 个 地址范围还在.* 1 人 现在正从其余范围以外使用工作台/);
  });

  it('leaves the one who removes a way in', async () => {
    await add(own, nongan, '127.0.0.0/8');
    const id = await idOf(nongan);
    await add(own, nongan, '10.0.0.0/8');
    const answer = await own.post(`${PATH}/${id}/remove`);
    expect(answer.status).toBe(422);
    expect(said(answer.body)).toContain('127.0.0.1');
  });

  it('is refused to who only reads them, and to another tenant’s there is nothing', async () => {
    await add(security, nongan, '10.0.0.0/8');
    const id = await idOf(nongan);
    const reader = await aSeat(platform, desk, [
      { role: 'auditor', scope: 'tenant', of: nongan },
      { role: 'tenant-administrator', scope: 'tenant', of: dehui },
    ]);
    const stranger = await aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: dehui }]);
    const ways = { may: security, reader, stranger, id, nothing: newId() };
    expect((await reader.get(`${PATH}/${id}/remove`)).status).toBe(403);
    await expectRefusedForm(ways, (of) => `${PATH}/${of}/remove`, {});
    const [others, missing] = [
      await stranger.get(`${PATH}/${id}/remove`),
      await stranger.get(`${PATH}/${ways.nothing}/remove`),
    ];
    expect([others.status, others.body]).toEqual([404, missing.body]);
  });
});
