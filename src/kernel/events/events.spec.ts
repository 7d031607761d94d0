import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { aDocument, aSite, type BuiltSite, publish, scopeOf } from '../../../test/builders.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { VisibilityClock } from '../../content/publication/visibility-clock.js';
import { contentTags } from '../../content/tags.js';
import { ChangeFeed } from './change-feed.js';
import { Relay } from './relay.js';

let platform: TestPlatform;
let site: BuiltSite;
const open: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  platform = await aPlatform();
  site = await aSite(platform);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop()));
  await platform.close();
});

async function aRelay(everySecond: () => Promise<void> = async () => {}): Promise<Relay> {
  const relay = new Relay(platform.connections, platform.log, everySecond);
  open.push(relay);
  await relay.start();
  return relay;
}

/** A node's feed and all tags it heard of. */
async function aNode() {
  const feed = new ChangeFeed(platform.connections, platform.log);
  const heard: (string[] | null)[] = [];
  feed.onChange((tags) => heard.push(tags));
  open.push(feed);
  await feed.start();
  return { feed, heard, tags: () => new Set(heard.flatMap((tags) => tags ?? ['missed'])) };
}

async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('did not come about');
    await sleep(10);
  }
}

const positions = async () => {
  const client = new pg.Client({ connectionString: platform.superuserUrl });
  await client.connect();
  const { rows } = await client.query('SELECT position::int FROM change ORDER BY position');
  await client.end();
  return rows.map((row) => row.position);
};

it('tells every node of what was committed, within moments', async () => {
  await aRelay();
  const nodes = [await aNode(), await aNode()];
  const { itemId } = await publish(platform, site, 'ywdt');
  for (const node of nodes) await until(() => node.tags().has(contentTags.item(itemId)), 1_000);
});

it('tells nothing of what was taken back', async () => {
  await aRelay();
  const node = await aNode();
  await platform.work
    .run(scopeOf(site.tenantId), async (tx) => {
      await tx.emit({ name: 'test.taken-back', tenantId: site.tenantId, tags: ['taken-back'] });
      throw new Error('taken back');
    })
    .catch(() => {});
  const { itemId } = await publish(platform, site, 'ywdt');
  await until(() => node.tags().has(contentTags.item(itemId)));
  expect(node.tags().has('taken-back')).toBe(false);
});

it('numbers without gaps, whoever relays, and relays each piece of news once', async () => {
  const relays = [await aRelay(), await aRelay()];
  await Promise.all(Array.from({ length: 20 }, () => publish(platform, site, 'ywdt')));
  const node = await aNode();
  await until(() => node.feed.position >= 21 || node.tags().size > 0).catch(() => {});
  await until(() => true);
  await sleep(1_500);
  const before = await positions();
  await relays[0]!.stop();
  await Promise.all(Array.from({ length: 20 }, () => publish(platform, site, 'ywdt')));
  await sleep(2_500);
  const after = await positions();
  expect(after).toEqual(Array.from({ length: before.length + 20 }, (_, i) => i + 1));
}, 30_000);

it('catches up on what was committed while nothing ran', async () => {
  const node = await aNode();
  const { itemId } = await publish(platform, site, 'ywdt');
  await aRelay();
  await until(() => node.tags().has(contentTags.item(itemId)));
});

it('comes back after its connection was cut, and misses nothing', async () => {
  await aRelay();
  const node = await aNode();
  const client = new pg.Client({ connectionString: platform.superuserUrl });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name IN ('jiyue relay', 'jiyue change feed') AND datname = current_database()`,
  );
  await client.end();
  const { itemId } = await publish(platform, site, 'ywdt');
  await until(() => node.tags().has(contentTags.item(itemId)), 8_000);
  expect(node.heard).not.toContain(null);
}, 20_000);

it('says that changes were missed when its position is no longer there', async () => {
  await aRelay();
  const node = await aNode();
  await publish(platform, site, 'ywdt');
  await until(() => node.feed.position > 0);
  await node.feed.stop();
  const client = new pg.Client({ connectionString: platform.superuserUrl });
  await client.connect();
  await client.query(
    `INSERT INTO change (position, tenant_id, name, tags, created_at) VALUES (1000, $1, 'x', '{}', now())`,
    [site.tenantId],
  );
  await client.end();
  const [feed, heard] = [new ChangeFeed(platform.connections, platform.log), [] as (string[] | null)[]];
  Object.assign(feed, { at: 500, primed: true });
  feed.onChange((tags) => heard.push(tags));
  open.push(feed);
  await feed.start();
  expect(heard).toContain(null);
});

it('tells pages when a publication begins and when it ends to be visible', async () => {
  const clock = new VisibilityClock(platform.work);
  await aRelay(clock.tick);
  const node = await aNode();
  const { itemId } = await publish(platform, site, 'ywdt', aDocument());
  await until(() => node.tags().has(contentTags.item(itemId)));
  node.heard.length = 0;
  await sleep(1_200);
  expect(node.tags().has(contentTags.item(itemId))).toBe(false);

  const client = new pg.Client({ connectionString: platform.superuserUrl });
  await client.connect();
  await client.query(
    `UPDATE publication SET created_at = now() - interval '1 hour', visible_from = now() + interval '1 second',
       visible_until = now() + interval '4 seconds' WHERE item_id = $1`,
    [itemId],
  );
  await client.end();
  await until(() => node.tags().has(contentTags.item(itemId)), 4_000);
  node.heard.length = 0;
  await until(() => node.tags().has(contentTags.item(itemId)), 6_000);
}, 30_000);
