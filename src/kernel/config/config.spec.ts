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

it('is documented: .env.example names every variable, and no other', () => {
  const source = readFileSync(join(projectRoot, 'src/kernel/config/config.ts'), 'utf8');
  const known = [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((m) => m[1]).sort();
  const documented = [...readFileSync(join(projectRoot, '.env.example'), 'utf8').matchAll(/^([A-Z][A-Z0-9_]+)=/gm)]
    .map((m) => m[1])
    .sort();
  expect(documented).toEqual(known);
});
