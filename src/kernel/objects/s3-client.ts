import http from 'node:http';
import https from 'node:https';
import { Client } from 'minio';
import { UserError } from '../user-error.js';
import { objectErrors } from './errors.js';
import type { ObjectKey } from './object-key.js';

/** An S3 server and our place on it. */
export interface S3Settings {
  /** e.g. `https://s3.example.cn` or `http://127.0.0.1:9000`. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
}

/** A connection without any traffic for so long is given up. Milliseconds. */
const SILENCE_LIMIT = 30_000;

/** A client for the server, addressing buckets by path. Opens no connection yet. */
export function connectS3({ endpoint, region, accessKey, secretKey }: S3Settings): Client {
  const { protocol, hostname, port } = new URL(endpoint);
  const secure = protocol === 'https:';
  return new Client({
    // an address in brackets would be taken for a name
    endPoint: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 443 : 80),
    useSSL: secure,
    region,
    accessKey,
    secretKey,
    pathStyle: true,
    transport: impatient(secure ? https : http),
    transportAgent: secure ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true }),
    // its retries write to the console; callers that can wait try again themselves
    retryOptions: { disableRetry: true },
  });
}

/** The client itself would wait for ever. */
function impatient(transport: Pick<typeof http, 'request'>): Pick<typeof http, 'request'> {
  function request(options: http.RequestOptions, onResponse?: (response: http.IncomingMessage) => void) {
    const sent = transport.request({ ...options, timeout: SILENCE_LIMIT }, onResponse);
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    return sent;
  }
  return { request: request as typeof http.request };
}

const DENIED = new Set(['AccessDenied', 'SignatureDoesNotMatch', 'InvalidAccessKeyId', 'Forbidden', 'NoSuchBucket']);
const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage']);
const AWAY = /^(E[A-Z_]+|SlowDown|ServiceUnavailable|InternalError|RequestTimeout)$/;

/** Gives what the server, or the way to it, failed with its sentence; anything unknown is returned as it is. */
export function s3Error(error: unknown, key: ObjectKey | null, { endpoint, bucket }: S3Settings): unknown {
  if (error instanceof UserError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const options = { cause: error };
  if (key && (code === 'NoSuchKey' || code === 'NotFound')) return objectErrors['objects.missing']({ key }, options);
  if (key && code === 'InvalidRange') return objectErrors['objects.range']({ key }, options);
  if (FULL.has(code)) return objectErrors['objects.disk-full']({}, options);
  if (DENIED.has(code)) return objectErrors['objects.denied']({ endpoint, bucket, why: code }, options);
  const status = /Retryable HTTP status: (\d+)/.exec(message)?.[1];
  if (status) return objectErrors['objects.unreachable']({ endpoint, why: `HTTP ${status}` }, options);
  return AWAY.test(code) ? objectErrors['objects.unreachable']({ endpoint, why: code }, options) : error;
}
