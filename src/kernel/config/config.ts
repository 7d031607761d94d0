import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { kernelErrors } from '../errors.js';
import { projectRoot } from './project-root.js';

export interface Config {
  production: boolean;
  port: number;
  host: string;
  /** Hostnames of sites are labels under it: `nongan` → `nongan.localhost`. */
  baseDomain: string;
  dataDirectory: string;
  /** All null: the embedded server. */
  database: { app: string; visitor: string; cluster: string; owner: string | null } | null;
  s3: { endpoint: string; region: string; bucket: string; accessKey: string; secretKey: string } | null;
  /** Empty: made into the data directory at the first start. */
  secretKey: string;
  /** Null: nothing is mailed, the desk shows what would have been. */
  mail: { url: string; from: string } | null;
  /** An outside OpenID Connect provider to sign in with. */
  oidc: { issuer: string; clientId: string; clientSecret: string } | null;
  /** Proxies in front whose X-Forwarded-For is believed: addresses or CIDR ranges. Empty: nobody's. */
  trustedProxies: string[];
  timeZone: string;
  logLevel: string;
  version: string;
}

const blankAsMissing = <T extends z.ZodType>(schema: T) => z.preprocess((v) => (v === '' ? undefined : v), schema);
const url = (protocols: string[]) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    { error: `应为 ${protocols.map((p) => `${p}//`).join(' 或 ')} 开头的地址` },
  );
const databaseUrl = blankAsMissing(url(['postgres:', 'postgresql:']).optional());
const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: '不是有效的时区名，例如 Asia/Shanghai' },
);

/** A bare address, or a name before it: `集约 <desk@gov.example>`. */
const sender = z.string().regex(/^(?:[^<>@\r\n]+ )?<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, {
  error: '应为邮箱地址，例如 desk@gov.example 或 集约 <desk@gov.example>',
});

/** Tokens travel to the provider and back: in clear only on this very machine. */
const issuer = url(['https:', 'http:']).refine(
  (value) => value.startsWith('https:') || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(value).hostname),
  { error: '应为 https:// 开头的地址（http:// 只能用于本机）' },
);

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (bits === undefined) return true;
  if (!/^\d{1,3}$/.test(bits)) return false;
  try {
    new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

const ranges = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((range) => range.trim())
      .filter(Boolean),
  )
  .refine((list) => list.every(isRange), {
    error: '应为逗号隔开的地址或地址范围，例如 127.0.0.1,10.0.0.0/8',
  });

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Every variable the platform reads (DESIGN §7); `.env.example` documents them for operators. */
const variables = z.object({
  NODE_ENV: z.string().optional(),
  PORT: blankAsMissing(
    z.coerce
      .number({ error: '应为 1 到 65535 的整数' })
      .int({ error: '应为整数' })
      .min(1, { error: '应为 1 到 65535 的整数' })
      .max(65535, { error: '应为 1 到 65535 的整数' })
      .default(8080),
  ),
  HOST: blankAsMissing(z.string().default('127.0.0.1')),
  BASE_DOMAIN: blankAsMissing(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, { error: '应为小写域名，例如 localhost 或 gov.example，不带端口' })
      .default('localhost'),
  ),
  DATA_DIR: blankAsMissing(z.string().default('.data')),
  DATABASE_URL: databaseUrl,
  DATABASE_VISITOR_URL: databaseUrl,
  DATABASE_CLUSTER_URL: databaseUrl,
  DATABASE_OWNER_URL: databaseUrl,
  S3_ENDPOINT: blankAsMissing(url(['http:', 'https:']).optional()),
  S3_REGION: blankAsMissing(z.string().default('us-east-1')),
  S3_BUCKET: blankAsMissing(z.string().default('jiyue')),
  S3_ACCESS_KEY: blankAsMissing(z.string().optional()),
  S3_SECRET_KEY: blankAsMissing(z.string().optional()),
  SECRET_KEY: blankAsMissing(z.string().min(32, { error: '至少 32 个字符' }).optional()),
  SMTP_URL: blankAsMissing(url(['smtp:', 'smtps:']).optional()),
  MAIL_FROM: blankAsMissing(sender.optional()),
  OIDC_ISSUER: blankAsMissing(issuer.optional()),
  OIDC_CLIENT_ID: blankAsMissing(z.string().optional()),
  OIDC_CLIENT_SECRET: blankAsMissing(z.string().optional()),
  TRUSTED_PROXIES: blankAsMissing(ranges.default([])),
  TIME_ZONE: blankAsMissing(timeZone.default('Asia/Shanghai')),
  LOG_LEVEL: blankAsMissing(z.enum(LEVELS, { error: `应为 ${LEVELS.join('、')} 之一` }).default('info')),
});

/**
 * Reads and checks the environment, once, at start. Relative folders count from the project.
 * @throws UserError `kernel.bad-variable(s)` naming each bad variable, its value (secrets hidden) and what is right
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const found: { name: string; why: string }[] = [];
  const parsed = variables.safeParse(environment);
  if (!parsed.success)
    for (const issue of parsed.error.issues) found.push({ name: String(issue.path[0]), why: issue.message });
  const value = parsed.data;
  if (value) {
    const urls = [value.DATABASE_URL, value.DATABASE_VISITOR_URL, value.DATABASE_CLUSTER_URL];
    if (urls.some(Boolean)) {
      const names = ['DATABASE_URL', 'DATABASE_VISITOR_URL', 'DATABASE_CLUSTER_URL'];
      urls.forEach((u, i) => {
        if (!u) found.push({ name: names[i] as string, why: '使用外部数据库时三个连接地址都要填' });
      });
    }
    if (value.S3_ENDPOINT) {
      if (!value.S3_ACCESS_KEY) found.push({ name: 'S3_ACCESS_KEY', why: '填了 S3_ENDPOINT 就必须填' });
      if (!value.S3_SECRET_KEY) found.push({ name: 'S3_SECRET_KEY', why: '填了 S3_ENDPOINT 就必须填' });
    }
    if (value.SMTP_URL && !value.MAIL_FROM) found.push({ name: 'MAIL_FROM', why: '填了 SMTP_URL 就必须填' });
    const provider = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
    if (provider.some((name) => value[name]))
      for (const name of provider) if (!value[name]) found.push({ name, why: '使用统一身份认证时三项都要填' });
    if (value.NODE_ENV === 'production' && !value.SECRET_KEY)
      found.push({ name: 'SECRET_KEY', why: 'NODE_ENV=production 时必须填，可用 openssl rand -hex 32 生成' });
  }
  const shown = (name: string) =>
    /KEY|URL|CLIENT_SECRET/.test(name) && environment[name] ? '（不显示）' : (environment[name] ?? '');
  const [first] = found;
  if (first && found.length === 1) throw kernelErrors['kernel.bad-variable']({ ...first, value: shown(first.name) });
  if (first || !value)
    throw kernelErrors['kernel.bad-variables']({
      count: found.length,
      list: found.map((f) => `  ${f.name}=${shown(f.name)}  ${f.why}`).join('\n'),
    });

  return {
    production: value.NODE_ENV === 'production',
    port: value.PORT,
    host: value.HOST,
    baseDomain: value.BASE_DOMAIN,
    dataDirectory: isAbsolute(value.DATA_DIR) ? value.DATA_DIR : resolve(projectRoot, value.DATA_DIR),
    database:
      value.DATABASE_URL && value.DATABASE_VISITOR_URL && value.DATABASE_CLUSTER_URL
        ? {
            app: value.DATABASE_URL,
            visitor: value.DATABASE_VISITOR_URL,
            cluster: value.DATABASE_CLUSTER_URL,
            owner: value.DATABASE_OWNER_URL ?? null,
          }
        : null,
    s3:
      value.S3_ENDPOINT && value.S3_ACCESS_KEY && value.S3_SECRET_KEY
        ? {
            endpoint: value.S3_ENDPOINT,
            region: value.S3_REGION,
            bucket: value.S3_BUCKET,
            accessKey: value.S3_ACCESS_KEY,
            secretKey: value.S3_SECRET_KEY,
          }
        : null,
    secretKey: value.SECRET_KEY ?? '',
    mail: value.SMTP_URL && value.MAIL_FROM ? { url: value.SMTP_URL, from: value.MAIL_FROM } : null,
    oidc:
      value.OIDC_ISSUER && value.OIDC_CLIENT_ID && value.OIDC_CLIENT_SECRET
        ? { issuer: value.OIDC_ISSUER, clientId: value.OIDC_CLIENT_ID, clientSecret: value.OIDC_CLIENT_SECRET }
        : null,
    trustedProxies: value.TRUSTED_PROXIES,
    timeZone: value.TIME_ZONE,
    logLevel: value.LOG_LEVEL,
    version: (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version,
  };
}
