import { z } from 'zod';
import { UserError } from '../../kernel/user-error.js';
import { ApiFault } from './errors.js';

/** A problem, as RFC 9457 writes it. */
export interface Problem {
  /** Where the kind is explained: `/api/docs#content.channel-slug-taken`. */
  type: string;
  title: string;
  status: number;
  /** What to do about it. */
  detail: string;
  /** The address that was asked. */
  instance: string;
  /** For the platform's administrators, who find the request by it. */
  requestId: string;
  /** What is wrong, by field or parameter. */
  errors?: Record<string, string>;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const TITLES: Record<number, string> = {
  400: '请求写得不对',
  401: '没有通过验证',
  403: '没有权限',
  404: '没有找到',
  405: '方法不对',
  409: '与现状冲突',
  410: '已经失效',
  412: '内容已变',
  413: '内容太大',
  415: '内容类型不对',
  422: '内容需要改正',
  429: '请求太频繁',
  500: '系统出错',
  503: '暂时不能应答',
};

export const titleOf = (status: number): string => TITLES[status] ?? '没有执行';

export function problemOf(error: UserError, at: { instance: string; requestId: string }): Problem {
  const errors = fieldsOf(error);
  return {
    type: `/api/docs#${error.code}`,
    title: titleOf(error.status),
    status: error.status,
    detail: error.message,
    instance: at.instance,
    requestId: at.requestId,
    ...(errors ? { errors } : {}),
  };
}

/** What is wrong by field: as the shell found it, as a room's error lists it, or as its schema does. */
function fieldsOf(error: UserError): Record<string, string> | undefined {
  if (error instanceof ApiFault) return error.more.fields;
  if ('fields' in error) return { ...(error.fields as Record<string, string>) };
  if (!(error.cause instanceof z.ZodError)) return undefined;
  const fields: Record<string, string> = {};
  for (const issue of error.cause.issues) fields[issue.path.join('.')] ??= issue.message;
  return fields;
}
