import { errorCatalogue, UserError } from '../../kernel/user-error.js';

export const apiErrors = errorCatalogue({
  'api.token-missing': [401, '请求没有带令牌。请在请求头里写：Authorization: Bearer 加您的令牌。'],
  'api.token-refused': [
    401,
    '令牌无效、已过期或已撤销，或者所属的账号现在不能使用。请登录工作台，在“我的 API 令牌”里核对。',
  ],
  'api.address-refused': [403, '令牌所属的账号只能从规定的网络地址使用，当前地址 {address} 不在其中。请换到办公网络。'],
  'api.action-refused': [
    403,
    '这个令牌不能“{says}”（{action}）：建令牌时没有选它，或者账号现在没有这个权限。请另建令牌，或联系本单位管理员。',
  ],
  'api.query': [400, '地址里的参数不对，见 errors。'],
  'api.cursor': [400, '游标不对，或不是这份列表的。请从第一页重新读起。'],
  'api.body-unreadable': [400, '请求的内容不是有效的 JSON。'],
  'api.body-type': [415, '请求的内容应为 JSON，请求头写 Content-Type: application/json。'],
  'api.body-size': [413, '请求的内容超过 1 MB。'],
  'api.body': [422, '有内容需要改正，见 errors。'],
  'api.changed': [412, '内容已被别人改动，没有执行。请重新读取后再改。'],
  'api.no-route': [404, '没有这个地址。可用的地址见 /api/docs。'],
  'api.method': [405, '这个地址不接受 {method}，可用：{allowed}。'],
  'api.too-many-requests': [429, '请求太频繁。请等 {seconds} 秒再试。'],
  'api.too-many-failures': [429, '这个网络地址用错令牌的次数太多。请等 {seconds} 秒再试。'],
  'api.away': [503, '系统暂时不能应答，没有执行。请稍后再试。'],
  'api.failed': [500, '系统出错，没有执行。请把 requestId 告诉平台管理员。'],
});

/** Makes an error of a room's catalogue. */
export type ErrorMaker = (...facts: never[]) => UserError;

/** An error with what HTTP and a client need beside its sentence. */
export class ApiFault extends UserError {
  constructor(
    error: UserError,
    readonly more: {
      /** By field of the body or parameter of the address: what is wrong. */
      fields?: Record<string, string>;
      headers?: Record<string, string>;
    },
  ) {
    super(error.code, error.status, error.message, { cause: error.cause });
  }
}
