import type { Config } from './kernel/config/config.js';

/**
 * The absolute address of a host. In production the platform stands behind a proxy that ends TLS on the usual port; on a
 * machine where it is tried, visitors reach its own port.
 */
export function originOf(config: Pick<Config, 'production' | 'port'>): (host: string) => string {
  return (host) =>
    config.production ? `https://${host}` : `http://${host}${config.port === 80 ? '' : `:${config.port}`}`;
}
