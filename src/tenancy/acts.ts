import type { ActWords } from '../kernel/audit/acts.js';

export const tenancyActs: ActWords = {
  'unit.provisioned': '开通或更新单位和网站',
  'tenant.opened': '开通下级单位',
  'tenant.renamed': '单位改名',
  'tenant.retirement-begun': '开始撤销单位',
  'tenant.archived': '归档单位',
  'tenant.retirement-taken-back': '撤回撤销的一步',
  'tenant.deleted': '删除单位',
  'site.edited': '修改网站资料',
  'site.suspended': '停用网站',
  'site.restored': '恢复网站',
  'site.cloned': '复制网站结构',
  'site.moved': '划转子站',
  'hostname.added': '增加域名',
  'hostname.made-primary': '更换主域名',
  'hostname.ended': '停用域名',
  'hostname.given': '转让域名',
  'publishing.frozen': '冻结发布',
  'publishing.freed': '解除冻结',
  'organ.added': '增加机关',
  'organ.edited': '修改机关资料',
};
