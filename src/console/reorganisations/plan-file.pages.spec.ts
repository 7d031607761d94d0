import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { aCounty, type County } from '../../../test/county.js';
import { aDesk, signedIn, type TestDesk } from '../../../test/desk.js';
import { said } from '../../../test/form-fields.js';
import { aGrant, anAccount, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { operatorContext } from '../../authority/desk-context.js';
import type { Role } from '../../authority/role.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { newId } from '../../kernel/id.js';
import { readPlanFile } from '../../tenancy/reorganisation/read-plan-file.js';
import { findPlans } from '../../tenancy/reorganisation/stored-plan.js';
import { UPLOAD_BYTES } from '../shell/upload.js';

let platform: TestPlatform;
let desk: TestDesk;
let county: County;
let administrator: BuiltAccount;

const FILE = '/reorganisations/file';
const HEAD = '动作,原机关,新机关,人员';
const GOOD = `${HEAD}\n更名,青松县教育局,青松县教育和体育局,\n`;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

beforeEach(async () => {
  county = await aCounty(platform, { organs: [{ name: '青松县教育局' }] });
  administrator = await person('tenant-administrator', county);
});

async function person(role: Role, { tenantId }: County): Promise<BuiltAccount> {
  const account = await anAccount(platform, { tenantId });
  await aGrant(platform, account, { role, scope: 'tenant', tenantId });
  return account;
}

type Parts = Record<string, string | { name: string; bytes: Buffer | string } | undefined>;

const BOUNDARY = 'jiyue-test-boundary';

/** As a browser writes a form with a file. */
function multipart(parts: Parts): Buffer {
  const pieces = Object.entries(parts).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const file = typeof value === 'object';
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file ? `; filename="${value.name}"\r\nContent-Type: text/csv` : ''}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(file ? value.bytes : value), Buffer.from('\r\n')];
  });
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

interface Sent {
  status: number;
  location: string | undefined;
  body: string;
}

async function send(
  account: BuiltAccount,
  parts: Parts,
  over: { headers?: Record<string, string>; raw?: Buffer } = {},
): Promise<Sent> {
  const { cookie, csrf } = await signedIn(platform, account);
  const headers = {
    host: desk.host,
    cookie,
    origin: `http://${desk.host}`,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    ...over.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: desk.web.port, path: FILE, method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(over.raw ?? multipart({ _csrf: csrf, tenant: county.tenantId, ...parts }));
  });
}

const csv = (bytes: Buffer | string, name = '机构改革.csv') => ({ file: { name, bytes } });
const plans = async () =>
  (await findPlans(platform.work, operatorContext({ kind: 'operator', name: 't' }, [county.tenantId]))).rows;

it('reads a plan from a table and names it by the file, where no name is given', async () => {
  const answer = await send(administrator, csv(GOOD));
  expect(answer.status).toBe(303);
  const [plan] = await plans();
  expect(plan).toMatchObject({ title: '机构改革', state: 'draft' });
  expect(answer.location).toBe(`/reorganisations/${plan!.id}`);
  await send(administrator, { title: '第二个', ...csv(GOOD) });
  expect((await plans())[0]).toMatchObject({ title: '第二个' });
});

it('takes a table in the old encoding', async () => {
  // 动作,原机关,新机关 / 更名,青松县教育局,青松县教体局
  const gbk = 'b6afd7f72cd4adbbfab9d82cd0c2bbfab9d80ab8fcc3fb2cc7e0cbc9cfd8bdccd3fdbed62cc7e0cbc9cfd8bdcccce5bed60a';
  expect((await send(administrator, csv(Buffer.from(gbk, 'hex')))).status).toBe(303);
});

it('takes the day from the table or from beside it, and says where they differ', async () => {
  const [wrote, year] = [
    `${HEAD},生效日期\n更名,青松县教育局,青松县教体局,,`,
    Number(platform.calendar.day(new Date()).slice(0, 4)) + 1,
  ];
  expect((await send(administrator, csv(`${wrote}${year}/7/1\n`))).status).toBe(303);
  expect((await plans())[0]).toMatchObject({ state: 'draft', day: `${year}-07-01` });
  expect((await send(administrator, { day: `${year}-08-01`, ...csv(GOOD) })).status).toBe(303);
  expect((await plans())[0]).toMatchObject({ day: `${year}-08-01` });
  const differing = await send(administrator, { day: `${year}-08-01`, ...csv(`${wrote}${year}/7/1\n`) });
  expect(differing.status).toBe(422);
  expect(said(differing.body)).toContain(`第 2 行 生效日期“${year}/7/1”与上面填的“${year}-08-01”不同。`);
  expect(differing.body).toContain(`value="${year}-08-01"`);
  const past = await send(administrator, csv(`${wrote}2020-01-01\n`));
  expect(said(past.body)).toContain('第 2 行 生效日期 2020-01-01 已经过去。');
  const beside = await send(administrator, { day: '2020-01-01', ...csv(GOOD) });
  expect([beside.status, said(beside.body).includes('生效日期 2020-01-01 已经过去。')]).toEqual([422, true]);
  expect(await plans()).toHaveLength(2);
});

it('lists every faulty line by its number, and keeps nothing', async () => {
  const answer = await send(
    administrator,
    csv(`${HEAD}\n更名,青松县教育局,,\n合拼,青松县教育局,青松县教体局,\n更名,没有的局,新局,\n`),
  );
  expect(answer.status).toBe(422);
  const page = said(answer.body);
  expect(page).toMatch(/第 2 行 没有填“新机关”。/);
  expect(page).toMatch(/第 3 行 不认识动作“合拼”/);
  expect(page).toMatch(/第 4 行 没有叫“没有的局”的机关/);
  expect(await plans()).toEqual([]);
});

it.each([
  ['no file', {}, '请选择一个 .csv 文件'],
  ['a file that is not chosen', csv('', ''), '请选择一个 .csv 文件'],
  ['another table', csv('姓名,电话\n张三,1\n'), '的表头不对'],
  ['a picture', csv(Buffer.from('ffd8ffe000104a46494600', 'hex'), 'x.jpg'), '看不懂“x.jpg”的文字编码'],
  ['a file of more than 1 MB', csv(Buffer.alloc(UPLOAD_BYTES + 1, GOOD)), '文件超过 1 MB'],
  ['a file of 5 MB', csv(Buffer.alloc(5 * UPLOAD_BYTES, GOOD)), '文件超过 1 MB'],
])('says what is wrong with %s', async (_, parts: Parts, says) => {
  const answer = await send(administrator, parts);
  expect(answer.status).toBe(422);
  expect(said(answer.body)).toContain(says);
  expect(await plans()).toEqual([]);
});

it('gives a sample that it reads itself', async () => {
  const browser = await desk.as(administrator);
  const answer = await browser.get('/reorganisations/sample');
  expect(answer.headers['content-disposition']).toContain(encodeURIComponent('机构改革方案示例.csv'));
  const { lines } = readPlanFile(answer.bytes, 'x');
  expect(lines.length).toBeGreaterThan(3);
  expect(lines).toEqual(readPlanFile(await readFile(join(projectRoot, 'samples', 'reorganisation.csv')), 'x').lines);
  expect((await browser.get(FILE)).body).toContain('enctype="multipart/form-data"');
});

it('answers for another tenant as for one that is not there, and refuses where one only reads', async () => {
  const other = await aCounty(platform, { organs: [{ name: '红旗县教育局' }] });
  const strange = await send(administrator, { tenant: other.tenantId, ...csv(GOOD) });
  const missing = await send(administrator, { tenant: newId(), ...csv(GOOD) });
  expect([strange.status, missing.status]).toEqual([404, 404]);
  expect(said(strange.body)).toBe(said(missing.body));
  const reader = await person('supervisor', county);
  expect((await send(reader, csv(GOOD))).status).toBe(404);
  await aGrant(platform, reader, { role: 'tenant-administrator', scope: 'tenant', tenantId: other.tenantId });
  expect((await send(reader, csv(GOOD))).status).toBe(403);
  expect(await plans()).toEqual([]);
});

it.each([
  ['without a token', { parts: { _csrf: undefined } }],
  ['with a token that is none', { parts: { _csrf: 'x' } }],
  ['with a file for a token', { parts: { file: undefined, _csrf: { name: 'x', bytes: 'x' } } }],
  ['from another page', { headers: { origin: 'http://elsewhere.example' } }],
])('refuses a form %s', async (_, { parts = {}, headers }: { parts?: Parts; headers?: Record<string, string> }) => {
  const answer = await send(administrator, { ...csv(GOOD), ...parts }, { headers });
  expect(answer.status).toBe(403);
  expect(await plans()).toEqual([]);
});

it.each([
  ['two files', { a: { name: 'a.csv', bytes: GOOD }, ...csv(GOOD) }],
  [
    'more fields than a form has',
    { ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, 'x'])), ...csv(GOOD) },
  ],
  ['a name of the language’s own', { __proto__x: 'x', constructor: 'x', ...csv(GOOD) } as Parts],
])('refuses %s', async (_, parts: Parts) => {
  const answer = await send(administrator, parts);
  expect(answer.status).toBe(400);
  expect(said(answer.body)).toContain('上传的内容无法识别');
  expect(await plans()).toEqual([]);
});

it.each([
  [
    'that breaks off',
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n动作`),
  ],
  ['that is none', Buffer.from('动作,原机关')],
])('refuses a body %s', async (_, raw) => {
  const { status } = await send(administrator, {}, { raw });
  expect([400, 403]).toContain(status);
  expect(await plans()).toEqual([]);
});

it('reads no file for who is not signed in', async () => {
  const answer = await send(administrator, csv(GOOD), { headers: { cookie: '' } });
  expect(answer).toMatchObject({ status: 303, location: '/sign-in' });
});
