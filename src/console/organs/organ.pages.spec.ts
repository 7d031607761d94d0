import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectMissing, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let county: BuiltUnit;
let neighbour: BuiltUnit;
let administrator: Browser;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'sheng' });
  county = await aUnit(platform, { slug: 'nongan', parent: province, name: '农安县', departments: ['jyj', 'slj'] });
  neighbour = await aUnit(platform, { slug: 'dehui', parent: province, name: '德惠市', departments: ['jyj'] });
  desk = await aDesk(platform);
  const over = (of: BuiltUnit) =>
    aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: of.portal }], { tenantId: of.id });
  administrator = await over(county);
  ways = {
    may: administrator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: county.portal },
      { role: 'tenant-administrator', scope: 'tenant', of: neighbour.portal },
    ]),
    stranger: await over(neighbour),
    id: county.subs.jyj!.organId,
    nothing: newId(),
  };
});

afterAll(async () => {
  await superuser?.end();
  await desk?.close();
  await platform?.close();
});

const bureau = { name: '农安县水利局', shortName: '水利局', telephone: '0431-00000001', address: '宝塔街 1 号' };
const namesIn = (body: string) =>
  [...body.matchAll(/<a class="title" href="\/organs\/[^"]+">([^<]+)</g)].map((m) => m[1]);
const organ = async (id: string) => (await superuser.query('SELECT * FROM organ WHERE id = $1', [id])).rows[0];

describe('an organ', () => {
  it('is added by those who keep the unit’s, and found by its name', async () => {
    const added = await administrator.post('/organs', { tenant: county.id, ...bureau });
    expect(added.status).toBe(303);
    const [, id = ''] = /^\/organs\/([0-9a-f-]{36})$/.exec(String(added.headers.location)) ?? [];
    expect(await organ(id)).toMatchObject({ tenant_id: county.id, name: bureau.name, telephone: bureau.telephone });
    expect(said((await administrator.get(`/organs/${id}`)).body)).toContain('宝塔街 1 号');
    expect(namesIn((await administrator.get(`/organs?q=${encodeURIComponent('水利')}`)).body)).toContain(bureau.name);
    const elsewhere = (tenant: string) => administrator.post('/organs', { tenant, ...bureau, name: '别处' });
    const [others, missing] = [await elsewhere(neighbour.id), await elsewhere(ways.nothing)];
    expect([others.status, others.body.replaceAll(neighbour.id, '')]).toEqual([
      403,
      missing.body.replaceAll(ways.nothing, ''),
    ]);
  });

  it('is not added twice, nor without a name: each fault at its field, what was typed kept', async () => {
    for (const [form, words] of [
      [{ ...bureau, name: '' }, '请填写机关名称'],
      [bureau, '本单位已有同名的机关'],
    ] as const) {
      const answer = await administrator.post('/organs', { tenant: county.id, ...form });
      expect([answer.status, said(answer.body)]).toEqual([422, expect.stringContaining(words)]);
      expect(answer.body).toContain('value="宝塔街 1 号"');
    }
  });

  it('is seen, and changed, by those who may; a stranger’s is not there', async () => {
    await expectMissing(ways, (id) => `/organs/${id}`);
    await expectFourWays(ways, (id) => `/organs/${id}/edit`, '联系方式');
    await expectRefusedForm(ways, (id) => `/organs/${id}`, bureau);
  });

  it('says on its sites what it says of itself', async () => {
    const { name, short_name: shortName } = await organ(ways.id);
    const form = { name, shortName, telephone: '0431-00000009', address: '新址 8 号' };
    expect(said((await administrator.follow(`/organs/${ways.id}`, form)).body)).toContain('的资料');
    await until(async () => (await desk.web.ask('nongan.localhost', '/bm/jyj/')).body.includes('0431-00000009'));
    expect(said((await administrator.follow(`/organs/${ways.id}`, form)).body)).toContain('没有改动');
  });

  it('that goes away while its form is sent is not said to be changed', async () => {
    const { organId } = county.subs.slj!;
    const leaving = new pg.Client({ connectionString: platform.superuserUrl });
    await leaving.connect();
    try {
      await leaving.query('BEGIN');
      await leaving.query('UPDATE organ SET ended_on = current_date WHERE id = $1', [organId]);
      const sent = administrator.post(`/organs/${organId}`, { ...bureau, name: '改名局' });
      const waiting = `SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`;
      await until(async () => (await leaving.query(waiting)).rowCount === 1);
      await leaving.query('COMMIT');
      const answer = await sent;
      expect([answer.status, said(answer.body)]).toEqual([422, expect.stringContaining('又有改动')]);
      expect((await organ(organId)).name).not.toBe('改名局');
    } finally {
      await leaving.end();
    }
  });
});

describe('the list', () => {
  it('stands in the order that is asked for, also after a filter, and is remembered', async () => {
    const reversed = (await administrator.get('/organs?sort=name')).body;
    const collated = await superuser.query(
      `SELECT name FROM organ WHERE tenant_id = $1 ORDER BY name COLLATE "zh-x-icu", id`,
      [county.id],
    );
    expect(namesIn(reversed)).toEqual(collated.rows.map(({ name }) => name));
    expect(reversed).toContain('aria-sort="ascending"');
    expect(reversed).toContain('<input type="hidden" name="sort" value="name">');
    expect((await administrator.get('/organs')).headers.location).toBe('/organs?sort=name');
    const people = (await administrator.get('/organs?sort=people&kind=department')).body;
    expect(people).toContain('aria-sort="descending"');
    expect((await administrator.get('/organs?all=1')).headers.location).toBe('/organs');
    expect((await administrator.get('/organs')).body).toContain('<input type="hidden" name="sort" value="">');
  });

  it.each(['accounts', 'grants', 'organs', 'sites', 'tenants', 'reorganisations'])(
    'of %s has heads that sort it, each of which answers',
    async (list) => {
      const seat = await aSeat(
        platform,
        desk,
        [
          { role: 'tenant-administrator', scope: 'tenant', of: county.portal },
          { role: 'tenant-administrator', scope: 'tenant', of: neighbour.portal },
        ],
        { tenantId: county.id },
      );
      const { body } = await seat.get(`/${list}?all=1`).then(() => seat.get(`/${list}`));
      const heads = [...body.matchAll(/aria-sort="\w+"><a href="([^"]+)"/g)].map(([, href]) => href!);
      if (list !== 'reorganisations') expect(heads.length).toBeGreaterThan(1);
      for (const head of heads) {
        const sorted = await seat.get(head.replaceAll('&amp;', '&'));
        expect([head, sorted.status]).toEqual([head, 200]);
        expect(sorted.body).toMatch(/aria-sort="(ascending|descending)"/);
      }
    },
  );
});
