import { errorCatalogue } from '../../kernel/user-error.js';

export const tokenErrors = errorCatalogue({
  'identity.token-name': [422, '请给令牌起一个名字，不超过 40 个字，例如“报表程序”。'],
  'identity.token-expiry': [422, '有效期的最后一天应在今天到 {day} 之间（最长一年）。'],
  'identity.token-site': [422, '您现在不在打开这个表单时的网站里。请核对当前网站后再提交，或另选范围。'],
  'identity.token-no-action': [422, '请至少选择一件令牌可以做的事。'],
  'identity.token-action': [403, '您自己没有“{action}”的权限，令牌也不能有。'],
  'identity.token-too-many': [409, '您已有 {most} 个有效的令牌，不能再建。请先撤销不用的。'],
  'identity.token-gone': [409, '这个令牌已经失效，不用再撤销。'],
});
