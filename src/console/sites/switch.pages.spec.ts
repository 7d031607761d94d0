import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aDesk, type Browser, type TestDesk } from '../../../test/desk.js';
import { aSeat, said } from '../../../test/desk-people.js';
import { aGrant, anAccount, deskOf } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import type { ReadSession } from '../../identity/session/read-session.js';
import { newId } from '../../kernel/id.js';
import { enterFirstSite } from './enter-site.js';

let platform: TestPlatform;
let desk: TestDesk;
let county: BuiltUnit;
let other: BuiltUnit;
let administrator: Browser;

beforeAll(async () => {
  platform = await aPlatform();
  const province = await aUnit(platform, { slug: 'sheng' });
  county = await aUnit(platform, { slug: 'nongan', parent: province, name: '农安县', townships: ['kaian', 'hexie'] });
  other = await aUnit(platform, { slug: 'dehui', parent: province, name: '德惠市' });
  desk = await aDesk(platform);
});

beforeEach(async () => {
  administrator = await aSeat(platform, desk, [{ role: 'tenant-administrator', scope: 'tenant', of: county.portal }]);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

const offered = (body: string) => [...body.matchAll(/aria-label="进入([^"]+)"/g)].map(([, name]) => name);

describe('the switcher', () => {
  it('offers what one may enter, and nothing else', async () => {
    expect(offered((await administrator.get('/sites/switch')).body)).toHaveLength(3);
    const clerk = await aSeat(platform, desk, [{ role: 'editor', scope: 'site', of: county.subs.kaian }]);
    expect(offered((await clerk.get('/sites/switch')).body)).toEqual(['农安县kaian镇人民政府']);
    const nobody = said((await (await aSeat(platform, desk, [])).get('/sites/switch')).body);
    expect(nobody).toContain('还没有您可以进入的网站');
    expect((await desk.nobody.get('/sites/switch')).headers.location).toContain('/sign-in');
  });

  it('does not take what it shows for all there is', async () => {
    const operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
    expect(said((await operator.get('/sites/switch')).body)).toMatch(/可以进入的网站 \d+ 个/);
    const many = Array.from({ length: 21 }, (_, i) => `zhen${i}`);
    await aUnit(platform, { slug: 'duozhen', parent: other, name: '多镇县', townships: many });
    expect(said((await operator.get('/sites/switch')).body)).toContain('可以进入的网站 前 20 个');
  });

  it('finds by name, by pinyin and by code', async () => {
    const operator = await aSeat(platform, desk, [{ role: 'platform-operator', scope: 'platform' }]);
    for (const search of ['农安县人民政府', 'nonganxianrenmin', 'naxrmzf', county.unit.code])
      expect(offered((await operator.get(`/sites/switch?q=${encodeURIComponent(search)}`)).body)).toContain(
        '农安县人民政府',
      );
    expect(said((await administrator.get('/sites/switch?q=dehui')).body)).toContain('没有找到“dehui”');
  });

  it('enters a site, goes back to where one came from, and offers it first from then on', async () => {
    const { id } = county.subs.hexie!;
    const shown = await administrator.get('/sites/switch', { referer: `http://${desk.host}/sites?q=x` });
    expect(shown.body).toContain('name="back" value="/sites?q=x"');
    const answer = await administrator.post('/sites/switch', { site: id, back: '/sites?q=x' });
    expect(answer.headers.location).toBe('/sites?q=x');
    const again = (await administrator.get('/sites/switch')).body;
    expect(said(again)).toContain('当前网站 农安县hexie镇人民政府');
    expect(offered(again)[0]).toBe('农安县hexie镇人民政府');
    expect(said(again)).toContain('最近进入');
  });

  it('opens what belongs to one site at its beginning, since the other has it not', async () => {
    const back = `/channels?at=${newId()}`;
    const answer = await administrator.post('/sites/switch', { site: county.portal.id, back });
    expect(answer.headers.location).toBe('/channels');
  });

  it('leads out of the desk by no form', async () => {
    for (const back of ['https://evil.example/', '//evil.example/', '/\\evil.example'])
      expect((await administrator.post('/sites/switch', { site: county.portal.id, back })).headers.location).toBe('/');
  });

  it('leaves the site again', async () => {
    await administrator.post('/sites/switch', { site: county.portal.id });
    const page = said((await administrator.follow('/sites/switch', { site: '' })).body);
    expect(page).toContain('已退出网站');
    expect(said((await administrator.get('/sites/switch')).body)).toContain('当前单位');
  });

  it('enters no site of another tenant, and says the same of one that is not there', async () => {
    for (const site of [other.portal.id, newId(), 'nonsense'])
      expect((await administrator.post('/sites/switch', { site })).status).toBe(404);
    const clerk = await aSeat(platform, desk, [{ role: 'editor', scope: 'site', of: county.subs.kaian }]);
    expect((await clerk.post('/sites/switch', { site: county.portal.id })).status).toBe(404);
    expect((await (await aSeat(platform, desk, [])).post('/sites/switch', { site: county.portal.id })).status).toBe(
      404,
    );
  });

  it('takes no form of another host, and none without its token', async () => {
    const form = { site: county.portal.id };
    expect((await administrator.post('/sites/switch', form, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await administrator.post('/sites/switch', { ...form, _csrf: 'x' })).status).toBe(403);
  });
});

describe('the desk of somebody who has never chosen', () => {
  const enters = async (grant: 'one' | 'several' | 'none', tenantId?: string) => {
    const account = await anAccount(platform, tenantId ? { tenantId } : {});
    if (grant !== 'none')
      await aGrant(platform, account, {
        role: 'editor',
        scope: grant === 'one' ? 'site' : 'tenant',
        tenantId: county.id,
        siteId: grant === 'one' ? county.subs.kaian!.id : null,
      });
    const seat = await desk.as(account);
    const [row] = await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, (tx) =>
      tx.query<{ id: string; tenantId: string }>(
        'SELECT id, tenant_id AS "tenantId" FROM session WHERE account_id = $1',
        [account.id],
      ),
    );
    const session = { ...row!, siteId: null, remembered: {} } as unknown as ReadSession;
    const entered = await enterFirstSite(platform, await deskOf(platform, account), session);
    return {
      entered: entered?.name ?? null,
      told: session.siteName ?? null,
      page: said((await seat.get('/sites/switch')).body),
    };
  };

  it('begins on the one site that there is', async () => {
    const { entered, told, page } = await enters('one');
    expect([entered, told]).toEqual(['农安县kaian镇人民政府', '农安县kaian镇人民政府']);
    expect(page).toContain('当前网站 农安县kaian镇人民政府');
  });

  it('begins on the portal of their own tenant', async () => {
    expect(await enters('several', county.id)).toMatchObject({ entered: '农安县人民政府', told: '农安县人民政府' });
  });

  it('asks when there are several, and when there is none', async () => {
    for (const grant of ['several', 'none'] as const) {
      const { entered, page } = await enters(grant);
      expect(entered).toBeNull();
      expect(page).toContain('当前单位');
    }
  });
});
