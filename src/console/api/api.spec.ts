import pg from 'pg';
import { anApi, aToken, type TestApi } from '../../../test/api.js';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aPerson, type BuiltAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { newId } from '../../kernel/id.js';

let platform: TestPlatform;
let superuser: pg.Client;
let api: TestApi;
let here: BuiltSite;

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  api = await anApi(platform);
  here = await aSite(platform, { channels: ['a', 'b', 'c', 'c/d', 'e'] });
});

afterAll(async () => {
  await api?.close();
  await superuser?.end();
  await platform?.close();
});

let addresses = 0;
/** Each test comes from an address of its own, so that none is stopped by another's failures. */
const from = () => {
  addresses += 1;
  return { 'x-forwarded-for': `198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}` };
};

async function anAdministrator(): Promise<{ account: BuiltAccount; token: string }> {
  const { account } = await aPerson(platform, here, 'tenant-administrator');
  return { account, ...(await aToken(platform, account)) };
}

describe('who asks', () => {
  it('comes in with a token, and its use is noted', async () => {
    const { account, token } = await anAdministrator();
    const answer = await api.ask('/api/v1/sites', { token });
    expect(answer).toMatchObject({ status: 200, json: { data: [{ id: here.id }], next: null } });
    const { rows } = await superuser.query('SELECT last_used_at FROM api_token WHERE account_id = $1', [account.id]);
    expect(rows[0].last_used_at).toBeInstanceOf(Date);
  });

  it('without one is told how to bring it', async () => {
    const answer = await api.ask('/api/v1/sites');
    expect(answer).toMatchObject({ status: 401, json: { type: '/api/docs#api.token-missing' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="jiyue"');
  });

  it.each([
    ['a token nobody has', `Bearer jiyue_${'x'.repeat(43)}`],
    ['something else', 'Bearer secret'],
    ['a password', `Basic ${Buffer.from('a:b').toString('base64')}`],
    ['nothing behind the word', 'Bearer '],
  ])('with %s is refused, all alike', async (_, authorization) => {
    const answer = await api.ask('/api/v1/sites', { headers: { authorization, ...from() } });
    expect(answer).toMatchObject({ status: 401, json: { type: '/api/docs#api.token-refused' } });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="jiyue", error=/);
  });

  it('with a token in the address is told that there is no such parameter', async () => {
    const { token } = await anAdministrator();
    const anonymous = await api.ask(`/api/v1/sites?access_token=${token}`);
    expect(anonymous.status).toBe(401);
    const answer = await api.ask(`/api/v1/sites?access_token=${token}`, { token });
    expect(answer).toMatchObject({ status: 400, json: { errors: { access_token: '没有这一项，请去掉' } } });
    expect(answer.text).not.toContain(token);
  });

  it('with the cookie of a session alone is nobody: the API looks at no cookie', async () => {
    const { token } = await anAdministrator();
    for (const cookie of ['jiyue-session=anything', `jiyue-session=${token}`, `token=${token}`])
      expect((await api.ask('/api/v1/sites', { headers: { cookie } })).status).toBe(401);
  });

  it.each([
    ['locked', `UPDATE account SET state = 'locked', locked_for = 'hand' WHERE id = $1`],
    ['closed', `UPDATE account SET state = 'closed' WHERE id = $1`],
    ['over', `UPDATE account SET ends_on = current_date - 2 WHERE id = $1`],
    ['without the second factor that its role demands', 'UPDATE account SET second_factor = false WHERE id = $1'],
  ])('is refused from the next request on when the account is %s', async (_, change) => {
    const { account, token } = await anAdministrator();
    expect((await api.ask('/api/v1/sites', { token, headers: from() })).status).toBe(200);
    await superuser.query(change, [account.id]);
    const answer = await api.ask('/api/v1/sites', { token, headers: from() });
    expect(answer).toMatchObject({ status: 401, json: { type: '/api/docs#api.token-refused' } });
  });

  it('is refused from the next request on when the grant is taken back', async () => {
    const { account, token } = await anAdministrator();
    await superuser.query(`UPDATE access_grant SET ended_at = now(), ended_by = 'x' WHERE account_id = $1`, [
      account.id,
    ]);
    const answer = await api.ask('/api/v1/sites', { token });
    expect(answer).toMatchObject({ status: 403, json: { type: '/api/docs#api.action-refused' } });
  });

  it('comes from where the tenant lets its administrators come from; an editor from everywhere', async () => {
    const { token } = await anAdministrator();
    const { account } = await aPerson(platform, here, 'editor', 'site');
    const { token: editor } = await aToken(platform, account);
    await superuser.query(
      `INSERT INTO sign_in_range (tenant_id, id, range) VALUES ($1, gen_random_uuid(), '203.0.113.0/24')`,
      [here.tenantId],
    );
    try {
      const at = (address: string, who: string) =>
        api.ask('/api/v1/sites', { token: who, headers: { 'x-forwarded-for': address } });
      expect((await at('203.0.113.9', token)).status).toBe(200);
      expect(await at('192.0.2.1', token)).toMatchObject({
        status: 403,
        json: { type: '/api/docs#api.address-refused', detail: expect.stringContaining('192.0.2.1') },
      });
      expect((await at('192.0.2.1', editor)).status).toBe(200);
    } finally {
      await superuser.query('DELETE FROM sign_in_range');
    }
  });

  it('does with a token what the token is for, and no more than the account may', async () => {
    const { account } = await aPerson(platform, here, 'tenant-administrator');
    const { token } = await aToken(platform, account, { actions: ['site.enter'] });
    expect((await api.ask('/api/v1/sites', { token })).status).toBe(200);
    const answer = await api.ask(`/api/v1/sites/${here.id}/channels`, { token });
    expect(answer).toMatchObject({
      status: 403,
      json: { type: '/api/docs#api.action-refused', detail: expect.stringContaining('channel.read') },
    });
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope');
  });
});

describe('rates', () => {
  it('stand in the headers of every answer, and end in 429 with the time to wait', async () => {
    const { token } = await anAdministrator();
    const first = await api.ask('/api/v1/sites', { token });
    expect(first.headers['ratelimit-policy']).toBe('"token";q=120;w=12');
    expect(first.headers.ratelimit).toMatch(/^"token";r=119;t=1$/);
    let refused = await api.ask('/api/v1/sites', { token });
    for (let i = 0; i < 400 && refused.status === 200; i += 1) refused = await api.ask('/api/v1/sites?x=1', { token });
    for (let i = 0; i < 400 && refused.status === 400; i += 1) refused = await api.ask('/api/v1/sites?x=1', { token });
    expect(refused).toMatchObject({ status: 429, json: { type: '/api/docs#api.too-many-requests' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(refused.headers.ratelimit).toMatch(/^"token";r=0;/);
    const { token: another } = await anAdministrator();
    expect((await api.ask('/api/v1/sites', { token: another })).status).toBe(200);
  });

  it('stop who guesses tokens, and not those whose token was right there lately', async () => {
    const { token } = await anAdministrator();
    const headers = from();
    expect((await api.ask('/api/v1/sites', { token, headers })).status).toBe(200);
    const guess = (at = headers) => api.ask('/api/v1/sites', { token: `jiyue_${newId()}1234567`, headers: at });
    const answers = [];
    for (let i = 0; i < 40; i += 1) answers.push(await guess());
    expect(answers.filter((answer) => answer.status === 401).length).toBeGreaterThanOrEqual(30);
    const last = answers.at(-1)!;
    expect(last).toMatchObject({ status: 429, json: { type: '/api/docs#api.too-many-failures' } });
    expect(Number(last.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await api.ask('/api/v1/sites', { token, headers })).status).toBe(200);
    expect((await guess(from())).status).toBe(401);
  });
});

describe('a request', () => {
  it('for an address that is none, or with a method that it does not take, is told so', async () => {
    for (const path of ['/api/v1', '/api/v1/', '/api/v1/tenants', '/api/v1/sites/1/2/3', '/api/v1/openapi'])
      expect(await api.ask(path)).toMatchObject({ status: 404, json: { type: '/api/docs#api.no-route' } });
    for (const method of ['DELETE', 'PUT', 'OPTIONS'])
      expect(await api.ask(`/api/v1/channels/${newId()}`, { method })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD, PATCH' },
        json: { type: '/api/docs#api.method' },
      });
  });

  it('with parameters that there are not, or that are wrong, is told all of them', async () => {
    const { token } = await anAdministrator();
    const answer = await api.ask('/api/v1/items?limit=0&site=x&updatedSince=2026&what=1&channel=a&channel=b', {
      token,
    });
    expect(answer).toMatchObject({
      status: 400,
      json: {
        type: '/api/docs#api.query',
        errors: {
          limit: '不能小于 1',
          site: expect.stringContaining('应为 id'),
          channel: '应为文本',
          updatedSince: expect.stringContaining('例如 2026-11-01T00:00:00Z'),
          what: '没有这一项，请去掉',
        },
      },
    });
    expect((await api.ask('/api/v1/items?limit=201', { token })).json.errors).toEqual({ limit: '不能大于 200' });
    expect((await api.ask(`/api/v1/sites/${here.id}?kind=portal`, { token })).status).toBe(400);
  });

  it.each([
    ['text', 'text/plain', '{}'],
    ['a form', 'application/x-www-form-urlencoded', 'name=x'],
    ['JSON in another writing', 'application/json; charset=gbk', '{}'],
    ['nothing said', undefined, '{}'],
  ])('that brings %s is refused: only JSON is taken', async (_, type, raw) => {
    const { token } = await anAdministrator();
    const headers = type ? { 'content-type': type } : undefined;
    const answer = await api.ask('/api/v1/channels', { token, method: 'POST', raw, headers });
    expect(answer).toMatchObject({ status: 415, json: { type: '/api/docs#api.body-type' } });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a prototype', '{"__proto__":{"name":"x"}}'],
    ['a constructor’s prototype', '{"constructor":{"prototype":{"name":"x"}}}'],
  ])('that brings %s is refused', async (_, raw) => {
    const { token } = await anAdministrator();
    const headers = { 'content-type': 'application/json' };
    const answer = await api.ask('/api/v1/channels', { token, method: 'POST', raw, headers });
    expect(answer).toMatchObject({ status: 400, json: { type: '/api/docs#api.body-unreadable' } });
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });

  it('that brings more than a megabyte is refused', async () => {
    const { token } = await anAdministrator();
    const body = { name: 'x'.repeat(1_048_577) };
    const answer = await api.ask('/api/v1/channels', { token, method: 'POST', body });
    expect(answer).toMatchObject({ status: 413, json: { type: '/api/docs#api.body-size' } });
  });

  it.each([[[]], ['text'], [null], [7]])('that brings JSON which is no object is told so: %j', async (body) => {
    const { token } = await anAdministrator();
    const answer = await api.ask('/api/v1/channels', { token, method: 'POST', body });
    expect(answer).toMatchObject({ status: 422, json: { type: '/api/docs#api.body' } });
  });

  it('that fails by our fault says nothing of the inside, and gives its number', async () => {
    const { token } = await anAdministrator();
    await superuser.query('ALTER TABLE channel RENAME COLUMN keywords TO secret_inside');
    try {
      const answer = await api.ask(`/api/v1/sites/${here.id}/channels`, { token });
      expect(answer).toMatchObject({
        status: 500,
        json: { type: '/api/docs#api.failed', requestId: expect.stringMatching(/^[0-9a-f]{12}$/) },
      });
      expect(answer.text).not.toMatch(/column|keywords|select/i);
    } finally {
      await superuser.query('ALTER TABLE channel RENAME COLUMN secret_inside TO keywords');
    }
  });
});

it('while the database is away, says so and when to come again', async () => {
  const { token } = await anAdministrator();
  const name = new URL(platform.superuserUrl).pathname.slice(1);
  const server = new URL(platform.superuserUrl);
  server.pathname = '/postgres';
  const beside = new pg.Client({ connectionString: server.href });
  await beside.connect();
  try {
    await beside.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await beside.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = 'jiyue_cluster'`,
      [name],
    );
    const answer = await api.ask('/api/v1/sites', { token });
    expect(answer).toMatchObject({
      status: 503,
      json: { type: '/api/docs#api.away' },
      headers: { 'retry-after': '5' },
    });
    expect(answer.text).not.toMatch(/jiyue_|127\.0\.0\.1|connection/);
  } finally {
    await beside.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await beside.end();
  }
  expect((await api.ask('/api/v1/sites', { token })).status).toBe(200);
});

describe('a problem', () => {
  it('has the form of RFC 9457, in Chinese, and is kept by nobody', async () => {
    const answer = await api.ask(`/api/v1/channels/${newId()}?x=1`, {
      headers: { authorization: 'Bearer x', ...from() },
    });
    expect(answer.json).toEqual({
      type: '/api/docs#api.token-refused',
      title: '没有通过验证',
      status: 401,
      detail: expect.stringContaining('令牌'),
      instance: expect.stringMatching(/^\/api\/v1\/channels\/[0-9a-f-]+$/),
      requestId: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': 'zh-CN',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('a list', () => {
  it('goes on by cursors to its end, by what the link and the body say alike', async () => {
    const { token } = await anAdministrator();
    const seen: string[] = [];
    let path = `/api/v1/sites/${here.id}/channels?limit=2`;
    for (let pages = 0; path && pages < 10; pages += 1) {
      const { status, json, headers } = await api.ask(path, { token });
      expect(status).toBe(200);
      expect(json.data.length).toBeLessThanOrEqual(2);
      seen.push(...json.data.map((channel: { path: string }) => channel.path));
      expect(headers.link).toBe(json.next ? `<${json.next}>; rel="next"` : undefined);
      if (json.next) expect(json.next).toMatch(/^https:\/\/console\.example\/api\/v1\/sites\//);
      path = json.next?.slice('https://console.example'.length);
    }
    expect(seen).toEqual(['a', 'b', 'c', 'c/d', 'e']);
  });

  it('takes no cursor of another list, another filter, or none at all', async () => {
    const { token } = await anAdministrator();
    const other = await aSite(platform, { channels: ['a', 'b'] });
    const { json } = await api.ask(`/api/v1/sites/${here.id}/channels?limit=1`, { token });
    const cursor = new URL(json.next).searchParams.get('cursor')!;
    for (const path of [
      `/api/v1/sites/${other.id}/channels?cursor=${cursor}`,
      `/api/v1/sites?cursor=${cursor}`,
      `/api/v1/items?cursor=${cursor}`,
      `/api/v1/sites/${here.id}/channels?cursor=${cursor.slice(0, -4)}`,
      `/api/v1/sites/${here.id}/channels?cursor=1`,
    ])
      expect(await api.ask(path, { token })).toMatchObject({ status: 400, json: { type: '/api/docs#api.cursor' } });
    const rest = await api.ask(`/api/v1/sites/${here.id}/channels?cursor=${cursor}&limit=200`, { token });
    expect(rest.json.data).toHaveLength(4);
  });

  it('answers HEAD without a body', async () => {
    const { token } = await anAdministrator();
    expect(await api.ask('/api/v1/sites', { token, method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });
});

describe('one object', () => {
  it('has an ETag, and is not sent to who has it', async () => {
    const { token } = await anAdministrator();
    const path = `/api/v1/channels/${here.channels.a}`;
    const first = await api.ask(path, { token });
    const { etag } = first.headers;
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers['cache-control']).toBe('private, no-cache');
    for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await api.ask(path, { token, headers: { 'if-none-match': known } });
      expect([known, answer.status, answer.text, answer.headers.etag]).toEqual([known, 304, '', etag]);
    }
    const other = await api.ask(path, { token, headers: { 'if-none-match': '"other"' } });
    expect(other).toMatchObject({ status: 200, headers: { etag } });
  });

  it('whose id is no id is missing like any other', async () => {
    const { token } = await anAdministrator();
    for (const kind of ['sites', 'channels', 'items', 'publications'])
      for (const id of ['1', "'", newId(), newId().toUpperCase(), '..', 'null'])
        expect([kind, id, (await api.ask(`/api/v1/${kind}/${encodeURIComponent(id)}`, { token })).status]).toEqual([
          kind,
          id,
          404,
        ]);
  });
});
