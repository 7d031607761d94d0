import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { aDocument, publish } from '../../../test/builders.js';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let desk: TestDesk;
let operator: Browser;
let county: BuiltUnit;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  const province = await aUnit(platform, { slug: 'jl', name: '吉林省' });
  county = await aUnit(platform, { slug: 'nongan', parent: province, name: '农安县', departments: ['jyj'] });
  const neighbour = await aUnit(platform, { slug: 'dehui', parent: province, name: '德惠市' });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
  ways = {
    may: operator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: county.portal },
      { role: 'node-operator', scope: 'node', of: neighbour.portal },
    ]),
    stranger: await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: neighbour.portal }]),
    id: county.id,
    nothing: newId(),
  };
  await publish(platform, county.portal, 'ywdt/tzgg', aDocument());
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

/** One step: its page in four ways, its form refused, and done. */
async function step(name: string, asks: string, told: string) {
  await expectFourWays(ways, (id) => `/tenants/${id}/${name}`, asks);
  await expectRefusedForm(ways, (id) => `/tenants/${id}/${name}`, { reason: '批复' });
  expect((await operator.post(`/tenants/${county.id}/${name}`, {})).status).toBe(422);
  expect(said((await operator.follow(`/tenants/${county.id}/${name}`, { reason: '批复文号' })).body)).toContain(told);
}

it('is retired step by step, each taken back', async () => {
  expect((await operator.get(`/tenants/${county.id}/archive`)).status).toBe(409);
  expect((await operator.get(`/tenants/${county.id}/take-back`)).status).toBe(409);
  await step('retire', '开始撤销农安县？', '已开始撤销');
  expect((await operator.get(`/tenants/${county.id}/retire`)).status).toBe(409);
  await step('archive', '归档农安县？', '已归档');
  await until(async () => (await desk.web.ask('nongan.localhost')).body.includes('归档'));
  await step('take-back', '取消农安县的归档？', '已取消归档，仍在撤销中');
  await step('take-back', '不再撤销农安县？', '已恢复正常');
});

it('is deleted after thirty days alone, by somebody who types its name', async () => {
  await operator.post(`/tenants/${county.id}/retire`, { reason: '批复' });
  await operator.post(`/tenants/${county.id}/archive`, { reason: '批复' });
  const early = await operator.get(`/tenants/${county.id}/delete`);
  expect(early.status).toBe(409);
  expect(said(early.body)).toContain('归档还不满 30 天');
  expect((await operator.get(`/tenants/${county.id}`)).body).not.toContain(`/tenants/${county.id}/delete"`);

  const superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  await superuser.query(`UPDATE tenant SET state_since = now() - interval '31 days' WHERE id = $1`, [county.id]);
  expect((await operator.get(`/tenants/${county.id}`)).body).toContain(`/tenants/${county.id}/delete"`);

  const asked = said((await operator.get(`/tenants/${county.id}/delete`)).body);
  for (const words of ['永久删除农安县？', '2 个 网站和子站', '1 篇 稿件', '1 处 刊载', '域名空出：nongan'])
    expect(asked).toContain(words);
  const node = await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: county.portal }]);
  expect((await node.get(`/tenants/${county.id}/delete`)).status).toBe(404);
  expect((await ways.stranger.get(`/tenants/${county.id}/delete`)).status).toBe(404);

  for (const name of ['', '农安']) {
    const wrong = await operator.post(`/tenants/${county.id}/delete`, { name });
    expect(wrong.status).toBe(422);
    expect(said(wrong.body)).toContain('请完整输入单位名称“农安县”');
  }
  expect((await node.post(`/tenants/${county.id}/delete`, { name: '农安县' })).status).toBe(404);
  // One that takes long is answered before; when it comes to nothing the audit says so.
  await superuser.query('BEGIN');
  await superuser.query('SELECT FROM tenant WHERE id = $1 FOR UPDATE', [county.id]);
  expect(said((await operator.follow(`/tenants/${county.id}/delete`, { name: '农安县' })).body)).toContain('正在删除');
  await superuser.query(`UPDATE tenant SET state = 'frozen' WHERE id = $1`, [county.id]);
  await superuser.query('COMMIT');
  const failed = `SELECT FROM audit WHERE tenant_id = $1 AND act = 'tenant.deletion-failed'`;
  await until(async () => (await superuser.query(failed, [county.id])).rowCount === 1);
  await superuser.query(`UPDATE tenant SET state = 'archived' WHERE id = $1`, [county.id]);
  await superuser.end();

  expect(said((await operator.follow(`/tenants/${county.id}/delete`, { name: '农安县' })).body)).toContain(
    '已删除农安县',
  );
  expect((await operator.get(`/tenants/${county.id}`)).status).toBe(404);
  await until(async () => (await desk.web.ask('nongan.localhost')).status === 421);
});
