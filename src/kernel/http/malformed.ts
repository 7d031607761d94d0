import type { Socket } from 'node:net';
import { HTML, SECURITY_HEADERS } from './security-headers.js';

const WORDS: Record<string, readonly [status: string, title: string, text: string]> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    '地址或请求头太长',
    '请缩短地址后再试；仍打不开的，请在浏览器设置里清除这个网站的 Cookie。',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', '等得太久', '请求没有发完，可能是网络太慢。请检查网络后再试。'],
};
const OTHERS = [
  '400 Bad Request',
  '请求的写法不对',
  '浏览器发来的内容无法识别。请核对地址，或换一个浏览器再试。',
] as const;

const LINGER_MS = 2_000;

/** Answers what is no HTTP request: nobody knows from what host, so the page is nobody's. */
export function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, title, text] = WORDS[error.code ?? ''] ?? OTHERS;
  const body = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;
  const headers = {
    ...SECURITY_HEADERS,
    'cache-control': 'no-store',
    'content-type': HTML,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${[status, ...lines].join('\r\n')}\r\n\r\n${body}`);
  // What is still coming is let run out for a moment: a connection that breaks off would take the answer with it.
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.resume();
}
