import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HTML, SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import { normaliseHost } from '../../tenancy/site/site-address.js';
import { pageKey } from '../store/page-key.js';
import { gzipOf, type PageStore, type StoredPage } from '../store/page-store.js';
import { acceptsGzip, matchesEtag, PAGE_CACHE } from './headers.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A name longer than this is no host (RFC 1035), with room for a port. */
const HOST_LIMIT = 260;
const CONNECTIONS = 4_096;
/** A client that has taken nothing for this long is let go, ms. */
const IDLE_MS = 60_000;

/**
 * The listener before the framework: a stored page is answered here, by host and path alone; what is no question for a
 * page is refused here; the desk's host and everything else goes on to Fastify. Requests are bounded, slow ones end.
 */
export function frontServer(store: PageStore, desk: { host: string }, refuse: () => string, next: Handler): Server {
  const hosts = new Map<string, string>();
  const hostOf = (header: string): string | null => {
    const known = hosts.get(header);
    if (known !== undefined) return known;
    if (header.length > HOST_LIMIT) return null;
    const host = normaliseHost(header);
    if (hosts.size > 5_000) hosts.clear();
    if (host) hosts.set(header, host);
    return host;
  };
  const server = createServer({
    maxHeaderSize: 16_384,
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 65_000,
  });
  server.maxConnections = CONNECTIONS;
  server.setTimeout(IDLE_MS);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers } = request;
    // The absolute form is for proxies, but a server has to take it (RFC 9112, 3.2.2); its host is the one that counts.
    const absolute = /^https?:\/\/([^/?#]*)/i.exec(request.url ?? '');
    if (absolute) {
      request.url = request.url!.slice(absolute[0].length) || '/';
      headers.host = absolute[1];
    }
    const { url = '' } = request;
    if (!url.startsWith('/') || namedTwice(request)) return refuseRequest(response);
    const host = headers.host ? hostOf(headers.host) : null;
    if (host === desk.host) return next(request, response);
    // Visitors post nothing yet; the body, if any, is not read.
    if (method !== 'GET' && method !== 'HEAD') return refuseMethod(response, refuse());
    if (host) {
      const query = url.indexOf('?');
      const path = query < 0 ? url : url.slice(0, query);
      const page = store.get(pageKey({ host, path, view: 'standard' }));
      if (page) return sendPage(request, response, page);
    }
    next(request, response);
  });
  return server;
}

/** Two hosts in one request: a proxy in front might have meant the other one (RFC 9112, 3.2). */
function namedTwice({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  return count > 1;
}

function refuseMethod(response: ServerResponse, html: string): void {
  response
    .writeHead(405, [
      ...SECURITY,
      'allow',
      'GET, HEAD',
      'cache-control',
      'no-store',
      'connection',
      'close',
      'content-type',
      HTML,
    ])
    .end(html);
}

function refuseRequest(response: ServerResponse): void {
  response
    .writeHead(400, [...SECURITY, 'connection', 'close', 'content-type', 'text/plain; charset=utf-8'])
    .end('请求的写法不对。\n');
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
