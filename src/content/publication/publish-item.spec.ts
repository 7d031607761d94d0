import pg from 'pg';
import { aDocument, aMedium, aSite, type BuiltSite, publish, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { readMigrations } from '../../kernel/database/migrate.js';
import { Edition } from '../item/edition.entity.js';

let platform: TestPlatform;
let visitor: pg.Client;
let superuser: pg.Client;
let site: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  visitor = new pg.Client({ connectionString: platform.urls.visitor });
  await visitor.connect();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  site = await aSite(platform);
});

afterAll(async () => {
  await visitor?.end();
  await superuser?.end();
  await platform?.close();
});

const released = async (itemId: string) =>
  (await visitor.query('SELECT * FROM release WHERE item_id = $1', [itemId])).rows[0];

it('publishes a document at its address and says who did it', async () => {
  const result = await publish(platform, site, 'zwgk/zcwj', aDocument({ title: '关于供热的通知' }));
  const day = platform.calendar.day(new Date()).replaceAll('-', '');
  expect(result).toMatchObject({
    outcome: 'published',
    edition: 1,
    path: `zwgk/zcwj/${day.slice(0, 6)}/t${day}_${result.serial}.html`,
    standsIn: null,
  });
  expect(await released(result.itemId)).toMatchObject({ title: '关于供热的通知', originally_published: false });
});

it('takes the same source again for a new edition at the same address, and keeps both texts', async () => {
  const source = { by: 'index-number', value: '0000/2026-00001' } as const;
  const first = await publish(platform, site, 'ywdt', aDocument({ source, title: '第一版' }));
  const second = await publish(platform, site, 'ywdt', aDocument({ source, title: '第二版' }));
  expect(second).toMatchObject({ outcome: 'new-edition', edition: 2, path: first.path, serial: first.serial });
  expect(await released(first.itemId)).toMatchObject({ title: '第二版' });
  const editions = await platform.work.run(scopeOf(site.tenantId), (tx) =>
    tx.manager.find(Edition, { where: { itemId: first.itemId }, order: { number: 'ASC' } }),
  );
  expect(editions.map((edition) => edition.title)).toEqual(['第一版', '第二版']);
});

it('does nothing when the very text is public already', async () => {
  const document = aDocument();
  const first = await publish(platform, site, 'ywdt', document);
  expect(await publish(platform, site, 'ywdt', document)).toMatchObject({
    outcome: 'unchanged',
    edition: 1,
    path: first.path,
  });
});

it('stays at its address when another channel is named, and says so', async () => {
  const document = aDocument();
  const first = await publish(platform, site, 'ywdt', document);
  const again = await publish(platform, site, 'zwgk/zcwj', { ...document, title: '换了标题' });
  expect(again).toMatchObject({ outcome: 'new-edition', path: first.path, standsIn: 'ywdt' });
});

it('tells files of the same name in two channels apart', async () => {
  const source = { by: 'file-name', value: 'notice.txt' } as const;
  const a = await publish(platform, site, 'ywdt', aDocument({ source }));
  const b = await publish(platform, site, 'zwgk/zcwj', aDocument({ source }));
  expect(b.itemId).not.toBe(a.itemId);
});

it('knows a file again after its channel went elsewhere', async () => {
  const source = { by: 'file-name', value: 'moved.txt' } as const;
  const first = await publish(platform, site, 'zwgk/zcwj', aDocument({ source }));
  const path = (to: string) =>
    superuser.query('UPDATE channel SET path = $2 WHERE id = $1', [site.channels['zwgk/zcwj'], to]);
  await path('zwgk/zhengce');
  try {
    const again = await publish(platform, site, 'zwgk/zhengce', aDocument({ source, title: '改了标题' }));
    expect(again).toMatchObject({ outcome: 'new-edition', itemId: first.itemId, path: first.path });
  } finally {
    await path('zwgk/zcwj');
  }
});

it('knows files again that were published before it knew channels by more than their path', async () => {
  const source = { by: 'file-name', value: 'older.txt' } as const;
  const older = (itemId: string, value: string) =>
    superuser.query('UPDATE item SET source_value = $2 WHERE id = $1', [itemId, value]);
  const former = await publish(platform, site, 'ywdt', aDocument({ source }));
  await older(former.itemId, 'xinwen/older.txt');
  // The channel had gone elsewhere in between, and there was a second one.
  const latter = await publish(platform, site, 'ywdt', aDocument({ source }));
  await older(latter.itemId, 'ywdt/older.txt');
  const [migration] = (await readMigrations()).filter(({ name }) => name === '0014_files_of_a_channel.sql');
  await superuser.query(migration!.sql);
  const again = await publish(platform, site, 'ywdt', aDocument({ source, title: '第三次' }));
  expect(again).toMatchObject({ outcome: 'new-edition', itemId: latter.itemId });
});

it('keeps the day of a document that was published elsewhere before, from midnight here, and marks it', async () => {
  const { itemId, path, serial } = await publish(platform, site, 'zwgk/zcwj', aDocument({ publishedOn: '2015-03-01' }));
  expect(path).toBe(`zwgk/zcwj/201503/t20150301_${serial}.html`);
  const release = await released(itemId);
  expect(release).toMatchObject({ originally_published: true });
  expect(release.published_at.toISOString()).toBe('2015-02-28T16:00:00.000Z');
  expect(Date.now() - release.released_at.getTime()).toBeLessThan(60_000);
});

it('keeps the day of first publication when a later edition states another', async () => {
  const document = aDocument({ publishedOn: '2015-03-01' });
  const first = await publish(platform, site, 'ywdt', document);
  const second = await publish(platform, site, 'ywdt', { ...document, title: '更正', publishedOn: '2016-01-01' });
  expect(second.path).toBe(first.path);
  expect((await released(first.itemId)).published_at.toISOString()).toBe('2015-02-28T16:00:00.000Z');
});

it('refuses a day of publication that is still to come', async () => {
  await expect(publish(platform, site, 'ywdt', aDocument({ publishedOn: '2099-01-01' }))).rejects.toMatchObject({
    code: 'content.published-in-future',
  });
});

it('refuses a channel that is not there and lists those that are', async () => {
  await expect(publish(platform, site, 'nowhere', aDocument())).rejects.toMatchObject({
    code: 'content.channel-unknown',
    message: expect.stringContaining('zwgk/zcwj'),
  });
});

it('shows the files of the edition that is public, and of no other', async () => {
  const document = aDocument();
  const [old, fresh] = [aMedium(site), aMedium(site)];
  const { itemId } = await publish(platform, site, 'ywdt', document, [old]);
  await publish(platform, site, 'ywdt', document, [fresh]);
  const { rows } = await visitor.query('SELECT name FROM attachment WHERE item_id = $1', [itemId]);
  expect(rows).toEqual([{ name: fresh.name }]);
});

it('makes one item of two commands that publish the same source at once', async () => {
  const document = aDocument();
  const results = await Promise.all([1, 2, 3, 4].map(() => publish(platform, site, 'ywdt', document)));
  expect(new Set(results.map((r) => r.itemId)).size).toBe(1);
  expect(results.map((r) => r.outcome).sort()).toEqual(['published', 'unchanged', 'unchanged', 'unchanged']);
});

it('writes nothing at all when a part fails', async () => {
  const count = async () => {
    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    try {
      const { rows } = await superuser.query(
        `SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM edition) + (SELECT count(*) FROM release)
          + (SELECT count(*) FROM publication) + (SELECT count(*) FROM audit) + (SELECT count(*) FROM outbox) AS n`,
      );
      return rows[0].n;
    } finally {
      await superuser.end();
    }
  };
  const before = await count();
  const twice = aMedium(site);
  await expect(publish(platform, site, 'ywdt', aDocument(), [twice, twice])).rejects.toThrow();
  expect(await count()).toBe(before);
});

it('has no way to change an edition', async () => {
  const { itemId } = await publish(platform, site, 'ywdt', aDocument());
  await expect(
    platform.work.run(scopeOf(site.tenantId, 'publish'), (tx) =>
      tx.query(`UPDATE edition SET html = '' WHERE item_id = $1`, [itemId]),
    ),
  ).rejects.toMatchObject({ code: '42501' });
});
