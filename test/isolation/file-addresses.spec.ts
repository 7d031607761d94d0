import { aPlatform, type TestPlatform } from '../platform.js';
import { type Answer, aWeb, type TestWeb } from '../web.js';
import { fingerprint } from './matrix/fingerprint.js';
import type { PublishedFile } from './matrix/published-file.js';
import { aWorld, type World } from './matrix/world.js';

/** Files and documents have the address of their place: under another host, or by what they are, they do not exist. */
let platform: TestPlatform;
let world: World;
let web: TestWeb;
let hosts: string[];

beforeAll(async () => {
  platform = await aPlatform();
  world = await aWorld(platform);
  web = await aWeb(platform);
  hosts = Object.keys(world.files).map((slug) => `${slug}.localhost`);
}, 120_000);

afterAll(async () => {
  await web?.close();
  await world?.superuser.end();
  await platform?.close();
});

const fileOf = (host: string): PublishedFile => world.files[host.split('.', 1)[0]!]!;

/** Without what tells one request, or what was asked for, from another. */
const plain = ({ status, headers, body }: Answer, asked: string) => ({
  status,
  type: headers['content-type'],
  body: body
    .replaceAll(asked, '…')
    .replaceAll(encodeURIComponent(asked), '…')
    .replace(/编号 [0-9a-f]{12}/, ''),
});

describe('a document and its file', () => {
  it('are shown under the host of their site', async () => {
    for (const host of hosts) {
      const { path, filePath, title, content } = fileOf(host);
      expect((await web.ask(host, `/${path}`)).body).toContain(title);
      expect(await web.ask(host, `/${filePath}`)).toMatchObject({ status: 200, body: content });
    }
  });

  it('do not exist under any other: answered as what never was', async () => {
    for (const host of hosts)
      for (const other of hosts.filter((one) => one !== host)) {
        const { path, filePath } = fileOf(other);
        for (const [asked, none] of [
          [path, path.replace(/\d{7}/, '9999999')],
          [filePath, filePath.replace(/\d{7}/, '9999999')],
          [filePath, `${fileOf(host).filePath.replace(/[^/]+$/, '')}none.pdf`],
        ] as const) {
          const [told, missing] = [await web.ask(host, `/${asked}`), await web.ask(host, `/${none}`)];
          expect(plain(told, asked)).toEqual(plain(missing, none));
          expect(told.status).toBe(404);
        }
      }
  });

  it('are not told by what a client says it has of them, nor by a part or the head of them', async () => {
    for (const host of hosts)
      for (const other of hosts.filter((one) => one !== host)) {
        const { filePath } = fileOf(other);
        const { etag = '' } = (await web.ask(other, `/${filePath}`)).headers;
        for (const headers of [{ 'if-none-match': etag }, { range: 'bytes=0-3' }, { 'if-none-match': '*' }])
          expect((await web.ask(host, `/${filePath}`, { headers: headers as never })).status).toBe(404);
        expect((await web.ask(host, `/${filePath}`, { method: 'HEAD' })).status).toBe(404);
      }
  });
});

it('an object has no address by its key, its digest, its tenant or its id', async () => {
  for (const host of [...hosts, 'console.localhost', 'localhost', 'nobody.localhost'])
    for (const file of Object.values(world.files)) {
      const { objectKey, sha256, itemId, publicationId, name, content } = file;
      for (const path of [
        objectKey,
        `objects/${objectKey}`,
        `${objectKey}/${name}`,
        sha256,
        `media/${sha256}`,
        `files/${sha256}/${name}`,
        `assets/${sha256}`,
        `assets/${name}`,
        `assets/../${objectKey}`,
        `assets/%2e%2e/${objectKey}`,
        `api/v1/objects/${sha256}`,
        itemId,
        publicationId,
        `mx/wj/${itemId}/${name}`,
        `mx/wj/${name}`,
      ]) {
        const { status, body } = await web.ask(host, `/${path}`);
        expect([host, path, status === 200, body.includes(content)]).toEqual([host, path, false, false]);
      }
    }
});

it('a path leads out of no site', async () => {
  for (const host of hosts)
    for (const other of hosts.filter((one) => one !== host)) {
      const { filePath, content } = fileOf(other);
      for (const path of [
        `/../${other}/${filePath}`,
        `/..%2f${other}%2f${filePath}`,
        `//${other}/${filePath}`,
        `/./${filePath}`,
        `/%2e%2e/${filePath}`,
        `/bm/jyj/../../${filePath}`,
        `http://${other}@${host}/${filePath}`,
        `/${filePath}?host=${other}`,
      ]) {
        const { body } = await web.ask(host, path, {
          headers: { 'x-forwarded-host': other, 'x-original-url': `/${filePath}` },
        });
        expect([host, path, body.includes(content)]).toEqual([host, path, false]);
      }
    }
});

it('what visitors ask changes nothing', async () => {
  const before = await fingerprint(world.superuser);
  for (const host of hosts)
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'])
      for (const path of ['/', `/${fileOf(host).path}`, '/accounts', '/sign-in', '/api/v1/channels']) {
        const { status } = await web.ask(host, path, { method });
        if (method !== 'GET') expect([method, path, status]).toEqual([method, path, 405]);
      }
  expect(await fingerprint(world.superuser)).toEqual(before);
});
