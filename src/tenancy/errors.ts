import { errorCatalogue } from '../kernel/user-error.js';

export const tenancyErrors = errorCatalogue({
  'tenancy.organ-ended': [409, '“{name}”到 {day} 为止，资料不再修改。'],
  'tenancy.site-unknown': [
    404,
    '没有网站 {host}。请核对主机名；子站写作“主机名/xz/名称”或“主机名/bm/名称”，例如 nongan.{base}/xz/kaian。',
  ],
  'tenancy.site-address': [
    400,
    '网站地址 {host} 写得不对。应为“主机名”或“主机名/xz/名称”，例如 nongan.{base}/xz/kaian。',
  ],
  'tenancy.unit-unknown': [404, '区划代码 {code} 不在本省的区划数据里。请填六位代码，例如 220122。'],
  'tenancy.provision-first': [409, '这套系统里还没有网站。请先执行：npm run jiyue -- provision'],

  'tenancy.archived': [409, '{name}已归档，内容只供查阅，不能再改。需要改动时请先取消归档。'],
  'tenancy.already-so': [409, '{name}现在是“{state}”，不能{act}。请刷新页面看最新的状态。'],
  'tenancy.changed-since': [409, '“{name}”在这之后又有改动，为了不盖掉别人的改动，保留现在的样子。需要时请再改一次。'],
  'tenancy.already-frozen': [409, '{name}的发布已经冻结，不用再冻结一次。'],
  'tenancy.freeze-ended': [409, '这次冻结已经解除。'],

  'tenancy.hostname-sub-site': [409, '“{name}”是子站，用上级门户的域名，不能另设域名。请给门户网站设置。'],
  'tenancy.hostname-primary': [409, '“{host}”是网站现在用的域名，不能停用。请先把另一个域名设为主域名。'],
  'tenancy.hostname-ended': [409, '“{host}”已经停用。'],
  'tenancy.hostname-in-use': [409, '“{host}”还在使用。请先在原来的网站停用它，再转给别的单位。'],

  'tenancy.sub-site-below-portal': [409, '“{name}”是子站，子站之下不能再开子站。请在它的门户网站开通。'],
  'tenancy.move-portal': [409, '“{name}”是门户网站，不能划转；部门和乡镇的子站才可以。'],
  'tenancy.move-conflicts': [409, '现在不能划转：{conflicts}'],
  'tenancy.clone-kind': [409, '“{source}”是{sourceKind}，“{target}”是{targetKind}，结构不能通用。请选择同一类的网站。'],
  'tenancy.clone-portal': [409, '门户网站不能复制成子站。请选择另一单位还没有内容的门户网站。'],
  'tenancy.clone-not-empty': [409, '“{target}”已有 {items} 篇稿件，不能再套用别站的结构。请选择没有内容的网站。'],
  'tenancy.clone-itself': [409, '不能把网站的结构复制到它自己。请另选一个网站。'],

  'tenancy.delete-early': [409, '{name}归档还不满 30 天，{day}以后才能删除。'],
  'tenancy.delete-below': [409, '{name}之下还有 {count} 个单位。请先撤销并删除它们。'],
  'tenancy.delete-name': [422, '要删除请完整输入单位名称“{name}”。'],
});
