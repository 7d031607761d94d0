import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { normaliseHost } from '../../tenancy/site/site-address.js';
import { pageKey } from '../store/page-key.js';
import { gzipOf, type PageStore, type StoredPage } from '../store/page-store.js';
import { acceptsGzip, HTML, matchesEtag, PAGE_CACHE, SECURITY_HEADERS } from './headers.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The listener before the framework: a stored page is answered here, by host and path alone; everything else goes on to
 * Fastify. Requests are bounded, slow ones end.
 */
export function frontServer(store: PageStore, next: Handler): Server {
  const hosts = new Map<string, string | null>();
  const hostOf = (header: string | undefined): string | null => {
    if (!header) return null;
    const known = hosts.get(header);
    if (known !== undefined) return known;
    if (hosts.size > 5_000) hosts.clear();
    const host = normaliseHost(header);
    hosts.set(header, host);
    return host;
  };
  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 65_000,
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = '' } = request;
    if ((method === 'GET' || method === 'HEAD') && url.startsWith('/')) {
      const host = hostOf(request.headers.host);
      if (host) {
        const query = url.indexOf('?');
        const path = query < 0 ? url : url.slice(0, query);
        const page = store.get(pageKey({ host, path, view: 'standard' }));
        if (page) return sendPage(request, response, page);
      }
    }
    next(request, response);
  });
  return server;
}

/** Sends a stored page: 304 when the client has it, compressed when it takes that, without body for HEAD. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: StoredPage): void {
  const common = headersOf(page);
  if (matchesEtag(request.headers['if-none-match'], page.etag)) {
    response.writeHead(304, common).end();
    return;
  }
  const packed = acceptsGzip(request.headers['accept-encoding']);
  const body = packed ? gzipOf(page) : page.body;
  const headers = [...common, 'content-type', HTML, 'content-length', String(body.length)];
  if (packed) headers.push('content-encoding', 'gzip');
  response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
}

const SECURITY = Object.entries(SECURITY_HEADERS).flat();

/** As a flat list: the form that Node writes without looking at it again. */
const headersOf = (page: StoredPage): string[] => [
  ...SECURITY,
  'cache-control',
  PAGE_CACHE,
  'vary',
  'accept-encoding',
  'etag',
  page.etag,
];
