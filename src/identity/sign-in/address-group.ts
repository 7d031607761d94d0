import { isIP } from 'node:net';

/** `::ffff:192.0.2.1` is the IPv4 address it carries; what is no address is null. */
export function plainAddress(address: string): string | null {
  const bare = address.trim().replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped && isIP(mapped) === 4) return mapped;
  return isIP(bare) === 0 ? null : bare.toLowerCase();
}

/**
 * Addresses that one subscriber has at will count as one: an IPv4 address, the first 64 bits of an IPv6 address. What is no
 * address is one group of its own.
 */
export function addressGroup(address: string): string {
  const plain = plainAddress(address);
  if (plain === null) return 'unknown';
  if (isIP(plain) === 4) return plain;
  // As the URL standard writes it: one spelling, without leading zeros, with `::` for the longest run of zeros.
  const canonical = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
