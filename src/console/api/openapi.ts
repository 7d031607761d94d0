import { z } from 'zod';
import { authorityErrors } from '../../authority/errors.js';
import type { UserError } from '../../kernel/user-error.js';
import { type Api, type ApiRoute, FAILURE_RATE, TOKEN_RATE } from './api.js';
import { apiErrors, type ErrorMaker } from './errors.js';
import { titleOf } from './problem.js';
import type { Resource } from './resource.js';
import type { ReadDocs } from './route-docs.js';

type Json = Record<string, unknown>;

/** Every error that a request of this route may be answered with. */
export function errorsOf({ method, path, docs }: ApiRoute): ErrorMaker[] {
  const changes = method !== 'GET';
  return [
    apiErrors['api.token-missing'],
    apiErrors['api.token-refused'],
    apiErrors['api.address-refused'],
    apiErrors['api.action-refused'],
    apiErrors['api.query'],
    ...(docs.list ? [apiErrors['api.cursor']] : []),
    ...(path.includes('{') || changes ? [authorityErrors['authority.missing']] : []),
    ...(changes
      ? [
          authorityErrors['authority.refused'],
          apiErrors['api.body-unreadable'],
          apiErrors['api.body-type'],
          apiErrors['api.body-size'],
          apiErrors['api.body'],
        ]
      : []),
    ...(method === 'PATCH' ? [apiErrors['api.changed']] : []),
    ...(docs.errors ?? []),
    apiErrors['api.too-many-requests'],
    apiErrors['api.too-many-failures'],
    apiErrors['api.failed'],
    apiErrors['api.away'],
  ];
}

/** Sentences of a catalogue are shown with their blanks. */
const BLANKS = new Proxy({}, { get: () => '…' });

export const explained = (maker: ErrorMaker): UserError => (maker as (facts: unknown) => UserError)(BLANKS);

/** JSON Schema of what is sent, or of what is answered. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

/** Of what a route is sent: a field that its schema does not describe is the one of that name in the answer. */
export function bodySchemaOf({ body, answer }: ReadDocs): Json {
  if (!body) return {};
  const schema = jsonSchemaOf(body.schema, 'input');
  const known = (jsonSchemaOf(answer.schema, 'output').properties ?? {}) as Record<string, Json>;
  for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, Json>))
    field.description ??= known[name]?.description;
  return schema;
}

/** The document of the API (OpenAPI 3.1), from its routes: what is not a route is not in it. It says nothing of anybody. */
export function openApiDocument(api: Api): Json {
  const paths: Record<string, Json> = {};
  const resources = new Map<string, Resource>();
  for (const route of api.routes) {
    resources.set(route.docs.answer.name, route.docs.answer);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(api, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '集约平台 API',
      version: '1',
      summary: '政府网站集约化平台的网站、栏目、稿件和刊载',
      description: `用个人令牌读取和管理自己权限之内的内容。中文说明见 ${api.places.origin}/api/docs。`,
    },
    servers: [{ url: `${api.places.origin}/api/v1` }],
    security: [{ token: [] }],
    tags: [...resources.values()].map(({ label }) => ({ name: label })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: '在工作台“我的 API 令牌”里新建的令牌，形如 jiyue_…。只能放在 Authorization 头里。',
        },
      },
      headers: {
        ETag: header('这一内容的标记，用于 If-None-Match 和 If-Match'),
        Link: header('下一页的地址，rel="next"；没有下一页时不出现'),
        Location: header('新内容的地址'),
        RetryAfter: header('多少秒之后再试'),
        RateLimit: header(`令牌还剩多少次，例如 "${TOKEN_RATE.name}";r=119;t=1`),
        RateLimitPolicy: header(
          `令牌的限额：q 次，w 秒补满。另有错误令牌每个网络地址每分钟 ${FAILURE_RATE.perMinute} 次`,
        ),
      },
      schemas: {
        ...Object.fromEntries(
          [...resources.values()].map(({ name, label, schema, example }) => [
            name,
            { title: label, ...jsonSchemaOf(schema, 'output'), examples: [example] },
          ]),
        ),
        Problem: PROBLEM,
      },
    },
  };
}

const header = (description: string): Json => ({ description, schema: { type: 'string' } });
const headerRef = (name: string): Json => ({ $ref: `#/components/headers/${name}` });

function operationOf(api: Api, route: ApiRoute): Json {
  const { path, action, docs } = route;
  const says = api.rules.get(action)?.says ?? action;
  return {
    operationId: operationIdOf(route),
    tags: [docs.answer.label],
    summary: docs.summary,
    description: [docs.description, `须有“${says}”（${action}）的权限。`].filter(Boolean).join(''),
    parameters: [...pathParameters(path), ...queryParameters(route), ...conditionParameters(route)],
    ...(docs.body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: bodySchemaOf(docs), example: docs.body.example },
            },
          },
        }
      : {}),
    responses: { ...successOf(route), ...problemsOf(route) },
    'x-action': action,
  };
}

/** `patchChannelsChannelId` */
const operationIdOf = ({ method, path }: ApiRoute): string =>
  method.toLowerCase() +
  path
    .split(/[/{}]+/)
    .filter(Boolean)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));

function queryParameters({ docs }: ApiRoute): Json[] {
  const { properties = {} } = jsonSchemaOf(docs.asked, 'input') as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema,
  }));
}

/** Whether an answer is one object that is there already. */
export const isSingle = ({ method, docs }: ApiRoute): boolean => method === 'GET' && !docs.list;

function conditionParameters(route: ApiRoute): Json[] {
  const named = (name: string, description: string): Json[] => [
    { name, in: 'header', required: false, description, schema: { type: 'string' } },
  ];
  if (isSingle(route)) return named('If-None-Match', '上次得到的 ETag：内容没有变就只答 304');
  if (route.method === 'PATCH') return named('If-Match', '读取时得到的 ETag：别人已经改动时答 412，不执行');
  return [];
}

/** A new object is made by a POST to a list of them; any other POST answers with what it changed. */
export const successStatus = ({ method, path }: Pick<ApiRoute, 'method' | 'path'>): 200 | 201 =>
  method === 'POST' && !path.includes('{') ? 201 : 200;

function successOf(route: ApiRoute): Json {
  const { docs } = route;
  const one = { $ref: `#/components/schemas/${docs.answer.name}` };
  const rates = { RateLimit: headerRef('RateLimit'), 'RateLimit-Policy': headerRef('RateLimitPolicy') };
  if (docs.list)
    return {
      200: {
        description: '一页',
        headers: { ...rates, Link: headerRef('Link') },
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['data', 'next'],
              additionalProperties: false,
              properties: {
                data: { type: 'array', items: one },
                next: { type: ['string', 'null'], description: '下一页的地址；没有下一页时为 null' },
              },
            },
          },
        },
      },
    };
  const status = successStatus(route);
  return {
    [status]: {
      description: docs.answer.label,
      headers: { ...rates, ETag: headerRef('ETag'), ...(status === 201 ? { Location: headerRef('Location') } : {}) },
      content: { 'application/json': { schema: one } },
    },
    ...(isSingle(route) ? { 304: { description: '没有变' } } : {}),
  };
}

function problemsOf(route: ApiRoute): Json {
  const byStatus = Map.groupBy(errorsOf(route).map(explained), (error) => error.status);
  return Object.fromEntries(
    [...byStatus].map(([status, errors]) => [
      status,
      {
        description: `${titleOf(status)}：${[...new Set(errors.map((error) => error.code))].join('、')}`,
        ...(status === 429 ? { headers: { 'Retry-After': headerRef('RetryAfter') } } : {}),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

const PROBLEM: Json = {
  title: '出错时的应答',
  description: 'RFC 9457',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'requestId'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', format: 'uri-reference', description: '错误的种类，也是它的说明所在的地址' },
    title: { type: 'string', description: '种类的名称' },
    status: { type: 'integer', description: 'HTTP 状态码' },
    detail: { type: 'string', description: '出了什么问题，怎样改' },
    instance: { type: 'string', description: '请求的地址' },
    requestId: { type: 'string', description: '请求的编号，查询时告诉平台管理员' },
    errors: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: '逐项的问题：参数或字段的名称和怎样改',
    },
  },
};
