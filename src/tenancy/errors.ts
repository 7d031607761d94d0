import { errorCatalogue } from '../kernel/user-error.js';

export const tenancyErrors = errorCatalogue({
  'tenancy.site-unknown': [
    404,
    '没有站点 {host}。请核对主机名；子站写作“主机名/xz/名称”或“主机名/bm/名称”，例如 nongan.{base}/xz/kaian。',
  ],
  'tenancy.site-address': [
    400,
    '站点地址 {host} 写得不对。应为“主机名”或“主机名/xz/名称”，例如 nongan.{base}/xz/kaian。',
  ],
  'tenancy.unit-unknown': [404, '区划代码 {code} 不在本省的区划数据里。请填六位代码，例如 220122。'],
  'tenancy.provision-first': [409, '这套系统里还没有站点。请先执行：npm run jiyue -- provision'],
});
