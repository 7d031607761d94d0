import { aDocument, publish, scopeOf } from '../../../test/builders.js';
import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Lines, type Reorganiser } from '../../../test/reorganiser.js';
import { SiteDirectory } from '../site/site-directory.js';

let platform: TestPlatform;
let desk: Reorganiser;
let county: County;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, {
    organs: [
      { name: '农安县教育局', shortName: '教育局', telephone: '0431-1111', address: '东街1号', site: '/bm/jyj/' },
      { name: '农安县体育局', shortName: '体育局', telephone: '0431-2222', address: '西街2号', site: '/bm/tyj/' },
      { name: '农安县教育局招生办公室', telephone: '0431-3333' },
      { name: '农安县文化局', site: '/bm/whj/' },
    ],
    people: [
      { login: 'zhang', name: '张三', organ: '农安县教育局' },
      { login: 'li', name: '李四', organ: '农安县体育局' },
      { login: 'wang', name: '王五', organ: '农安县体育局' },
      { login: 'zhao', name: '赵六', organ: '农安县文化局' },
    ],
    channels: [
      { path: 'zwgk' },
      {
        path: 'zwgk/jy',
        organ: '农安县教育局',
        description: '由农安县教育局负责，招生问农安县教育局招生办公室。',
        telephone: '0431-1111',
      },
      { path: 'zwgk/ty', name: '农安县体育局动态', organ: '农安县体育局', keywords: ['农安县体育局', '健身'] },
      { path: 'zwgk/ty/jx', organ: '农安县体育局', description: '农安县体育局竞训', overridden: ['description'] },
      { path: 'zwgk/ty/qm' },
      { path: 'zwgk/wh', organ: '农安县文化局', description: '与农安县体育局合办' },
    ],
    grants: [
      { login: 'zhang', role: 'channel-manager', at: 'zwgk/jy' },
      { login: 'li', role: 'channel-manager', at: 'zwgk/ty' },
      { login: 'li', role: 'editor', at: 'zwgk/ty/jx' },
      { login: 'wang', role: 'editor', at: 'zwgk/ty/qm' },
      { login: 'wang', role: 'editor', at: '/bm/tyj/' },
    ],
  });
});

const draft = (lines: Lines) => desk.draft(county.tenantId, lines);
const tryPlan = (id: string) => desk.tryPlan(county.tenantId, id);
const apply = (id: string) => desk.apply(county.tenantId, id);
const reorganised = (lines: Lines) => desk.reorganised(county.tenantId, lines);
const dump = () => desk.dump(county.tenantId);
const { one, rows } = {
  one: (sql: string, ...values: unknown[]) => desk.one(sql, ...values),
  rows: (sql: string, ...values: unknown[]) => desk.rows(sql, ...values),
};

const organOf = (login: string) =>
  one('SELECT o.name FROM account a JOIN organ o ON o.id = a.organ_id WHERE a.id = $1', county.people[login]);
const channelOf = (path: string) =>
  one(
    'SELECT c.*, o.name AS organ FROM channel c LEFT JOIN organ o ON o.id = c.organ_id WHERE c.id = $1',
    county.channels[path],
  );

const MERGE = [
  { action: '合并', from: '农安县教育局', to: '农安县教育体育局', telephone: '0431-9999' },
  { action: '合并', from: '农安县体育局', to: '农安县教育体育局' },
];

it('merges two organs into a new one: people, channels, sub-sites and names go along', async () => {
  await reorganised(MERGE);
  expect((await organOf('zhang')).name).toBe('农安县教育体育局');
  expect((await organOf('wang')).name).toBe('农安县教育体育局');
  expect(await channelOf('zwgk/jy')).toMatchObject({
    organ: '农安县教育体育局',
    description: '由农安县教育体育局负责，招生问农安县教育局招生办公室。',
    responsible_telephone: '0431-9999',
    overridden: ['description'],
  });
  expect(await channelOf('zwgk/ty')).toMatchObject({
    name: '农安县教育体育局动态',
    keywords: ['农安县教育体育局', '健身'],
  });
  expect(await channelOf('zwgk/wh')).toMatchObject({ organ: '农安县文化局', description: '与农安县教育体育局合办' });
  expect(
    await one(
      `SELECT s.name, s.tagline, s.short_name, o.name AS sponsor, s.overridden, s.pinyin_initials FROM site s
      JOIN organ o ON o.id = s.sponsor_id WHERE s.id = $1`,
      county.subSites['/bm/jyj/'],
    ),
  ).toMatchObject({
    name: '农安县教育体育局',
    tagline: '农安县教育体育局欢迎您',
    sponsor: '农安县教育体育局',
    overridden: ['name', 'short_name', 'tagline'],
    pinyin_initials: 'naxjytyj',
  });
  expect(
    await one('SELECT name, ended_on IS NOT NULL AS ended FROM organ WHERE id = $1', county.organs.农安县教育局),
  ).toEqual({
    name: '农安县教育局',
    ended: true,
  });
});

it('reports by a trial what applying does, and changes nothing by it', async () => {
  const before = await dump();
  const { id } = await draft(MERGE);
  const tried = await tryPlan(id);
  expect(await dump()).toEqual(before);
  expect(await apply(id)).toEqual(tried);
  expect(tried.parts.find(({ part }) => part === 'accounts')!.changes).toContainEqual({
    name: `张三（${county.slug}-zhang）`,
    what: 'changed',
    fields: [{ label: '机关', before: '农安县教育局', after: '农安县教育体育局' }],
  });
});

it('keeps what a person changed by hand, and lists it', async () => {
  const { report } = await reorganised(MERGE);
  expect(await channelOf('zwgk/ty/jx')).toMatchObject({ description: '农安县体育局竞训', organ: '农安县教育体育局' });
  expect(report.kept).toContainEqual({
    part: '栏目',
    name: 'zwgk/ty/jx（zwgk/ty/jx）',
    field: '说明',
    value: '农安县体育局竞训',
    why: '被人改过，没有替换',
  });
});

it('renames what an earlier plan named, since no person did', async () => {
  await reorganised(MERGE);
  await reorganised([{ action: '更名', from: '农安县教育体育局', to: '农安县教体局' }]);
  expect(await channelOf('zwgk/jy')).toMatchObject({
    description: '由农安县教体局负责，招生问农安县教育局招生办公室。',
  });
  expect(await one('SELECT name FROM site WHERE id = $1', county.subSites['/bm/jyj/'])).toEqual({
    name: '农安县教体局',
  });
});

it('does not touch what was published', async () => {
  const site = { ...county.portal, channels: county.channels };
  const { itemId } = await publish(
    platform,
    site,
    'zwgk/jy',
    aDocument({ title: '农安县教育局通知', html: '<p>农安县教育局</p>' }),
  );
  const read = () => one('SELECT to_jsonb(r) AS r FROM release r WHERE item_id = $1', itemId);
  const before = await read();
  const { report } = await reorganised(MERGE);
  expect(await read()).toEqual(before);
  expect(report.warnings.map(({ sentence }) => sentence)).toContain(
    '已发布的稿件里有 1 篇署原来的名称，按当时的名称保留，不改。',
  );
});

it('splits an organ: each person and channel goes where the plan says, and authority over the others’ channels ends', async () => {
  const { report } = await reorganised([
    {
      action: '拆分',
      from: '农安县体育局',
      to: '农安县竞技体育中心',
      people: `${county.slug}-li`,
      channels: 'zwgk/ty/jx',
    },
    { action: '拆分', from: '农安县体育局', to: '农安县全民健身中心', people: '其余' },
  ]);
  expect((await organOf('li')).name).toBe('农安县竞技体育中心');
  expect((await organOf('wang')).name).toBe('农安县全民健身中心');
  expect((await channelOf('zwgk/ty/jx')).organ).toBe('农安县竞技体育中心');
  expect((await channelOf('zwgk/ty')).organ).toBe('农安县全民健身中心');
  const ended = await rows(
    `SELECT c.path, g.ended_for FROM access_grant g JOIN channel c ON c.id = g.channel_id WHERE g.tenant_id = $1 AND g.ended_at IS NOT NULL`,
    county.tenantId,
  );
  expect(ended).toEqual([{ path: 'zwgk/ty', ended_for: '机构改革：机构改革' }]);
  expect(report.kept.map(({ why }) => why)).toContain('“农安县体育局”分成了几个机关，请人工改');
});

it('says whom and what a split leaves without a place', async () => {
  const { id } = await draft([
    { action: '拆分', from: '农安县体育局', to: '农安县竞技体育中心', people: '李四' },
    { action: '拆分', from: '农安县体育局', to: '农安县全民健身中心', channels: 'zwgk/ty' },
  ]);
  const { conflicts } = await tryPlan(id);
  expect(conflicts.map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining('“农安县体育局”归谁主办没有写明'),
    expect.stringContaining(`王五（${county.slug}-wang）`),
  ]);
  await expect(apply(id)).rejects.toMatchObject({ code: 'reorganisation.state' });
});

it('closes an organ: its successor takes over, the sub-site is archived and nothing new is written there', async () => {
  await reorganised([{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '归档' }]);
  expect((await organOf('li')).name).toBe('农安县教育局');
  expect(
    await one(
      `SELECT s.name, o.name AS sponsor, archived_at IS NOT NULL AS archived FROM site s JOIN organ o ON o.id = s.sponsor_id
      WHERE s.id = $1`,
      county.subSites['/bm/tyj/'],
    ),
  ).toEqual({ name: '农安县体育局', sponsor: '农安县教育局', archived: true });
  expect((await channelOf('bm/tyj/gzdt')).state).toBe('closed');
  expect(
    await one('SELECT ended_at IS NOT NULL AS ended FROM access_grant WHERE site_id = $1', county.subSites['/bm/tyj/']),
  ).toEqual({
    ended: true,
  });
});

it('moves channels below another one; their old addresses lead on', async () => {
  await reorganised([
    { action: '合并', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty', under: 'zwgk/jy' },
  ]);
  expect(await channelOf('zwgk/ty/jx')).toMatchObject({ path: 'zwgk/jy/ty/jx', depth: 4 });
  const led = await rows('SELECT from_path, to_path FROM redirect WHERE tenant_id = $1 ORDER BY 1', county.tenantId);
  expect(led).toEqual([
    { from_path: 'zwgk/ty/', to_path: 'zwgk/jy/ty/' },
    { from_path: 'zwgk/ty/jx/', to_path: 'zwgk/jy/ty/jx/' },
    { from_path: 'zwgk/ty/qm/', to_path: 'zwgk/jy/ty/qm/' },
  ]);
});

it('says which channels would have the same address', async () => {
  await platform.work.run(scopeOf(county.tenantId), (tx) =>
    tx.query(
      `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind)
       SELECT tenant_id, gen_random_uuid(), site_id, id, 'ty', path || '/ty', depth + 1, 1, '学校体育', column_type, item_kind
       FROM channel WHERE id = $1`,
      [county.channels['zwgk/jy']],
    ),
  );
  const { id } = await draft([
    { action: '合并', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty', under: 'zwgk/jy' },
  ]);
  expect((await tryPlan(id)).conflicts).toEqual([
    { row: 1, sentence: '栏目 zwgk/ty 移过去后，地址与“学校体育”（zwgk/jy/ty）相同，请先改其中一个的地址。' },
  ]);
});

it('joins a sub-site with the successor’s: texts, authority and addresses go there', async () => {
  const subSite = {
    ...county.portal,
    id: county.subSites['/bm/tyj/']!,
    channels: { gzdt: county.channels['bm/tyj/gzdt']! },
  };
  const { itemId, path } = await publish(platform, subSite, 'gzdt', aDocument({ title: '体育局的通知' }));
  await reorganised([{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '并入' }]);
  expect(
    await one(
      `SELECT s.prefix, c.path AS channel, p.path FROM publication p JOIN site s ON s.id = p.site_id
       JOIN channel c ON c.id = p.channel_id AND c.site_id = s.id WHERE p.item_id = $1`,
      itemId,
    ),
  ).toEqual({ prefix: '/bm/jyj/', channel: 'gzdt', path });
  const grant = await one(
    `SELECT site_id AS site, ended_at AS ended FROM access_grant WHERE account_id = $1 AND scope = 'site'`,
    county.people.wang,
  );
  expect(grant).toEqual({ site: county.subSites['/bm/jyj/'], ended: null });

  const directory = new SiteDirectory(platform.reads, 'localhost');
  await directory.load();
  const moved = directory.movedFrom(`${county.slug}.localhost`, `/bm/tyj/${path}`);
  expect(moved).toMatchObject({ to: { id: county.subSites['/bm/jyj/'] }, within: path });
});

it('says where the texts of a sub-site that joins another find no channel', async () => {
  const subSite = {
    ...county.portal,
    id: county.subSites['/bm/tyj/']!,
    channels: { gzdt: county.channels['bm/tyj/gzdt']! },
  };
  await publish(platform, subSite, 'gzdt');
  await rows(`UPDATE channel SET slug = 'dt', path = 'dt' WHERE id = $1`, county.channels['bm/jyj/gzdt']);
  const { id } = await draft([{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '并入' }]);
  expect((await tryPlan(id)).conflicts).toEqual([
    { row: 1, sentence: '子站栏目“工作动态”（gzdt）有 1 篇稿件，接续的子站没有同一地址的栏目，请先建好。' },
  ]);
});

describe('taken back', () => {
  const PLANS: Record<string, Lines> = {
    'a merger': MERGE,
    'a merger into one of them that moves channels': [
      { action: '合并', from: '农安县体育局', to: '农安县教育局', channels: 'zwgk/ty', under: 'zwgk/jy' },
    ],
    'a split': [
      {
        action: '拆分',
        from: '农安县体育局',
        to: '农安县竞技体育中心',
        people: '李四',
        channels: 'zwgk/ty/jx',
        under: 'zwgk/wh',
      },
      { action: '拆分', from: '农安县体育局', to: '农安县全民健身中心', people: '其余', subSite: '保留' },
    ],
    'an archived sub-site': [{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '归档' }],
    'a sub-site that joined another': [{ action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '并入' }],
    'a renaming': [
      { action: '更名', from: '农安县教育局', to: '农安县教体局', shortName: '教体局', address: '南街3号' },
    ],
  };

  it.each(Object.entries(PLANS))('%s leaves every row as it was', async (_, lines) => {
    const subSite = {
      ...county.portal,
      id: county.subSites['/bm/tyj/']!,
      channels: { gzdt: county.channels['bm/tyj/gzdt']! },
    };
    await publish(platform, subSite, 'gzdt');
    await rows(
      `INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ($1, $2, 'old/', 'gzdt/')`,
      county.tenantId,
      subSite.id,
    );
    const before = await dump();
    const { id } = await reorganised(lines);
    expect(await dump()).not.toEqual(before);
    const report = await desk.takeBack(county.tenantId, id);
    expect(report.kept).toEqual([]);
    expect(await dump()).toEqual(before);
  });
});
