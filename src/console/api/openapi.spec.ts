import { anApi, type TestApi } from '../../../test/api.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { explained } from './openapi.js';

let platform: TestPlatform;
let api: TestApi;
// biome-ignore lint/suspicious/noExplicitAny: a document of any form, which the tests judge
let document: any;
let page: string;

beforeAll(async () => {
  platform = await aPlatform();
  api = await anApi(platform);
  document = (await api.ask('/api/v1/openapi.json')).json;
  page = (await api.ask('/api/docs')).text;
});

afterAll(async () => {
  await api?.close();
  await platform?.close();
});

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const operations = (): { method: string; path: string; it: Record<string, never> & Operation }[] =>
  Object.entries(document.paths as Record<string, Record<string, never>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, it]) => ({ method, path, it })),
  );
interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object; example: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

/** Every object in the document. */
function* everyObject(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const one of value) yield* everyObject(one);
  else if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>;
    for (const one of Object.values(value)) yield* everyObject(one);
  }
}

const at = (reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce((found: unknown, key) => (found as Record<string, unknown> | undefined)?.[key], document);

it('is an OpenAPI 3.1 document with a title, a version, a server and a way to prove oneself', () => {
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d+$/),
    info: { title: expect.any(String), version: '1' },
    servers: [{ url: 'https://console.example/api/v1' }],
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  });
});

it('has every route of the API, and no other', () => {
  const told = operations().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(told.sort()).toEqual(api.api.routes.map(({ method, path }) => `${method} ${path}`).sort());
  expect(told.length).toBeGreaterThanOrEqual(11);
});

it('every route in it is answered by the API, to nobody without a token', async () => {
  for (const { method, path } of operations()) {
    const address = `/api/v1${path.replace(/\{\w+\}/g, '019a2b3c-0000-7000-8000-000000000000')}`;
    const brings = method !== 'get';
    const answer = await api.ask(address, { method: method.toUpperCase(), ...(brings ? { body: {} } : {}) });
    expect([method, path, answer.status, answer.json?.type]).toEqual([
      method,
      path,
      401,
      '/api/docs#api.token-missing',
    ]);
  }
});

it('each operation says who it is, what it takes and what it gives', () => {
  const ids = operations().map(({ it }) => it.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { method, path, it } of operations()) {
    expect(METHODS).toContain(method);
    expect(it.summary).toMatch(/\p{Script=Han}/u);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(it.parameters.filter((one) => one.in === 'path').map((one) => one.name)).toEqual(inPath);
    for (const one of it.parameters) {
      expect(['path', 'query', 'header']).toContain(one.in);
      expect(one.required).toBe(one.in === 'path');
      expect(typeof one.schema).toBe('object');
    }
    expect('requestBody' in it).toBe(method !== 'get');
    const statuses = Object.keys(it.responses);
    expect(statuses.filter((status) => /^20[01]$/.test(status))).toHaveLength(1);
    expect(statuses).toEqual(expect.arrayContaining(['400', '401', '403', '429', '500', '503']));
    expect(statuses.includes('404')).toBe(path.includes('{') || method !== 'get');
    for (const [status, answer] of Object.entries(it.responses)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(answer.description).not.toBe('');
      const types = Object.keys(answer.content ?? {});
      expect(types).toEqual(status === '304' ? [] : [status < '400' ? 'application/json' : 'application/problem+json']);
    }
  }
});

it('every reference leads somewhere, and every part is referred to', () => {
  const references = new Set<string>();
  for (const object of everyObject(document)) if (typeof object.$ref === 'string') references.add(object.$ref);
  expect(references.size).toBeGreaterThan(5);
  for (const reference of references) expect([reference, at(reference)]).toEqual([reference, expect.any(Object)]);
  for (const kind of ['schemas', 'headers'])
    for (const name of Object.keys(document.components[kind]))
      expect([...references]).toContain(`#/components/${kind}/${name}`);
});

it('every field of every resource is described, in words for people, and always there', () => {
  interface Told {
    type: string;
    properties: Record<string, { description?: string }>;
    required: string[];
    additionalProperties: boolean;
  }
  for (const [name, schema] of Object.entries(document.components.schemas as Record<string, Told>)) {
    const { type, properties, required, additionalProperties } = schema;
    expect([name, type, additionalProperties]).toEqual([name, 'object', false]);
    for (const [field, { description }] of Object.entries(properties))
      expect([name, field, description]).toEqual([name, field, expect.stringMatching(/./)]);
    if (name !== 'Problem') expect(required.toSorted()).toEqual(Object.keys(properties).sort());
  }
});

it('every example is what it is an example of', () => {
  for (const { docs } of api.api.routes) {
    expect(docs.answer.schema.safeParse(docs.answer.example)).toMatchObject({ success: true });
    if (docs.body) expect(docs.body.schema.safeParse(docs.body.example)).toMatchObject({ success: true });
  }
});

it('says nothing of any tenant, and is the same for everybody', async () => {
  const { headers, text } = await api.ask('/api/v1/openapi.json', {
    headers: { authorization: 'Bearer x', cookie: 'a=b' },
  });
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(JSON.parse(text)).toEqual(document);
});

describe('the page of documents', () => {
  it('is open to anybody, in Chinese, under the content policy of the desk', async () => {
    const answer = await api.ask('/api/docs');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).toContain('<html lang="zh-CN">');
    expect(answer.text).not.toMatch(/<[^>]+ style=|<script(?![^>]+src=)|<style/);
  });

  it('tells every route with an example to be copied', () => {
    for (const { method, path, docs } of api.api.routes) {
      expect(page).toContain(docs.summary);
      expect(page).toContain(`<b>${method}</b>`);
      expect(page).toContain(path);
    }
    expect(page).toContain('curl -H &quot;Authorization: Bearer $TOKEN&quot;');
  });

  it('explains every error at the address that a problem names', () => {
    for (const { docs } of api.api.routes)
      for (const maker of docs.errors ?? []) expect(page).toContain(`id="${explained(maker).code}"`);
    for (const code of ['api.token-refused', 'api.cursor', 'api.changed', 'authority.missing', 'authority.refused'])
      expect(page).toContain(`id="${code}"`);
    const inner = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    for (const id of inner) expect(page).toContain(`id="${id}"`);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says that items are read only so far, and that each process counts requests by itself', () => {
    expect(page).toContain('稿件目前只能读取');
    expect(page).toContain('每个服务进程各自计数');
  });
});
