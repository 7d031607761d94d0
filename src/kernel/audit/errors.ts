import { errorCatalogue } from '../user-error.js';

export const auditErrors = errorCatalogue({
  'audit.tenant-unknown': [404, '没有名称、简称或标识为“{tenant}”的单位。请用完整的名称，例如“农安县”或 nongan。'],
  'audit.bad-day': [400, '“{day}”不是日期。请写成 2026-11-25 的样子。'],
  'audit.bad-cursor': [400, '页码无效，可能已过期。请回到第一页重新查看。'],
});
