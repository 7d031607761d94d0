import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { expectFourWays, expectRefusedForm, type FourWays } from '../../../test/four-ways.js';
import { anAccount } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aProvisionUnit, aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { until } from '../../../test/web.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let desk: TestDesk;
let operator: Browser;
let county: BuiltUnit;
let neighbour: BuiltUnit;
let ways: FourWays;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'sheng' });
  county = await aUnit(platform, { slug: 'nongan', parent: province, name: '农安县', departments: ['jyj'] });
  neighbour = await aUnit(platform, { slug: 'dehui', parent: province, name: '德惠市', departments: ['jyj'] });
  desk = await aDesk(platform);
  operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
  ways = {
    may: operator,
    reader: await aSeat(platform, desk, [
      { role: 'supervisor', scope: 'region', of: county.portal },
      { role: 'node-operator', scope: 'node', of: neighbour.portal },
    ]),
    stranger: await aSeat(platform, desk, [{ role: 'node-operator', scope: 'node', of: neighbour.portal }]),
    id: county.portal.id,
    nothing: newId(),
  };
});

afterAll(async () => {
  await superuser?.end();
  await desk?.close();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const at = (id: string) => `/sites/${id}/sub-sites`;
const sitesOf = (unit: BuiltUnit) => rows('SELECT id FROM site WHERE tenant_id = $1', [unit.id]);
const bureau = { kind: 'department', organId: '', name: '农安县水利局', shortName: '水利局', slug: '' };

async function organ(name: string, shortName: string, endedOn: string | null = null): Promise<string> {
  const id = newId();
  await rows(
    `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code, ended_on)
     VALUES ($1, $2, 'department', $3, $4, $5, $6, $7)`,
    [county.id, id, `own/${id}`, name, shortName, county.unit.code, endedOn],
  );
  return id;
}

describe('opening a sub-site', () => {
  it('is for those who may open one there; a portal out of sight is not there', async () => {
    await expectFourWays(ways, (id) => `${at(id)}/new`, '开通子站');
    const before = await sitesOf(county);
    await expectRefusedForm(ways, at, bureau);
    expect(await sitesOf(county)).toEqual(before);
  });

  it('has the channels of its blueprint, an address read from its name, and is open to visitors at once', async () => {
    const done = said((await operator.follow(at(county.portal.id), bureau)).body);
    expect(done).toContain('已开通“农安县水利局”');
    await until(async () => (await desk.web.ask('nongan.localhost', '/bm/slj/')).status === 200);
    const [made] = await rows(
      `SELECT s.kind, s.level, s.tagline, s.blueprint_revision <> '' AS follows, o.name AS sponsor, p.key AS above,
         (SELECT array_agg(c.path ORDER BY c.position) FROM channel c WHERE c.site_id = s.id AND c.depth = 1) AS channels
       FROM site s JOIN organ o ON o.tenant_id = s.tenant_id AND o.id = s.sponsor_id JOIN site p ON p.id = s.parent_site_id
       WHERE s.tenant_id = $1 AND s.prefix = '/bm/slj/'`,
      [county.id],
    );
    const [like] = await rows<{ channels: string[] }>(
      `SELECT array_agg(c.path ORDER BY c.position) AS channels FROM channel c WHERE c.site_id = $1 AND c.depth = 1`,
      [county.subs.jyj!.id],
    );
    expect(made).toEqual({
      kind: 'department',
      level: 'city',
      tagline: '农安县人民政府部门子站',
      follows: true,
      sponsor: '农安县水利局',
      above: 'portal',
      channels: like!.channels,
    });
    expect(
      await rows(
        `SELECT detail ->> 'name' AS name, detail ->> 'prefix' AS prefix FROM audit WHERE act = 'site.opened'`,
      ),
    ).toEqual([{ name: '农安县水利局', prefix: '/bm/slj/' }]);
  });

  it('takes the names of the organ that is chosen, and no organ that has ended or is another’s', async () => {
    const id = await organ('农安县林业局', '林业局');
    const ended = await organ('农安县农机局', '农机局', '2020-01-01');
    const page = (await operator.get(`${at(county.portal.id)}/new`)).body;
    expect(page).toContain(id);
    expect(page).not.toContain(ended);
    const chosen = { kind: 'department', organId: id, name: '', shortName: '', slug: '' };
    expect(said((await operator.follow(at(county.portal.id), chosen)).body)).toContain('已开通“农安县林业局”');
    expect(await rows('SELECT sponsor_id, prefix FROM site WHERE sponsor_id = $1', [id])).toEqual([
      { sponsor_id: id, prefix: '/bm/lyj/' },
    ]);
    for (const organId of [ended, neighbour.subs.jyj!.organId]) {
      const wrong = await operator.post(at(county.portal.id), { ...bureau, slug: 'xin', organId });
      expect(wrong.status).toBe(422);
      expect(said(wrong.body)).toContain('本单位没有这个机关');
    }
  });

  it('names the township without its government in what visitors read', async () => {
    const township = { kind: 'township', name: '合隆镇人民政府', shortName: '合隆' };
    expect(said((await operator.follow(at(county.portal.id), township)).body)).toContain('已开通“合隆镇人民政府”');
    const [told] = await rows<{ description: string }>(
      `SELECT string_agg(c.description, '') AS description FROM channel c JOIN site s ON s.id = c.site_id
       WHERE s.prefix = '/xz/helong/' AND s.level = 'township'`,
    );
    expect(told!.description).toContain('合隆镇');
    expect(told!.description).not.toContain('合隆镇人民政府');
  });

  it('says every field that is wrong, and makes nothing', async () => {
    const before = await sitesOf(county);
    const organs = await rows('SELECT id FROM organ WHERE tenant_id = $1', [county.id]);
    const wrong = await operator.post(at(county.portal.id), {
      kind: 'department',
      name: '',
      shortName: '',
      slug: '水 利',
    });
    expect(wrong.status).toBe(422);
    for (const words of ['请填写网站名称', '请填写简称', '只能由小写字母']) expect(said(wrong.body)).toContain(words);
    const taken = await operator.post(at(county.portal.id), { ...bureau, slug: 'jyj' });
    expect(said(taken.body)).toContain('/bm/jyj/ 已有子站使用');
    expect(taken.body).toContain('农安县水利局');
    expect((await operator.post(at(county.portal.id), { ...bureau, kind: 'portal' })).status).toBe(422);
    expect(await sitesOf(county)).toEqual(before);
    expect(await rows('SELECT id FROM organ WHERE tenant_id = $1', [county.id])).toEqual(organs);
  });

  it('is handed to whoever is named for it, by one who may give that too', async () => {
    const seat = { role: 'tenant-administrator', scope: 'tenant', of: county.portal } as const;
    const administrator = await aSeat(platform, desk, [seat]);
    const person = await anAccount(platform, { tenantId: county.id, organId: county.subs.jyj!.organId });
    const form = said((await administrator.get(`${at(county.portal.id)}/new`)).body);
    expect(form).toContain('将得到这个网站的 网站总编（可以转授）');
    expect(form).toContain(`${person.name}（农安县jyj局）`);
    const wrong = await administrator.post(at(county.portal.id), {
      ...bureau,
      slug: 'jyj',
      name: '',
      charge: 'nobody',
    });
    for (const words of ['请填写网站名称', '没有登录名或姓名是“nobody”的账号'])
      expect(said(wrong.body)).toContain(words);

    const opened = await administrator.follow(at(county.portal.id), {
      ...bureau,
      slug: 'shuili',
      charge: person.login,
    });
    expect(said(opened.body)).toContain(`${person.name}已是网站总编，下一次操作即生效。`);
    expect(
      await rows(
        `SELECT s.prefix, g.role, g.scope, g.may_give_on FROM access_grant g JOIN site s ON s.id = g.site_id WHERE g.account_id = $1`,
        [person.id],
      ),
    ).toEqual([{ prefix: '/bm/shuili/', role: 'editor-in-chief', scope: 'site', may_give_on: true }]);
    expect(
      await rows(`SELECT detail ->> 'inCharge' AS login FROM audit WHERE act = 'site.opened' AND detail ? 'inCharge'`),
    ).toEqual([{ login: person.login }]);
  });

  it('is handed to nobody by an operator alone, who gives nothing: the form says so, and nothing is made', async () => {
    const person = await anAccount(platform, { tenantId: county.id });
    const form = await operator.get(`${at(county.portal.id)}/new`);
    expect(said(form.body)).toContain('您不能在这里授予“网站总编”');
    expect(form.body).not.toContain('name="charge"');
    const before = await sitesOf(county);
    const refused = await operator.post(at(county.portal.id), { ...bureau, slug: 'lingwai', charge: person.login });
    expect(refused.status).toBe(422);
    expect(said(refused.body)).toContain('由可以转授的单位管理员授权');
    expect(await sitesOf(county)).toEqual(before);
    expect(await rows('SELECT FROM access_grant WHERE account_id = $1', [person.id])).toEqual([]);
  });

  it('stands below portals only', async () => {
    const sub = county.subs.jyj!.id;
    expect((await operator.get(`${at(sub)}/new`)).status).toBe(409);
    const refused = await operator.post(at(sub), bureau);
    expect(refused.status).toBe(409);
    expect(said(refused.body)).toContain('子站之下不能再开子站');
  });

  it('keeps its address when the plan of the province would give it to another', async () => {
    await operator.follow(at(neighbour.portal.id), {
      ...bureau,
      name: '德惠市烟草局',
      shortName: '烟草局',
      slug: 'yancao',
    });
    const department = { code: null, name: '烟草局', shortName: '烟草', organName: '德惠市烟草专卖局', slug: 'yancao' };
    const plan = {
      ...neighbour.unit,
      departments: [...neighbour.unit.departments, { ...department, kind: 'department' as const }],
    };
    await (await aProvisionUnit(platform)).run(OPERATOR, plan, null, neighbour);
    expect(await rows(`SELECT name FROM site WHERE tenant_id = $1 AND prefix = '/bm/yancao/'`, [neighbour.id])).toEqual(
      [{ name: '德惠市烟草局' }],
    );
    expect(await rows(`SELECT FROM organ WHERE tenant_id = $1 AND name = '德惠市烟草专卖局'`, [neighbour.id])).toEqual(
      [],
    );
  });
});
