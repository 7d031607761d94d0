import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from '../../kernel/http/security-headers.js';
import { checkedKey } from '../../kernel/objects/object-key.js';
import type { ObjectStore } from '../../kernel/objects/object-store.js';
import type { FileRow } from '../visitor-pages.js';
import { matchesEtag } from './headers.js';

/** Pictures are shown in the page, attachments saved under their own name. Nothing a tenant uploaded is ever run. */
export function fileHeaders(file: FileRow, name: string): Record<string, string> {
  const extension = name.slice(name.lastIndexOf('.'));
  const title = file.title && !file.title.endsWith(extension) ? `${file.title}${extension}` : file.title || name;
  const saved = encodeURIComponent(shortened(title)).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    ...SECURITY_HEADERS,
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    'content-type': file.mediaType,
    'content-disposition': file.role === 'image' ? 'inline' : `attachment; filename*=UTF-8''${saved}`,
    // An edition may bring other bytes under the same name, and a withdrawn document takes its files along.
    'cache-control': 'no-cache',
    'accept-ranges': 'bytes',
    etag: `"${file.sha256.slice(0, 32)}"`,
  };
}

/** Names of saved files: proxies refuse long headers, and no folder shows more. */
function shortened(name: string): string {
  const [stem, extension] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.'))];
  return `${[...stem].slice(0, 80).join('')}${extension}`;
}

/** Sends a stored file: 304, one range (206), or whole; a range that cannot be served answers 416. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  objects: ObjectStore,
  file: FileRow,
  headers: Record<string, string>,
): Promise<void> {
  if (matchesEtag(request.headers['if-none-match'], headers.etag!)) {
    await reply.code(304).headers(headers).send();
    return;
  }
  const range = rangeOf(request, file.size, headers.etag!);
  if (range === 'unsatisfiable') {
    await reply
      .code(416)
      .headers({ ...headers, 'content-range': `bytes */${file.size}` })
      .send();
    return;
  }
  const [start, end] = range ?? [0, file.size - 1];
  const isSent = request.method !== 'HEAD' && file.size > 0;
  // Read before anything is said: what fails here is a page of its own, not a file by this name.
  const body = isSent
    ? (await objects.read(checkedKey(file.objectKey), range ? { start, end } : undefined)).body
    : undefined;
  const answer = reply
    .code(range ? 206 : 200)
    .headers({ ...headers, 'content-length': String(end - start + 1) })
    .headers(range ? { 'content-range': `bytes ${start}-${end}/${file.size}` } : {});
  await answer.send(body);
}

/** The one range a client asks for; null: send all (none, several, another unit, or an outdated `If-Range`). */
function rangeOf(request: FastifyRequest, size: number, etag: string): [number, number] | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range?.trim() ?? '');
  const condition = request.headers['if-range'];
  if (!match || (condition !== undefined && condition !== etag)) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start >= size || end < start ? 'unsatisfiable' : [start, end];
}
