import { type Api, type ApiRoute, FAILURE_RATE, TOKEN_RATE } from './api.js';
import { bodySchemaOf, errorsOf, explained, isSingle, jsonSchemaOf, successStatus } from './openapi.js';
import { titleOf } from './problem.js';
import type { Resource } from './resource.js';
import { MOST_ROWS } from './route-docs.js';

interface Field {
  name: string;
  type: string;
  about: string;
  required: boolean;
}

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; anyOf?: Schema[]; oneOf?: Schema[] };

/** What the page of documents shows: from the routes and their schemas alone, so that it says what is so. */
export function docsModel(api: Api) {
  const resources = new Map<string, Resource>();
  for (const { docs } of api.routes) resources.set(docs.answer.name, docs.answer);
  const errors = new Map<string, { code: string; status: number; title: string; says: string }>();
  for (const route of api.routes)
    for (const { code, status, message } of errorsOf(route).map(explained))
      errors.set(code, { code, status, title: titleOf(status), says: message });
  return {
    base: `${api.places.origin}/api/v1`,
    documentAddress: '/api/v1/openapi.json',
    tokenRate: { perSecond: TOKEN_RATE.perMinute / 60, ...TOKEN_RATE },
    failureRate: FAILURE_RATE,
    mostRows: MOST_ROWS,
    groups: [...Map.groupBy(api.routes, groupOf)].map(([title, routes]) => ({
      title,
      id: `g-${routes[0]!.docs.answer.name}`,
      routes: routes.map((route) => routeModel(api, route)),
    })),
    resources: [...resources.values()].map(({ name, label, schema, example }) => ({
      id: `o-${name}`,
      name,
      label,
      fields: fieldsOf(jsonSchemaOf(schema, 'output')),
      example: JSON.stringify(example, null, 2),
    })),
    errors: [...errors.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1)),
  };
}

/** By what a route answers with: 稿件 and 稿件全文 are one. */
const groupOf = ({ docs }: ApiRoute): string => docs.answer.label.replace(/全文$/, '');

function routeModel(api: Api, route: ApiRoute) {
  const { method, path, action, docs } = route;
  const own = new Set((docs.errors ?? []).map((maker) => explained(maker).code));
  return {
    id: `${method.toLowerCase()}${path.replace(/[/{}]+/g, '-').replace(/-$/, '')}`,
    method,
    path,
    summary: docs.summary,
    description: docs.description ?? '',
    says: api.rules.get(action)?.says ?? action,
    action,
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name: name!,
        type: 'id',
        about: '地址里的 id',
        required: true,
      })),
      ...fieldsOf(jsonSchemaOf(docs.asked, 'input') as Schema).map((field) => ({ ...field, required: false })),
    ],
    sent: docs.body ? bodyModel(bodySchemaOf(docs)) : null,
    answer: { id: `o-${docs.answer.name}`, label: docs.list ? `一页${docs.answer.label}` : docs.answer.label },
    status: docs.list ? 200 : successStatus(route),
    conditional: isSingle(route) ? 'If-None-Match' : method === 'PATCH' ? 'If-Match' : null,
    curl: curlOf(api, route),
    errors: [...own],
  };
}

/** A body in one form, or in several of which one is sent. */
function bodyModel(schema: Schema) {
  return {
    forms: (schema.oneOf ?? schema.anyOf ?? [schema]).map((form) => ({
      about: String(form.description ?? ''),
      fields: fieldsOf(form),
    })),
  };
}

function curlOf({ places }: Api, { method, path, docs }: ApiRoute): string {
  const address = `${places.origin}/api/v1${path.replace(/\{\w+\}/g, EXAMPLE_ID)}${docs.list ? '?limit=20' : ''}`;
  const lines = [
    `curl -H "Authorization: Bearer $TOKEN"`,
    ...(method === 'GET' ? [] : [`  -X ${method} -H 'Content-Type: application/json'`]),
    ...(docs.body ? [`  -d '${JSON.stringify(docs.body.example)}'`] : []),
    `  '${address}'`,
  ];
  return lines.join(' \\\n');
}

const EXAMPLE_ID = '019a2b3c-0000-7000-8000-00000000c001';

/** Fields of an object, those of an object in it or of a list's rows behind a point. */
function fieldsOf(schema: Schema, before = ''): Field[] {
  const required = new Set((schema.required as string[] | undefined) ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const shown = `${before}${name}`;
    const own: Field = {
      name: shown,
      type: typeOf(field),
      about: String(field.description ?? ''),
      required: required.has(name),
    };
    const inner = (field.items as Schema | undefined) ?? field;
    return [own, ...(inner.properties ? fieldsOf(inner, `${shown}.`) : [])];
  });
}

const TYPES: Record<string, string> = {
  string: '文本',
  integer: '整数',
  number: '数字',
  boolean: 'true、false',
  null: 'null',
  object: '对象',
};

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join('、');
  if (schema.enum) return (schema.enum as unknown[]).join('、');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'array') return `${typeOf((schema.items as Schema | undefined) ?? {})}的列表`;
  if (schema.format === 'uuid') return 'id';
  if (schema.format === 'date-time') return '时间';
  return TYPES[String(schema.type)] ?? '任意';
}
