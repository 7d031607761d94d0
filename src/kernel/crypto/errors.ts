import { errorCatalogue } from '../user-error.js';

export const cryptoErrors = errorCatalogue({
  'crypto.unreadable': [
    500,
    '加密保存的内容（{purpose}）解不开：内容被改动过，或 SECRET_KEY 不是加密时用的那一个。请换回原来的 SECRET_KEY；仍然解不开时从备份恢复。',
  ],
});
