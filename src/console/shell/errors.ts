import { HttpException } from '@nestjs/common';
import { errorCatalogue, UserError } from '../../kernel/user-error.js';

const BACK = '请用浏览器的“后退”回到刚才的页面';

export const consoleErrors = errorCatalogue({
  'console.no-page': [404, '没有这个页面。请从菜单进入，或核对地址。'],
  'console.form-only': [405, '这个地址只接收页面上提交的内容，不能直接打开。请从菜单进入。'],
  'console.method': [405, '这个页面不接受这种操作（{method}），没有执行。请从菜单进入，用页面上的按钮操作。'],
  'console.bad-address': [400, '地址里有无法识别的字符。请从菜单进入，重新输入要查找的内容。'],
  'console.bad-request': [400, `这次提交的内容无法识别，没有执行。${BACK}，核对后重新提交。`],
  'console.body-size': [413, `这次提交的内容太长，没有执行。一次最多提交 1 MB。${BACK}，缩短后重新提交。`],
  'console.body-type': [415, `这次提交的格式不对，没有执行。${BACK}，用页面上的按钮提交。`],
  'console.foreign-form': [403, '这次提交不是从工作台的页面发出的，没有执行。请回到工作台，刷新页面后重新提交。'],
  'console.stale-form': [403, '页面已经过期，没有执行。请返回上一页，刷新后重新提交。'],
  'console.upload': [400, '上传的内容无法识别，没有执行。请返回上一页，重新选择一个不超过 1 MB 的文件。'],
  'console.no-site': [409, '还没有选择网站。请先在左上角选择一个网站。'],
});

/** An address that does not take a method, with those that it takes. */
export class WrongMethod extends UserError {
  constructor(
    method: string,
    readonly allowed: readonly string[],
  ) {
    const reads = method === 'GET' || method === 'HEAD';
    const { code, status, message } = reads
      ? consoleErrors['console.form-only']()
      : consoleErrors['console.method']({ method });
    super(code, status, message);
  }
}

/** What the framework refuses before a handler, in the desk's words; what is no refusal stays as it is. */
export function faultOf(error: unknown): unknown {
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
  if (error instanceof UserError || status === undefined || status >= 500) return error;
  if (status === 404) return consoleErrors['console.no-page']({}, { cause: error });
  if (status === 413) return consoleErrors['console.body-size']({}, { cause: error });
  if (status === 415) return consoleErrors['console.body-type']({}, { cause: error });
  return consoleErrors['console.bad-request']({}, { cause: error });
}
