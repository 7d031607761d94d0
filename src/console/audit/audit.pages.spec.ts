import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { aSite, type BuiltSite, scopeOf } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let nongan: BuiltSite;
let dehui: BuiltSite;
/** Over the whole platform, over one tenant alone, and of those who do not read it. */
let auditor: Browser;
let local: Browser;
let operator: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  nongan = await aSite(platform, { slug: 'nongan' });
  dehui = await aSite(platform, { slug: 'dehui' });
  desk = await aDesk(platform);
  auditor = await aSeat(platform, desk, [{ role: 'auditor', scope: 'platform' }]);
  local = await aSeat(platform, desk, [{ role: 'auditor', scope: 'tenant', of: nongan }], {
    tenantId: nongan.tenantId,
  });
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }], {
    login: 'wangqiang',
    name: '王志强',
  });
  await operator.post(`/sites/${nongan.id}`, { name: '农安县人民政府', shortName: '农安', tagline: '黄龙之府' });
  await operator.post(`/sites/${dehui.id}/suspend`, { reason: '有漏洞' });
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

/** The entries of a page: what was done, by its address. */
const entries = (body: string) =>
  [...body.matchAll(/class="title" href="(\/audit\/[^"]+)">([^<]+)</g)].map(([, href, act]) => ({
    href: href!,
    act: act!,
  }));
const whole = async (seat: Browser, asked: string) => {
  const { body } = await seat.get(`/audit?${asked}`);
  await seat.get('/audit?all=1');
  return entries(body).map(({ act }) => act);
};

describe('the list', () => {
  it('shows each the audits that are theirs to read, newest first, in words', async () => {
    const all = entries((await auditor.get('/audit')).body);
    expect(all.slice(0, 2).map(({ act }) => act)).toEqual(['停用网站', '修改网站资料']);
    const own = entries((await local.get('/audit')).body);
    expect(own.map(({ act }) => act)).toContain('修改网站资料');
    expect(own.every(({ href }) => href.startsWith(`/audit/${nongan.tenantId}/`))).toBe(true);
    expect((await operator.get('/audit')).status).toBe(404);
  });

  it('is narrowed by who, act, tenant, day, address, request and subject', async () => {
    const today = platform.calendar.day(new Date());
    const entry = await auditor.get(entries((await auditor.get('/audit?act=site.edited')).body)[0]!.href);
    const request = /request=([\w-]+)/.exec(entry.body)![1];
    for (const [asked, found] of [
      ['q=wangqiang', ['停用网站', '修改网站资料']],
      [`q=${encodeURIComponent('王志强')}`, ['停用网站', '修改网站资料']],
      [`q=${encodeURIComponent('志强')}&act=site.edited`, ['修改网站资料']],
      ['act=site.suspended', ['停用网站']],
      [`act=site.&tenant=${nongan.tenantId}`, ['修改网站资料']],
      [`act=site.&from=${today}&to=${today}`, ['停用网站', '修改网站资料']],
      ['act=site.&to=2020-01-01', []],
      ['act=site.&address=127.0.0.1', ['停用网站', '修改网站资料']],
      ['act=site.&address=10.0.0.1', []],
      [`request=${request}`, ['修改网站资料']],
      [`subject=site:${dehui.id}`, ['停用网站']],
      ['q=nobody', []],
    ] as const)
      expect([asked, await whole(auditor, asked)]).toEqual([asked, found]);
  });

  it('finds by the name who tried to come in and did not', async () => {
    await desk.nobody.post('/sign-in', { login: 'wangqiang', password: 'not-this-one' });
    expect(await whole(auditor, `q=${encodeURIComponent('王志强')}&act=sign-in.refused`)).toEqual(['登录被拒绝']);
  });

  it('does not tell by a name who works in another tenant', async () => {
    expect(await whole(local, `q=${encodeURIComponent('王志强')}`)).toEqual([]);
    expect(await whole(local, 'q=wangqiang')).toEqual(['修改网站资料']);
  });

  it('names the person behind the sign-in name to those who may know of them', async () => {
    const href = entries((await auditor.get('/audit?act=site.edited')).body)[0]!.href;
    for (const page of ['/audit?act=site.edited', href]) {
      expect(said((await auditor.get(page)).body)).toContain('王志强（wangqiang）');
      const theirs = said((await local.get(page)).body);
      expect([theirs.includes('wangqiang'), theirs.includes('王志强')]).toEqual([true, false]);
    }
  });

  it('asks for no day that is none, and for no tenant that is another’s', async () => {
    expect(await whole(auditor, 'act=site.&from=2026-02-31')).toHaveLength(2);
    expect(await whole(local, `act=site.&tenant=${dehui.tenantId}`)).toEqual(['修改网站资料']);
    expect((await auditor.get('/audit?after=nonsense')).status).toBe(400);
  });

  it('goes on by 50, and back to the newest', async () => {
    await platform.work.run(scopeOf(nongan.tenantId), async (tx) => {
      for (let i = 1; i <= 60; i++) tx.audit('test.written', `test:${i}`, { name: `第 ${i} 条` });
    });
    const first = (await auditor.get('/audit?act=test.')).body;
    expect(entries(first)).toHaveLength(50);
    expect(said(first)).toContain('第 1—50 条，共 60 条');
    const [, next] = /class="is-word" href="([^"]+)"/.exec(first)!;
    const second = (await auditor.get(next!.replaceAll('&amp;', '&'))).body;
    expect(entries(second)).toHaveLength(10);
    expect(said(second)).toContain('第 51—60 条');
    expect(said(second)).toContain('回到最新的记录');
    await auditor.get('/audit?all=1');
  });
});

describe('an entry', () => {
  it('says who did what from where, before and after, and that it joins the one before', async () => {
    const { href } = entries((await auditor.get('/audit?act=site.edited')).body)[0]!;
    await auditor.get('/audit?all=1');
    const page = said((await auditor.get(href)).body);
    for (const words of ['修改网站资料（site.edited）', 'wangqiang', '127.0.0.1', '黄龙之府', '与前一条相扣'])
      expect(page).toContain(words);
    expect(page).toMatch(/名称 nongan人民政府 农安县人民政府/);
    expect(page).toMatch(/[0-9a-f]{64}/);
  });

  it('says so when somebody changed it in the database', async () => {
    const { href } = entries((await auditor.get('/audit?act=site.suspended')).body)[0]!;
    await auditor.get('/audit?all=1');
    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    await superuser.query(`UPDATE audit SET actor = 'somebody-else' WHERE act = 'site.suspended'`);
    expect(said((await auditor.get(href)).body)).toContain('与前一条对不上');
    await superuser.query(`UPDATE audit SET actor = 'wangqiang' WHERE act = 'site.suspended'`);
    await superuser.end();
    expect(said((await auditor.get(href)).body)).toContain('与前一条相扣');
  });

  it('of another tenant answers as one that is not there', async () => {
    const others = await local.get(`/audit/${dehui.tenantId}/1`);
    const missing = await local.get(`/audit/${newId()}/1`);
    expect([others.status, missing.status]).toEqual([404, 404]);
    expect(others.body).toBe(missing.body);
    for (const path of [`${nongan.tenantId}/99999`, `${nongan.tenantId}/0`, 'nonsense/1', `${nongan.tenantId}/x`])
      expect((await local.get(`/audit/${path}`)).status).toBe(404);
    expect((await operator.get(`/audit/${nongan.tenantId}/1`)).status).toBe(404);
  });
});

describe('the export', () => {
  const exported = () =>
    platform.work.run({ kind: 'subtree', actor: OPERATOR, tenantIds: [PLATFORM_TENANT, nongan.tenantId] }, (tx) =>
      tx.query<{ tenant: string; filter: unknown }>(
        `SELECT tenant_id AS tenant, detail -> 'filter' AS filter FROM audit WHERE act = 'audit.exported' ORDER BY at`,
      ),
    );

  it('is the filtered audit as a file, and an entry itself', async () => {
    const answer = await auditor.post('/audit/export', { act: 'site.', from: '', address: '127.0.0.1' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toContain('attachment');
    const lines = answer.body.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('停用网站');
    expect(lines[2]).toContain('修改网站资料');
    expect(await exported()).toEqual([
      { tenant: PLATFORM_TENANT, filter: { 行为: '网站：全部', 来源地址: '127.0.0.1' } },
    ]);
    expect(await whole(auditor, 'act=audit.exported')).toEqual(['导出审计记录']);
  });

  it('says it as the page does, and keeps what was written beside it', async () => {
    const answer = await auditor.post('/audit/export', { act: 'site.' });
    const rows = parse(answer.body, { bom: true, columns: true }) as Record<string, string>[];
    const row = rows.find(({ 行为代码 }) => 行为代码 === 'site.edited')!;
    expect(row).toMatchObject({
      操作人: 'wangqiang',
      姓名: '王志强',
      对象: '网站',
      范围: expect.stringMatching(/^本单位/),
    });
    const page = said((await auditor.get(entries((await auditor.get('/audit?act=site.edited')).body)[0]!.href)).body);
    const [, field = '', value = ''] = /^(\S+) ([^；]*)/.exec(row.改动后!) ?? [];
    expect([page.includes(field), page.includes(value), field.length > 0]).toEqual([true, true, true]);
    expect(JSON.parse(row.原始明细!)).toHaveProperty('after');
    for (const column of ['改动前', '改动后', '其他', '原因']) expect(row[column]).not.toMatch(/[{}]/);
  });

  it('holds what somebody did who is asked for by name', async () => {
    const answer = await auditor.post('/audit/export', { act: 'site.', q: '王志强' });
    expect(answer.body.trim().split('\r\n')).toHaveLength(3);
  });

  it('holds nothing of another tenant, whatever the form says', async () => {
    const answer = await local.post('/audit/export', { tenant: dehui.tenantId, act: 'site.' });
    expect(answer.body).toContain('修改网站资料');
    expect(answer.body).not.toContain('停用网站');
    expect((await exported()).at(-1)).toMatchObject({ tenant: nongan.tenantId });
  });

  it('is refused to who may not export, and without a form of the desk', async () => {
    expect((await operator.post('/audit/export', {})).status).toBe(404);
    expect((await auditor.post('/audit/export', { _csrf: '' })).status).toBe(403);
    expect((await desk.nobody.post('/audit/export', {})).headers.location).toBe('/sign-in');
  });
});
