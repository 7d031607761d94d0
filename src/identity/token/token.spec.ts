import pg from 'pg';
import { aToken } from '../../../test/api.js';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { anAccount, aPerson } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import type { DeskContext } from '../../authority/desk-context.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import { newId } from '../../kernel/id.js';
import { rules } from '../../policies.js';
import { MOST_TOKENS } from './api-token.js';
import { CreateToken, type NewApiToken } from './create-token.js';
import { RevokeToken } from './revoke-token.js';
import { findOwnTokens, readToken, touchToken } from './token.queries.js';

let platform: TestPlatform;
let superuser: pg.Client;
let here: BuiltSite;
let there: BuiltSite;
let create: CreateToken;
let revoke: RevokeToken;

const IDENTITY: ClusterScope = { kind: 'cluster', actor: OPERATOR, work: 'identity' };

beforeAll(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  here = await aSite(platform);
  there = await aSite(platform);
  create = new CreateToken(platform.work, platform.calendar, rules);
  revoke = new RevokeToken(platform.work);
});

afterAll(async () => {
  await superuser?.end();
  await platform?.close();
});

const dayIn = (days: number) => platform.calendar.day(new Date(Date.now() + days * 86_400_000));
const wanted = (over: Partial<NewApiToken> = {}): NewApiToken => ({
  name: '报表程序',
  expiresOn: dayIn(30),
  actions: ['channel.read'],
  site: null,
  ...over,
});

/** An editor-in-chief of the site, as the desk knows them. */
const anEditor = () => aPerson(platform, here, 'editor-in-chief', 'site');

const read = (token: string, address = '192.0.2.7') =>
  platform.work.run(IDENTITY, (tx) => readToken(tx, token, { address, timeZone: 'Asia/Shanghai' }));
const own = (ctx: DeskContext) => platform.work.run(IDENTITY, (tx) => findOwnTokens(tx, ctx));
const audited = async (act: string, subject: string) =>
  (await superuser.query('SELECT tenant_id, actor, detail FROM audit WHERE act = $1 AND subject = $2', [act, subject]))
    .rows;

describe('a token is made', () => {
  it('for the one who asks; it is told once, kept as a digest, and the audit names it', async () => {
    const { account, ctx } = await anEditor();
    const { id, token } = await create.run(
      ctx,
      wanted({ actions: ['channel.read', 'item.read'], site: { tenantId: here.tenantId, siteId: here.id } }),
    );
    expect(token).toMatch(/^jiyue_[\w-]{43}$/);
    const { rows } = await superuser.query('SELECT * FROM api_token WHERE id = $1', [id]);
    expect(rows[0]).toMatchObject({
      tenant_id: here.tenantId,
      account_id: account.id,
      name: '报表程序',
      actions: ['channel.read', 'item.read'],
      site_id: here.id,
      last_used_at: null,
    });
    expect(JSON.stringify(rows[0])).not.toContain(token.slice(6));
    expect(rows[0].expires_at).toEqual(platform.calendar.instant(dayIn(31)));
    const [entry] = await audited('token.created', `token:${id}`);
    expect(entry).toMatchObject({ tenant_id: here.tenantId, actor: account.login, detail: { name: '报表程序' } });
    expect(JSON.stringify(entry)).not.toContain(token.slice(6));
  });

  it('that may change something may read it too', async () => {
    const { ctx } = await anEditor();
    await create.run(ctx, wanted({ actions: ['channel.change'] }));
    expect((await own(ctx))[0]!.actions).toEqual(['channel.change', 'channel.read']);
  });

  it.each(['site.suspend', 'audit.read', 'no.thing'])('never with what the account may not: %s', async (action) => {
    const { ctx } = await anEditor();
    const asked = create.run(ctx, wanted({ actions: ['channel.read', action as never] }));
    await expect(asked).rejects.toMatchObject({ code: 'identity.token-action', status: 403 });
    expect(await own(ctx)).toEqual([]);
  });

  it.each([
    ['without a name', { name: '  ' }, 'identity.token-name'],
    ['with a name that is too long', { name: '长'.repeat(41) }, 'identity.token-name'],
    ['without anything to do', { actions: [] }, 'identity.token-no-action'],
    ['for longer than a year', { expiresOn: () => dayIn(367) }, 'identity.token-expiry'],
    ['for a day that is over', { expiresOn: () => dayIn(-1) }, 'identity.token-expiry'],
    ['for no day at all', { expiresOn: 'tomorrow' }, 'identity.token-expiry'],
    ['for a day that no month has', { expiresOn: () => `${dayIn(330).slice(0, 8)}99` }, 'identity.token-expiry'],
  ])('not %s', async (_, over, code) => {
    const { ctx } = await anEditor();
    const expiresOn = 'expiresOn' in over ? over.expiresOn : dayIn(30);
    const input = wanted({ ...over, expiresOn: typeof expiresOn === 'function' ? expiresOn() : expiresOn } as never);
    await expect(create.run(ctx, input)).rejects.toMatchObject({ code });
  });

  it('for a year at the most, to the day', async () => {
    const { ctx } = await anEditor();
    await create.run(ctx, wanted({ expiresOn: dayIn(365) }));
    expect(await own(ctx)).toHaveLength(1);
  });

  it('not for a site of another tenant, nor for one that is not there, alike', async () => {
    const { ctx } = await anEditor();
    const foreign = create.run(ctx, wanted({ site: { tenantId: there.tenantId, siteId: there.id } }));
    await expect(foreign).rejects.toMatchObject({ code: 'authority.missing' });
    const crossed = create.run(ctx, wanted({ site: { tenantId: here.tenantId, siteId: there.id } }));
    await expect(crossed).rejects.toMatchObject({ code: 'authority.missing' });
    const beside = create.run(ctx, wanted({ site: { tenantId: here.tenantId, siteId: newId() } }));
    await expect(beside).rejects.toMatchObject({ code: 'authority.missing' });
  });

  it('twenty times at the most, even when two are made at once', async () => {
    const { account, ctx } = await anEditor();
    for (let i = 1; i < MOST_TOKENS; i += 1) await create.run(ctx, wanted({ name: `令牌 ${i}` }));
    const both = await Promise.allSettled([create.run(ctx, wanted()), create.run(ctx, wanted())]);
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'identity.token-too-many' },
    });
    const [first] = await own(ctx);
    await revoke.run(ctx, first!.id);
    await create.run(ctx, wanted());
    await superuser.query(
      `UPDATE api_token SET expires_at = now() - interval '1 second' WHERE account_id = $1 AND id = (
         SELECT id FROM api_token WHERE account_id = $1 AND revoked_at IS NULL LIMIT 1)`,
      [account.id],
    );
    await create.run(ctx, wanted());
    await expect(create.run(ctx, wanted())).rejects.toMatchObject({ code: 'identity.token-too-many' });
  });
});

describe('a token is read', () => {
  it('with its account, what it may do and where', async () => {
    const { account } = await anEditor();
    const { id, token } = await aToken(platform, account, {
      actions: ['channel.read'],
      site: { tenantId: here.tenantId, siteId: here.id },
    });
    expect(await read(token)).toMatchObject({
      id,
      accountId: account.id,
      tenantId: here.tenantId,
      login: account.login,
      actions: ['channel.read'],
      site: { tenantId: here.tenantId, siteId: here.id },
      hasSecondFactor: true,
      fromAllowedAddress: true,
      stale: true,
    });
  });

  it('and its use is noted once a minute', async () => {
    const { account, ctx } = await anEditor();
    const { token } = await aToken(platform, account, { actions: ['channel.read'] });
    await platform.work.run(IDENTITY, async (tx) => touchToken(tx, (await readToken(tx, token, FROM))!));
    expect(await read(token)).toMatchObject({ stale: false });
    const [row] = await own(ctx);
    expect(row!.lastUsedAt).toBeInstanceOf(Date);
    await superuser.query(`UPDATE api_token SET last_used_at = last_used_at - interval '61 seconds'`);
    expect(await read(token)).toMatchObject({ stale: true });
  });
  const FROM = { address: '192.0.2.7', timeZone: 'Asia/Shanghai' };

  it.each(['', 'jiyue_', 'Bearer', `jiyue_${'a'.repeat(43)}`, `jiyue_${'a'.repeat(44)}`, "jiyue_' OR true --"])(
    'not when it is none: %s',
    async (token) => {
      expect(await read(token)).toBeNull();
    },
  );

  it.each([
    ['it was revoked', `UPDATE api_token SET revoked_at = now() WHERE account_id = $1`],
    ['it expired', `UPDATE api_token SET expires_at = now() WHERE account_id = $1`],
    ['its account is locked', `UPDATE account SET state = 'locked', locked_for = 'hand' WHERE id = $1`],
    ['its account is closed', `UPDATE account SET state = 'closed' WHERE id = $1`],
    ['its account has not come back from an invitation', `UPDATE account SET state = 'invited' WHERE id = $1`],
    [
      'its account was over yesterday',
      `UPDATE account SET ends_on = (now() AT TIME ZONE 'Asia/Shanghai')::date - 1 WHERE id = $1`,
    ],
    [
      'an administrator has just made a new password for its account',
      `INSERT INTO credential (tenant_id, account_id, must_change) SELECT tenant_id, id, true FROM account WHERE id = $1`,
    ],
  ])('no longer when %s', async (_, change) => {
    const { account } = await anEditor();
    const { token } = await aToken(platform, account, { actions: ['channel.read'] });
    expect(await read(token)).not.toBeNull();
    await superuser.query(change, [account.id]);
    expect(await read(token)).toBeNull();
  });

  it('on the last day of its account, not after', async () => {
    const account = await anAccount(platform, { tenantId: here.tenantId, endsOn: dayIn(0) });
    await superuser.query(
      `INSERT INTO access_grant (tenant_id, id, account_tenant_id, account_id, role, scope, site_id, given_by)
       VALUES ($1, gen_random_uuid(), $1, $2, 'editor', 'site', $3, 'test')`,
      [here.tenantId, account.id, here.id],
    );
    const { token } = await aToken(platform, account, { actions: ['channel.read'] });
    expect(await read(token)).not.toBeNull();
  });

  it('and says whether the address lies in the ranges of the account’s tenant', async () => {
    const { account } = await anEditor();
    const { token } = await aToken(platform, account, { actions: ['channel.read'] });
    await superuser.query(
      `INSERT INTO sign_in_range (tenant_id, id, range) VALUES ($1, gen_random_uuid(), '192.0.2.0/24')`,
      [here.tenantId],
    );
    try {
      expect(await read(token, '192.0.2.9')).toMatchObject({ fromAllowedAddress: true });
      expect(await read(token, '::ffff:192.0.2.9')).toMatchObject({ fromAllowedAddress: true });
      expect(await read(token, '198.51.100.1')).toMatchObject({ fromAllowedAddress: false });
      expect(await read(token, 'no address')).toMatchObject({ fromAllowedAddress: false });
    } finally {
      await superuser.query('DELETE FROM sign_in_range');
    }
  });
});

describe('a token is revoked', () => {
  it('by its owner: dead at once, listed as ended, and the audit says so', async () => {
    const { account, ctx } = await anEditor();
    const { id, token } = await create.run(ctx, wanted());
    expect(await revoke.run(ctx, id)).toEqual({ name: '报表程序' });
    expect(await read(token)).toBeNull();
    expect(await own(ctx)).toMatchObject([{ id, inForce: false, revokedAt: expect.any(Date) }]);
    expect(await audited('token.revoked', `token:${id}`)).toMatchObject([
      { tenant_id: here.tenantId, actor: account.login },
    ]);
    await expect(revoke.run(ctx, id)).rejects.toMatchObject({ code: 'identity.token-gone' });
  });

  it('not by another: theirs is missing like one that is not there', async () => {
    const { ctx } = await anEditor();
    const { id } = await create.run(ctx, wanted());
    const { ctx: other } = await anEditor();
    for (const which of [id, account0(), 'no id'])
      await expect(revoke.run(other, which)).rejects.toMatchObject({ code: 'authority.missing', status: 404 });
    expect(await own(other)).toEqual([]);
    expect((await own(ctx))[0]).toMatchObject({ id, inForce: true });
  });
  const account0 = () => '019a2b3c-0000-7000-8000-000000000000';
});

it('the desk’s own role sees no token', async () => {
  const { ctx } = await anEditor();
  await create.run(ctx, wanted());
  const asked = platform.work.run({ kind: 'subtree', actor: OPERATOR, tenantIds: [here.tenantId] }, (tx) =>
    tx.query('SELECT * FROM api_token'),
  );
  await expect(asked).rejects.toMatchObject({ code: '42501' });
});
