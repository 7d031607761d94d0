import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config.js';
import { projectRoot } from './project-root.js';

const URLS = {
  DATABASE_URL: 'postgres://a@h/d',
  DATABASE_VISITOR_URL: 'postgres://b@h/d',
  DATABASE_CLUSTER_URL: 'postgres://c@h/d',
};

it('has a default for everything, and takes empty values for it', () => {
  const defaults = readConfig({});
  expect(defaults).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    baseDomain: 'localhost',
    database: null,
    s3: null,
    mail: null,
    oidc: null,
    trustedProxies: [],
    timeZone: 'Asia/Shanghai',
    logLevel: 'info',
    production: false,
    dataDirectory: join(projectRoot, '.data'),
  });
  expect(readConfig({ PORT: '', BASE_DOMAIN: '', DATABASE_URL: '', TIME_ZONE: '', LOG_LEVEL: '' })).toEqual(defaults);
});

it('names every bad variable at once and shows no secret', () => {
  const message = (() => {
    try {
      readConfig({
        PORT: '70000',
        SECRET_KEY: 'short',
        DATABASE_URL: 'mysql://user:hunter2@h/d',
        TIME_ZONE: 'Nowhere',
      });
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  })();
  for (const name of ['PORT=70000', 'SECRET_KEY=', 'DATABASE_URL=', 'TIME_ZONE=Nowhere'])
    expect(message).toContain(name);
  expect(message).not.toMatch(/short|hunter2/);
});

it.each([
  [{ DATABASE_URL: URLS.DATABASE_URL }, 'DATABASE_VISITOR_URL'],
  [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, 'S3_ACCESS_KEY'],
  [{ NODE_ENV: 'production' }, 'SECRET_KEY'],
  [{ PORT: '8080x' }, 'PORT'],
  [{ BASE_DOMAIN: 'Example.COM:80' }, 'BASE_DOMAIN'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
  [{ SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM'],
  [{ SMTP_URL: 'http://mail.example', MAIL_FROM: 'a@b.example' }, 'SMTP_URL'],
  [{ MAIL_FROM: 'nobody' }, 'MAIL_FROM'],
  [{ MAIL_FROM: 'a@b.example\r\nBcc: <c@d.example>' }, 'MAIL_FROM'],
  [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_CLIENT_SECRET'],
  [{ OIDC_CLIENT_ID: 'jiyue' }, 'OIDC_ISSUER'],
  [{ OIDC_ISSUER: 'http://id.example', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }, 'OIDC_ISSUER'],
  [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES'],
  [{ TRUSTED_PROXIES: '10.0.0.0/8,proxy' }, 'TRUSTED_PROXIES'],
  [{ TRUSTED_PROXIES: '10.0.0.0/' }, 'TRUSTED_PROXIES'],
])('refuses %j and names %s', (environment, name) => {
  expect(() => readConfig(environment)).toThrow(name);
});

it('takes an external database when all three of its addresses are there', () => {
  expect(readConfig(URLS).database).toEqual({
    app: URLS.DATABASE_URL,
    visitor: URLS.DATABASE_VISITOR_URL,
    cluster: URLS.DATABASE_CLUSTER_URL,
    owner: null,
  });
});

it('reads mail, an outside provider and proxies', () => {
  expect(
    readConfig({
      SMTP_URL: 'smtps://user:hunter2@mail.example',
      MAIL_FROM: '集约 <desk@gov.example>',
      OIDC_ISSUER: 'https://id.example/realms/a',
      OIDC_CLIENT_ID: 'jiyue',
      OIDC_CLIENT_SECRET: 'hunter3',
      TRUSTED_PROXIES: ' 127.0.0.1, 10.0.0.0/8,2001:db8::/32,',
    }),
  ).toMatchObject({
    mail: { url: 'smtps://user:hunter2@mail.example', from: '集约 <desk@gov.example>' },
    oidc: { issuer: 'https://id.example/realms/a', clientId: 'jiyue', clientSecret: 'hunter3' },
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32'],
  });
  expect(
    readConfig({ OIDC_ISSUER: 'http://localhost:9000', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }).oidc,
  ).toEqual({ issuer: 'http://localhost:9000', clientId: 'a', clientSecret: 'b' });
});

it('is documented: .env.example names every variable, and no other', () => {
  const source = readFileSync(join(projectRoot, 'src/kernel/config/config.ts'), 'utf8');
  const known = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((m) => m[1]).sort();
  const documented = [...readFileSync(join(projectRoot, '.env.example'), 'utf8').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)]
    .map((m) => m[1])
    .sort();
  expect(documented).toEqual(known);
});
