import type { DeclaredRoute } from './declared-routes.js';

/** Which methods the addresses of the desk take. */
export class Addresses {
  private readonly known: { pattern: RegExp; method: string }[];

  constructor(routes: readonly DeclaredRoute[]) {
    this.known = routes
      .filter(({ path }) => path.startsWith('console') && !path.endsWith('*'))
      .map(({ path, method }) => {
        const address = path.slice('console'.length) || '/';
        return { method, pattern: new RegExp(`^${address.replace(/[.+]/g, '\\$&').replace(/:\w+/g, '[\\w.~@,-]+')}$`) };
      });
  }

  /** @returns none for an address that is no page; GET stands for HEAD too */
  methodsOf(address: string): string[] {
    const [path = ''] = address.split('?', 1);
    const methods = this.known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort();
  }
}
