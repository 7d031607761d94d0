/** What people call their browser; the whole string says nothing to them. */
export function browserName(agent: string): string {
  const system = /Windows/.test(agent)
    ? 'Windows'
    : /Android/.test(agent)
      ? '安卓手机'
      : /iPhone|iPad/.test(agent)
        ? '苹果手机或平板'
        : /Mac OS/.test(agent)
          ? 'Mac'
          : /Linux/.test(agent)
            ? 'Linux'
            : '';
  const browser =
    (/MicroMessenger/.test(agent) ? '微信' : null) ??
    (/QIHU|360SE|360EE/.test(agent) ? '360 浏览器' : null) ??
    /Edg\/(\d+)/.exec(agent)?.[0].replace('Edg/', 'Edge ') ??
    /Firefox\/(\d+)/.exec(agent)?.[0].replace('/', ' ') ??
    /Chrome\/(\d+)/.exec(agent)?.[0].replace('/', ' ') ??
    (/Safari/.test(agent) ? 'Safari' : '其他浏览器');
  return system ? `${system} 上的 ${browser}` : browser;
}
