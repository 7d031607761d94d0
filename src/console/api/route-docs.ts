import { SetMetadata } from '@nestjs/common';
import { z } from 'zod';
import type { ErrorMaker } from './errors.js';
import type { Resource } from './resource.js';

/** What the documents say of a route, and what its requests are read by. */
export interface RouteDocs {
  /** One line: 列出一个网站的栏目. */
  summary: string;
  description?: string;
  /** Parameters of the address behind `?`, none beside them. A list has `limit` and `cursor` too. */
  query?: z.ZodRawShape;
  /** The JSON that is sent, no field beside it, and an example of it. */
  body?: { schema: z.ZodType; example: unknown };
  answer: Resource;
  /** The answer is a page of them. */
  list?: true;
  /** What can go wrong beside what can with every route. */
  errors?: readonly ErrorMaker[];
}

/** With the schema of everything behind `?`. */
export interface ReadDocs extends RouteDocs {
  asked: z.ZodObject;
}

const DOCS = Symbol('documents of a route of the API');

export const MOST_ROWS = 200;
const PAGING = {
  limit: z.coerce.number().int('应为整数').min(1).max(MOST_ROWS).default(50).describe(`一页多少条，最多 ${MOST_ROWS}`),
  cursor: z.string().min(1).optional().describe('上一页给出的游标，从那里接着读'),
};

export const documented = (docs: RouteDocs) => {
  const asked = z.strictObject({ ...docs.query, ...(docs.list ? PAGING : {}) });
  return SetMetadata(DOCS, { ...docs, asked } satisfies ReadDocs);
};

export const docsOf = (handler: object): ReadDocs | undefined =>
  Reflect.getMetadata(DOCS, handler) as ReadDocs | undefined;
