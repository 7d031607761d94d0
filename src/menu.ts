import type { MenuEntry } from './console/shell/desk.js';

/** The desk's menu, in its order: each entry is shown to whom its rule allows it somewhere. */
export const menu: readonly MenuEntry[] = [
  { key: 'home', heading: '', href: '/', label: '首页', icon: 'home', action: null },
  {
    key: 'channels',
    heading: '内容',
    href: '/channels',
    label: '栏目',
    icon: 'tree',
    action: 'channel.read',
    ofSite: true,
  },
  { key: 'sites', heading: '站点', href: '/sites', label: '网站', icon: 'globe', action: 'site.read' },
  { key: 'tenants', heading: '站点', href: '/tenants', label: '单位', icon: 'building', action: 'tenant.read' },
  { key: 'organs', heading: '人员', href: '/organs', label: '机关', icon: 'flag', action: 'organ.read' },
  { key: 'accounts', heading: '人员', href: '/accounts', label: '账号', icon: 'people', action: 'account.read' },
  { key: 'grants', heading: '人员', href: '/grants', label: '授权', icon: 'key', action: 'grant.read' },
  {
    key: 'reorganisations',
    heading: '人员',
    href: '/reorganisations',
    label: '机构改革',
    icon: 'merge',
    action: 'reorganisation.read',
  },
  { key: 'access', heading: '安全', href: '/access', label: '谁能做什么', icon: 'shield', action: 'account.explain' },
  { key: 'ranges', heading: '安全', href: '/security/ranges', label: '登录地址', icon: 'lock', action: 'range.read' },
  { key: 'audit', heading: '安全', href: '/audit', label: '审计', icon: 'list', action: 'audit.read' },
];
