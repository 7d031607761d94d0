import { errorCatalogue } from '../kernel/user-error.js';

export const authorityErrors = errorCatalogue({
  'authority.missing': [404, '没有找到。它可能已被删除，或不在您的权限之内。'],
  'authority.refused': [403, '您没有做这件事的权限（{action}）。需要时请联系本单位管理员授权。'],
});
