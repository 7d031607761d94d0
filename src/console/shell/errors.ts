import { errorCatalogue } from '../../kernel/user-error.js';

export const consoleErrors = errorCatalogue({
  'console.no-page': [404, '没有这个页面。请从左边的菜单进入，或核对地址。'],
  'console.foreign-form': [403, '这次提交不是从工作台的页面发出的，没有执行。请回到工作台，刷新页面后重新提交。'],
  'console.stale-form': [403, '页面已经过期，没有执行。请返回上一页，刷新后重新提交，填写的内容还在。'],
  'console.upload': [400, '上传的内容无法识别，没有执行。请返回上一页，重新选择一个不超过 1 MB 的文件。'],
  'console.no-site': [409, '还没有选择网站。请先在左上角选择一个网站。'],
});
