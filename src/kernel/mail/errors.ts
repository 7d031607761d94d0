import { errorCatalogue, UserError } from '../user-error.js';

export const mailErrors = errorCatalogue({
  'mail.away': [503, '邮件服务器暂时不可用（{why}），邮件没有发出。请稍后重试，或改用其他方式告知对方。'],
  'mail.refused': [422, '邮件服务器拒绝了发给 {to} 的邮件（{why}）。请核对邮箱地址，或改用其他方式告知对方。'],
});

/** Whether the same mail may go later. */
export const isWorthRetrying = (error: unknown): error is UserError =>
  error instanceof UserError && error.code === 'mail.away';
