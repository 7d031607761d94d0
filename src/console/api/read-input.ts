import { z } from 'zod';
import type { UserError } from '../../kernel/user-error.js';
import { ApiFault } from './errors.js';

/**
 * Reads what a client sent by the schema of its route. What the schema does not name is a fault of its own, named too.
 * @param fault the error as which it is told
 * @throws ApiFault with every fault by its field
 */
export function readInput<T>(schema: z.ZodType<T>, input: unknown, fault: () => UserError): T {
  const read = schema.safeParse(input, { error: sentenceOf });
  if (read.success) return read.data;
  const fields: Record<string, string> = {};
  for (const issue of read.error.issues) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys) fields[[...issue.path, key].join('.')] = '没有这一项，请去掉';
    else fields[issue.path.join('.')] ??= issue.message;
  }
  throw new ApiFault(fault(), { fields });
}

const TYPES: Record<string, string> = {
  string: '文本',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  array: '数组',
  object: '对象',
  null: 'null',
};

const FORMATS: Record<string, string> = {
  uuid: '应为 id，例如 019a2b3c-4d5e-7f60-8123-456789abcdef',
  datetime: '应为带时区的时间，例如 2026-11-01T00:00:00Z',
};

/** Where a schema says nothing of its own. */
function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? '必须填写' : `应为${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? '格式不对';
    case 'too_small':
      return issue.origin === 'string' ? `至少 ${issue.minimum} 个字` : `不能小于 ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `最多 ${issue.maximum} 个字` : `不能大于 ${issue.maximum}`;
    case 'invalid_value':
      return `应为 ${issue.values.join('、')} 之一`;
    case 'invalid_union':
      return '应为文档列出的值之一';
    default:
      return undefined;
  }
}
