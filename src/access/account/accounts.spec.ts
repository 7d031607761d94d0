import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aGrant, anAccount, anOrgan, aPerson, deskOf } from '../../../test/people.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { preparePlatformAccount } from '../../identity/account/prepare-platform-account.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { FirstPeople } from '../first-people.js';
import { EndGrant } from '../grant/end-grant.js';
import { endOfDay } from '../grant/give-grant.js';
import { findAccounts } from './account-list.queries.js';
import { AdministerAccount, type InviteInput } from './administer-account.js';
import { HandOver } from './hand-over.js';

let platform: TestPlatform;
let site: BuiltSite;
let foreign: BuiltSite;
let organ: string;
let otherOrgan: string;
let accounts: AdministerAccount;

beforeAll(async () => {
  platform = await aPlatform();
  site = await aSite(platform, { slug: 'nongan', channels: ['zwgk/jy', 'zwgk/wj'] });
  foreign = await aSite(platform, { slug: 'dehui' });
  organ = await anOrgan(platform, site.tenantId, '教育局');
  otherOrgan = await anOrgan(platform, site.tenantId, '财政局');
  accounts = new AdministerAccount(platform.work, platform.calendar);
});
afterAll(() => platform?.close());

const code = (code: string) => expect.objectContaining({ code });
let words = 0;
const somebody = (over: Partial<InviteInput> = {}): InviteInput => {
  words += 1;
  return {
    tenantId: site.tenantId,
    organId: organ,
    word: `invited${words}`,
    name: '李四',
    email: '',
    telephone: '',
    kind: 'staff',
    endsOn: null,
    grant: null,
    ...over,
  };
};
const onChannel = (path: string) => ({
  scope: 'channel' as const,
  tenantId: site.tenantId,
  siteId: site.id,
  channelId: site.channels[path]!,
});

describe('inviting', () => {
  it('makes account, first grant and one-time link at once: a bureau’s manager invites an editor of its own organ', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId: organ });
    const link = await accounts.invite(ctx, somebody({ grant: { role: 'editor', ...onChannel('zwgk/jy') } }));
    expect(link).toMatchObject({ login: expect.stringMatching(/^nongan-invited\d+$/), token: expect.any(String) });
    const { rows } = await findAccounts(platform.work, ctx, { search: link.login }, 'name', 1);
    expect(rows).toEqual([expect.objectContaining({ state: 'invited', grants: 1, organId: organ })]);
  });

  it('is not for another organ, another tenant, or a place out of reach; then nothing is made', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId: organ });
    const attempts: [InviteInput, string][] = [
      [somebody({ organId: otherOrgan }), 'authority.refused'],
      [somebody({ organId: null }), 'authority.refused'],
      [somebody({ tenantId: foreign.tenantId }), 'authority.refused'],
      [somebody({ grant: { role: 'editor', ...onChannel('zwgk/wj') } }), 'authority.missing'],
      [somebody({ grant: { role: 'publisher', ...onChannel('zwgk/jy') } }), 'access.role-not-givable'],
    ];
    for (const [input, refusal] of attempts) {
      await expect(accounts.invite(ctx, input)).rejects.toEqual(code(refusal));
      const { rows } = await findAccounts(platform.work, ctx, { search: input.word }, 'name', 1);
      expect(rows).toEqual([]);
    }
  });

  it('takes no grant that is another tenant’s than the account’s', async () => {
    const everywhere = await anAccount(platform);
    await aGrant(platform, everywhere, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const ctx = await deskOf(platform, everywhere);
    const grant = { role: 'tenant-administrator' as const, scope: 'tenant' as const, tenantId: foreign.tenantId };
    await expect(accounts.invite(ctx, somebody({ grant }))).rejects.toEqual(code('access.place-gone'));
  });
});

describe('who administers an account', () => {
  it('could have given everything it holds: a county’s administrator does not reset the operator who has an account there', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const operator = await anAccount(platform, { tenantId: site.tenantId });
    await aGrant(platform, operator, { role: 'node-operator', scope: 'node', tenantId: site.tenantId });
    for (const act of ['reset', 'lock', 'close'] as const)
      await expect(accounts[act](ctx, operator.id, '试')).rejects.toEqual(code('access.above-you'));
    await expect(accounts.change(ctx, operator.id, { name: '别人', email: 'thief@example.cn' })).rejects.toEqual(
      code('access.above-you'),
    );
  });

  it('does not keep whoever stands above from working: their sign-ins are not ended from below', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const above = await anAccount(platform, { tenantId: site.tenantId });
    await aGrant(platform, above, { role: 'node-operator', scope: 'node', tenantId: site.tenantId });
    await expect(accounts.endSessions(ctx, above.id)).rejects.toEqual(code('access.above-you'));
    const beside = await anAccount(platform, { tenantId: site.tenantId });
    expect(await accounts.endSessions(ctx, beside.id)).toMatchObject({ id: beside.id });
  });

  it('is told which roles stand above, of tenants in sight alone', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const busy = await anAccount(platform, { tenantId: site.tenantId });
    await aGrant(platform, busy, { role: 'publisher', scope: 'tenant', tenantId: foreign.tenantId });
    const locking = () => accounts.lock(ctx, busy.id, '试').catch((error: Error) => error.message);
    expect(await locking()).toBe(
      `账号“${busy.login}”还担任别处的工作，超出您可以管理的范围。请联系安全管理员或该网站的管理员办理。`,
    );
    await aGrant(platform, busy, { role: 'node-operator', scope: 'node', tenantId: site.tenantId });
    expect(await locking()).toContain('还担任分平台运维员、别处的工作，');
  });

  it('sees the account: a stranger’s answers like one that is not there', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const { account: stranger } = await aPerson(platform, foreign, 'editor', 'tenant');
    for (const id of [stranger.id, '01890000-0000-7000-8000-000000000000'])
      for (const act of ['reset', 'lock', 'close'] as const)
        await expect(accounts[act](ctx, id, '试')).rejects.toEqual(code('authority.missing'));
  });

  it('is not oneself', async () => {
    const { ctx, account } = await aPerson(platform, site, 'tenant-administrator');
    for (const act of ['reset', 'lock', 'close'] as const)
      await expect(accounts[act](ctx, account.id, '试')).rejects.toEqual(code('authority.refused'));
  });
});

describe('the last administrator', () => {
  it('is neither locked nor closed', async () => {
    const lonely = await aSite(platform);
    const only = await aPerson(platform, lonely, 'tenant-administrator');
    const everywhere = await anAccount(platform);
    await aGrant(platform, everywhere, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const ctx = await deskOf(platform, everywhere);
    const over = await anAccount(platform, { tenantId: lonely.tenantId, endsOn: '2026-01-31' });
    await aGrant(platform, over, { role: 'tenant-administrator', scope: 'tenant' });
    for (const act of ['lock', 'close'] as const)
      await expect(accounts[act](ctx, only.account.id, '试')).rejects.toEqual(code('access.last-holder'));
    await aPerson(platform, lonely, 'tenant-administrator');
    await accounts.close(ctx, only.account.id, '调离');
    expect((await deskOf(platform, only.account)).held).toEqual([]);
  });

  it('two administrators who lock each other at once: one is locked, the other’s act is not carried out', async () => {
    for (let round = 0; round < 6; round++) {
      const place = await aSite(platform);
      const a = await aPerson(platform, place, 'tenant-administrator');
      const b = await aPerson(platform, place, 'tenant-administrator');
      await aPerson(platform, place, 'tenant-administrator');
      const outcomes = await Promise.allSettled([
        accounts.lock(a.ctx, b.account.id, '试'),
        accounts.lock(b.ctx, a.account.id, '试'),
      ]);
      expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});

describe('two administrators at once, one of whom takes the other’s grant back while that one', () => {
  type Act = (by: Administrator, over: Administrator) => Promise<unknown>;
  type Administrator = Awaited<ReturnType<typeof aPerson>>;
  const acts: [string, Act][] = [
    ['locks the account', (by, over) => accounts.lock(by.ctx, over.account.id, '试')],
    ['closes the account', (by, over) => accounts.close(by.ctx, over.account.id, '试')],
    [
      'hands the work to somebody of their own',
      async (by, over) => {
        const { id } = await anAccount(platform, { tenantId: over.account.tenantId });
        await new HandOver(platform.work, platform.calendar).run(by.ctx, {
          fromId: over.account.id,
          toId: id,
          reason: '试',
        });
      },
    ],
  ];

  it.each(acts)('%s: one act is not carried out, and there is still one who governs', async (_, act) => {
    const end = new EndGrant(platform.work, platform.calendar);
    for (const third of [true, false, true, false, true, false]) {
      const place = await aSite(platform);
      const a = await aPerson(platform, place, 'tenant-administrator');
      const b = await aPerson(platform, place, 'tenant-administrator');
      if (third) await aPerson(platform, place, 'tenant-administrator');
      const outcomes = await Promise.allSettled([end.run(a.ctx, { grantId: b.grant, reason: '试' }), act(b, a)]);
      expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});

/** Does something while an act waits for an account's row, which somebody else holds just then. @returns what comes of the act */
async function meanwhile(accountId: string, act: () => Promise<unknown>, something: () => Promise<unknown>) {
  const blocker = new pg.Client({ connectionString: platform.superuserUrl });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
  const acting = act().catch((error: unknown) => error);
  try {
    const waiting = 'SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))';
    while ((await blocker.query(waiting)).rowCount === 0) await sleep(20);
    await something();
  } finally {
    await blocker.query('COMMIT');
    await blocker.end();
  }
  return acting;
}

describe('an account that is given more while an act waits', () => {
  it.each(['reset', 'lock', 'unlock', 'close', 'endSessions'] as const)(
    'is beyond whoever asked for it: %s',
    async (act) => {
      const { ctx } = await aPerson(platform, site, 'tenant-administrator');
      const { account } = await aPerson(platform, site, 'editor', 'site');
      const outcome = await meanwhile(
        account.id,
        () => accounts[act](ctx, account.id, '试'),
        () => aGrant(platform, account, { role: 'auditor', scope: 'platform' }),
      );
      expect(outcome).toEqual(code('access.above-you'));
      expect((await deskOf(platform, account)).held).toHaveLength(2);
    },
  );
});

describe('handing over', () => {
  it('leaves nobody’s work to an account that is locked, nor a tenant to nobody', async () => {
    const lonely = await aSite(platform);
    const only = await aPerson(platform, lonely, 'tenant-administrator');
    const everywhere = await anAccount(platform);
    await aGrant(platform, everywhere, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const ctx = await deskOf(platform, everywhere);
    const locked = await anAccount(platform, { tenantId: lonely.tenantId });
    await accounts.lock(ctx, locked.id, '试');
    const input = { fromId: only.account.id, toId: locked.id, reason: '调离' };
    await expect(new HandOver(platform.work, platform.calendar).run(ctx, input)).rejects.toEqual(
      code('access.hand-over-locked'),
    );
    expect((await deskOf(platform, only.account)).held).toHaveLength(1);
  });

  it('to somebody who is locked at the same moment leaves one who governs, whoever is first', async () => {
    const everywhere = await anAccount(platform);
    await aGrant(platform, everywhere, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    for (let round = 0; round < 6; round++) {
      const lonely = await aSite(platform);
      const ctx = await deskOf(platform, everywhere);
      const only = await aPerson(platform, lonely, 'tenant-administrator');
      const next = await anAccount(platform, { tenantId: lonely.tenantId });
      const input = { fromId: only.account.id, toId: next.id, reason: '调离' };
      const outcomes = await Promise.allSettled([
        new HandOver(platform.work, platform.calendar).run(ctx, input),
        accounts.lock(ctx, next.id, '试'),
      ]);
      expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('hands on nothing that somebody above gave while it waited', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const leaving = await aPerson(platform, site, 'editor', 'site');
    const successor = await anAccount(platform, { tenantId: site.tenantId });
    const input = { fromId: leaving.account.id, toId: successor.id, reason: '调离' };
    const handing = await meanwhile(
      successor.id,
      () => new HandOver(platform.work, platform.calendar).run(ctx, input),
      () => aGrant(platform, leaving.account, { role: 'auditor', scope: 'platform' }),
    );
    expect(handing).toEqual(code('access.above-you'));
    expect((await deskOf(platform, successor)).held).toEqual([]);
    expect((await deskOf(platform, leaving.account)).held).toHaveLength(2);
  });

  it('gives the successor everything, ends it for the other, and says so in the audit', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const leaving = await aPerson(platform, site, 'editor', { channel: 'zwgk/jy' }, { mayGiveOn: false });
    await aGrant(platform, leaving.account, {
      role: 'reviewer',
      scope: 'site',
      siteId: site.id,
      endsAt: new Date(Date.now() + 86_400_000),
    });
    const successor = await anAccount(platform, { tenantId: site.tenantId });
    await aGrant(platform, successor, {
      role: 'editor',
      scope: 'channel',
      siteId: site.id,
      channelId: site.channels['zwgk/jy'],
    });
    const input = { fromId: leaving.account.id, toId: successor.id, reason: '调离' };
    expect(await new HandOver(platform.work, platform.calendar).run(ctx, input)).toMatchObject({ grants: 2 });
    expect((await deskOf(platform, leaving.account)).held).toEqual([]);
    const { held } = await deskOf(platform, successor);
    expect(held.map(({ role, endsAt }) => [role, endsAt !== null]).sort()).toEqual([
      ['editor', false],
      ['reviewer', true],
    ]);
  });

  it('to a contractor gives nothing beyond the last day of their account, and nothing to be given on', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const day = platform.calendar.day(new Date(Date.now() + 30 * 86_400_000));
    const sooner = new Date(Date.now() + 86_400_000);
    const leaving = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { mayGiveOn: true });
    await aGrant(platform, leaving.account, { role: 'editor', scope: 'site', siteId: site.id, endsAt: sooner });
    const next = await anAccount(platform, { tenantId: site.tenantId, kind: 'contractor', endsOn: day });
    await new HandOver(platform.work, platform.calendar).run(ctx, {
      fromId: leaving.account.id,
      toId: next.id,
      reason: '调离',
    });
    const { held } = await deskOf(platform, next);
    expect(held.map(({ role, mayGiveOn, endsAt }) => [role, mayGiveOn, endsAt?.getTime()]).sort()).toEqual([
      ['channel-manager', false, endOfDay(platform.calendar, day).getTime()],
      ['editor', false, sooner.getTime()],
    ]);
    const over = await anAccount(platform, { tenantId: site.tenantId, kind: 'contractor', endsOn: '2026-01-31' });
    await expect(
      new HandOver(platform.work, platform.calendar).run(ctx, { fromId: next.id, toId: over.id, reason: '调离' }),
    ).rejects.toEqual(code('access.hand-over-ended'));
  });

  it('never joins two of the three duties, and then nothing moves', async () => {
    const [operator, auditor, security] = [
      await anAccount(platform),
      await anAccount(platform),
      await anAccount(platform),
    ];
    await aGrant(platform, operator, { role: 'platform-operator', scope: 'platform' });
    await aGrant(platform, auditor, { role: 'auditor', scope: 'platform' });
    await aGrant(platform, security, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const ctx = await deskOf(platform, security);
    const input = { fromId: operator.id, toId: auditor.id, reason: '试' };
    await expect(new HandOver(platform.work, platform.calendar).run(ctx, input)).rejects.toEqual(
      code('access.hand-over-separate'),
    );
    expect((await deskOf(platform, operator)).held).toHaveLength(1);
  });
});

describe('the first people', () => {
  it('are three, each with one duty and a one-time password, made once however many start together', async () => {
    const fresh = await aPlatform();
    try {
      const people = new FirstPeople(fresh.work, preparePlatformAccount(fresh.secretKey));
      const made = await Promise.all([people.makeMissing(OPERATOR), people.makeMissing(OPERATOR)]);
      const three = made.flat();
      expect(three.map(({ login }) => login).sort()).toEqual(['auditor', 'operator', 'security']);
      expect(new Set(three.map(({ password }) => password)).size).toBe(3);
      const again = await people.reset(OPERATOR, 'operator');
      expect(three.map(({ password }) => password)).not.toContain(again.password);
      const roles = await fresh.work.run({ kind: 'cluster', actor: OPERATOR, work: 'identity' }, (tx) =>
        tx.query('SELECT role, scope, tenant_id FROM access_grant WHERE ended_at IS NULL ORDER BY role'),
      );
      expect(roles).toEqual(
        ['auditor', 'platform-operator', 'security-administrator'].map((role) => ({
          role,
          scope: 'platform',
          tenant_id: PLATFORM_TENANT,
        })),
      );
    } finally {
      await fresh.close();
    }
  });
});
