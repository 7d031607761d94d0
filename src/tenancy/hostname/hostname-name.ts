import { domainToASCII } from 'node:url';
import { faultOfSlug } from '../plan/slug.js';
import { shownHost } from './shown-host.js';

/** A hostname as the table keeps it: a label under BASE_DOMAIN, or a whole domain in ASCII. */
export interface HostnameName {
  name: string;
  underBase: boolean;
}

export const hostOf = ({ name, underBase }: HostnameName, baseDomain: string): string =>
  underBase ? `${name}.${baseDomain}` : name;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads a hostname as people write it: `nongan`, `nongan.BASE`, `www.nongan.gov.cn`, `www.农安.中国`, also with scheme
 * and slash. What is under the base domain is kept as a label, so that the base may change.
 * @returns why it cannot be one, in Chinese, when it cannot
 */
export function readHostname(written: string, baseDomain: string): HostnameName | { fault: string } {
  const bare = written
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '')
    .replace(/\.$/, '');
  if (!bare) return { fault: '请填写域名' };
  // What a host cannot have, which domainToASCII would cut off or decode in silence.
  if (/[\s/:?#@%\\[\]]/.test(bare)) return { fault: '域名里不能有空格、端口、路径和符号' };
  const ascii = domainToASCII(bare);
  if (!ascii) return { fault: `“${bare}”不是域名` };
  if (ascii === baseDomain) return { fault: `“${shownHost(ascii)}”是平台自己的域名` };
  const base = `.${baseDomain}`;
  if (!ascii.includes('.') || ascii.endsWith(base)) {
    const label = ascii.endsWith(base) ? ascii.slice(0, -base.length) : ascii;
    const fault = faultOfSlug(label);
    if (!fault) return { name: label, underBase: true };
    return { fault: label.startsWith('xn--') ? `“${shownHost(label)}”太长，请换短一些的` : `域名${fault}` };
  }
  const labels = ascii.split('.');
  if (ascii.length > 253 || labels.some((label) => !LABEL.test(label)) || /^\d+$/.test(labels.at(-1)!))
    return { fault: `“${bare}”不是域名。域名写作 www.nongan.gov.cn` };
  return { name: ascii, underBase: false };
}
