import { aSite, type BuiltSite } from '../../../test/builders.js';
import { aGrant, anAccount, anOrgan, aPerson, type BuiltAccount, deskOf } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { may } from '../../authority/desk-context.js';
import { ALL_ROLES, roleFacts } from '../../authority/role.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { EndGrant } from './end-grant.js';
import { GiveGrant } from './give-grant.js';
import { findGrants } from './grant.queries.js';

let platform: TestPlatform;
let site: BuiltSite;
let foreign: BuiltSite;
let organId: string;
let give: GiveGrant;
let end: EndGrant;

beforeAll(async () => {
  platform = await aPlatform();
  site = await aSite(platform, { channels: ['zwgk/jy', 'zwgk/wj', 'ywdt'] });
  foreign = await aSite(platform, { channels: ['zwgk/jy'] });
  organId = await anOrgan(platform, site.tenantId);
  give = new GiveGrant(platform.work, platform.calendar);
  end = new EndGrant(platform.work, platform.calendar);
});
afterAll(() => platform?.close());

const code = (code: string) => expect.objectContaining({ code });
const person = (over: Parameters<typeof anAccount>[1] = {}): Promise<BuiltAccount> =>
  anAccount(platform, { tenantId: site.tenantId, organId, ...over });
const onChannel = (path: string, of: BuiltSite = site) => ({
  scope: 'channel' as const,
  tenantId: of.tenantId,
  siteId: of.id,
  channelId: of.channels[path]!,
});
const onTenant = (of: BuiltSite = site) => ({ scope: 'tenant' as const, tenantId: of.tenantId });

describe('a grant', () => {
  it('is given within the scope of a grant that may be given on, and works at the next request', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId });
    const editor = await person();
    await give.run(ctx, { accountId: editor.id, role: 'editor', ...onChannel('zwgk/jy') });
    const desk = await deskOf(platform, editor);
    const facts = { tenantId: site.tenantId, siteId: site.id };
    expect(may(desk, 'item.read', { ...facts, channelPath: 'zwgk/jy' })).toBe(true);
    expect(may(desk, 'item.read', { ...facts, channelPath: 'zwgk/wj' })).toBe(false);
  });

  it('is not given beside, above or elsewhere: a place out of reach answers like one that is not there', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId });
    const editor = await person();
    const nowhere = { ...onChannel('zwgk/jy'), channelId: '01890000-0000-7000-8000-000000000000' };
    for (const place of [onChannel('zwgk/wj'), onChannel('zwgk'), onTenant(), onChannel('zwgk/jy', foreign), nowhere])
      await expect(give.run(ctx, { accountId: editor.id, role: 'editor', ...place })).rejects.toEqual(
        code('authority.missing'),
      );
  });

  it('needs a giver whose grant may be given on', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator', 'tenant', { mayGiveOn: false });
    await expect(give.run(ctx, { accountId: (await person()).id, role: 'editor', ...onTenant() })).rejects.toEqual(
      code('access.role-not-givable'),
    );
  });

  it('gives no role that the table does not say', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId });
    const colleague = await person();
    for (const role of ALL_ROLES.filter((name) => !['channel-manager', 'editor', 'reviewer', 'liaison'].includes(name)))
      await expect(
        give.run(ctx, { accountId: colleague.id, role, ...onChannel('zwgk/jy'), endsOn: '2027-06-30' }),
      ).rejects.toEqual(code('access.role-not-givable'));
  });

  it('is never given to oneself', async () => {
    const { ctx, account } = await aPerson(platform, site, 'tenant-administrator');
    await expect(give.run(ctx, { accountId: account.id, role: 'publisher', ...onTenant() })).rejects.toEqual(
      code('authority.refused'),
    );
  });

  it('is not given to an account of another tenant that the giver cannot see', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const stranger = await anAccount(platform, { tenantId: foreign.tenantId });
    await expect(give.run(ctx, { accountId: stranger.id, role: 'editor', ...onTenant() })).rejects.toEqual(
      code('authority.missing'),
    );
  });

  it('stays within the dates of giver and account; roles for a time have an end', async () => {
    const endsAt = platform.calendar.instant('2027-01-01');
    const { ctx } = await aPerson(platform, site, 'tenant-administrator', 'tenant', { endsAt });
    const colleague = await person({ endsOn: '2026-12-20' });
    const giving = (over: object) =>
      give.run(ctx, { accountId: colleague.id, role: 'reviewer', ...onTenant(), ...over });
    await expect(giving({ endsOn: '2020-01-01' })).rejects.toEqual(code('access.end-past'));
    await expect(giving({ endsOn: '2026-12-31' })).rejects.toEqual(code('access.end-after-account'));
    // Neither March nor a defect: 31 February is no day.
    await expect(giving({ endsOn: '2027-02-31' })).rejects.toEqual(code('access.end-day'));
    await expect(giving({ endsOn: '9999-12-31' })).rejects.toEqual(code('access.end-after-account'));
    await expect(giving({})).rejects.toEqual(code('access.own-end-first'));
    await expect(giving({ role: 'contractor', ...onChannel('ywdt') })).rejects.toEqual(code('access.end-required'));
    await expect(giving({ endsOn: '2026-12-20' })).resolves.toBeTruthy();
  });

  it('may be given until the last day that people write', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const colleague = await person();
    await give.run(ctx, { accountId: colleague.id, role: 'reviewer', ...onTenant(), endsOn: '9999-12-31' });
    const [held] = (await deskOf(platform, colleague)).held;
    expect(platform.calendar.day(new Date(held!.endsAt!.getTime() - 1))).toBe('9999-12-31');
  });

  it('has a scope that fits its role, and may be given on only when there is something to give', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const colleague = await person();
    await expect(give.run(ctx, { accountId: colleague.id, role: 'channel-manager', ...onTenant() })).rejects.toEqual(
      code('access.role-scope'),
    );
    await expect(
      give.run(ctx, { accountId: colleague.id, role: 'editor', mayGiveOn: true, ...onTenant() }),
    ).rejects.toEqual(code('access.not-givable-on'));
  });

  it('is given once: two clicks at the same moment leave one', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const colleague = await person();
    const click = () => give.run(ctx, { accountId: colleague.id, role: 'editor', ...onTenant() });
    const outcomes = await Promise.allSettled([click(), click()]);
    expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find((one) => one.status === 'rejected')).toMatchObject({
      reason: { code: 'access.already-granted' },
    });
    expect((await deskOf(platform, colleague)).held).toHaveLength(1);
  });
});

describe('the three duties', () => {
  it('are never in one hand, whoever gives and however fast', async () => {
    const security = await anAccount(platform);
    await aGrant(platform, security, { role: 'security-administrator', scope: 'platform', mayGiveOn: true });
    const ctx = await deskOf(platform, security);
    const one = await anAccount(platform);
    const platformWide = { scope: 'platform' as const, tenantId: PLATFORM_TENANT };
    const both = await Promise.allSettled(
      (['platform-operator', 'auditor'] as const).map((role) =>
        give.run(ctx, { accountId: one.id, role, ...platformWide }),
      ),
    );
    expect(both.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((outcome) => outcome.status === 'rejected')).toMatchObject({
      reason: { code: 'access.separate-duties' },
    });
  });
});

describe('taking a grant back', () => {
  it('ends what it allowed at the next request, and stays as a record', async () => {
    const { ctx } = await aPerson(platform, site, 'tenant-administrator');
    const { account, grant } = await aPerson(platform, site, 'editor');
    await end.run(ctx, { grantId: grant, reason: '调离' });
    expect((await deskOf(platform, account)).held).toEqual([]);
    await expect(end.run(ctx, { grantId: grant, reason: '再次' })).rejects.toEqual(code('authority.missing'));
  });

  it('is for those who could have given it; a stranger’s grant answers like none', async () => {
    const { ctx } = await aPerson(platform, site, 'channel-manager', { channel: 'zwgk/jy' }, { organId });
    const publisher = await aPerson(platform, site, 'publisher', { channel: 'zwgk/jy' });
    await expect(end.run(ctx, { grantId: publisher.grant, reason: '' })).rejects.toEqual(
      code('access.role-not-givable'),
    );
    const beside = await aPerson(platform, site, 'editor', { channel: 'zwgk/wj' });
    const elsewhere = await aPerson(platform, foreign, 'editor', { channel: 'zwgk/jy' });
    for (const grant of [beside.grant, elsewhere.grant, '01890000-0000-7000-8000-000000000000'])
      await expect(end.run(ctx, { grantId: grant, reason: '' })).rejects.toEqual(code('authority.missing'));
  });

  it('leaves no tenant without an administrator: the last one cannot be removed, nor leave', async () => {
    const lonely = await aSite(platform);
    const only = await aPerson(platform, lonely, 'tenant-administrator');
    await expect(end.run(only.ctx, { grantId: only.grant, reason: '辞任' })).rejects.toEqual(
      code('access.last-holder'),
    );
    // One whose last day is over no longer signs in, though nobody has locked it yet.
    const over = await anAccount(platform, { tenantId: lonely.tenantId, endsOn: '2026-01-31' });
    await aGrant(platform, over, { role: 'tenant-administrator', scope: 'tenant' });
    await expect(end.run(only.ctx, { grantId: only.grant, reason: '辞任' })).rejects.toEqual(
      code('access.last-holder'),
    );
    const second = await aPerson(platform, lonely, 'tenant-administrator');
    await end.run(only.ctx, { grantId: only.grant, reason: '辞任' });
    expect((await deskOf(platform, only.account)).held).toEqual([]);
    expect((await deskOf(platform, second.account)).held).toHaveLength(1);
  });

  it('two administrators who remove each other at once: one is removed, the other’s act is not carried out', async () => {
    for (let round = 0; round < 8; round++) {
      const place = await aSite(platform);
      const [a, b, c] = [
        await aPerson(platform, place, 'tenant-administrator'),
        await aPerson(platform, place, 'tenant-administrator'),
        await aPerson(platform, place, 'tenant-administrator'),
      ] as const;
      const outcomes = await Promise.allSettled([
        end.run(a.ctx, { grantId: b.grant, reason: '' }),
        end.run(b.ctx, { grantId: a.grant, reason: '' }),
      ]);
      expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
      const left = await Promise.all(
        [a, b, c].map(async ({ account }) => (await deskOf(platform, account)).held.length),
      );
      expect(left.toSorted()).toEqual([0, 1, 1]);
    }
  });

  it('two administrators who both leave at once: one stays', async () => {
    for (let round = 0; round < 8; round++) {
      const place = await aSite(platform);
      const both = [
        await aPerson(platform, place, 'tenant-administrator'),
        await aPerson(platform, place, 'tenant-administrator'),
      ];
      const outcomes = await Promise.allSettled(
        both.map(({ ctx, grant }) => end.run(ctx, { grantId: grant, reason: '' })),
      );
      expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find((one) => one.status === 'rejected')).toMatchObject({
        reason: { code: 'access.last-holder' },
      });
    }
  });
});

describe('a grant whose scope is gone', () => {
  it('allows nothing and stops nobody from signing in', async () => {
    const place = await aSite(platform, { channels: ['zwgk/jy'] });
    const { account } = await aPerson(platform, place, 'editor', { channel: 'zwgk/jy' });
    await platform.work.run({ kind: 'tenant', actor: { kind: 'system', name: 't' }, tenantId: place.tenantId }, (tx) =>
      tx.query('DELETE FROM channel WHERE tenant_id = $1 AND id = $2', [place.tenantId, place.channels['zwgk/jy']]),
    );
    const desk = await deskOf(platform, account);
    expect(desk.held).toEqual([]);
    expect(desk.tenantIds).toEqual([]);
  });

  it('past its end it is none', async () => {
    const { account } = await aPerson(platform, site, 'editor', 'tenant', { endsAt: new Date(Date.now() - 1000) });
    expect((await deskOf(platform, account)).held).toEqual([]);
  });
});

describe('the list of grants', () => {
  it('has as many rows as are readable one by one, for every role that reads any', async () => {
    const everywhere = await anAccount(platform);
    await aGrant(platform, everywhere, { role: 'security-administrator', scope: 'platform' });
    const all = await findGrants(platform.work, await deskOf(platform, everywhere), {}, 1);
    expect(all.total).toBeGreaterThan(20);
    for (const role of ALL_ROLES)
      for (const over of ['tenant', 'site', { channel: 'zwgk/jy' }] as const) {
        const kind = typeof over === 'string' ? over : 'channel';
        if (!roleFacts(role).scopes.includes(kind)) continue;
        const { ctx } = await aPerson(platform, site, role, over, { organId });
        const found = await findGrants(platform.work, ctx, {}, 1);
        let readable = 0;
        for (let page = 1; page <= Math.ceil(all.total / 50) + 1; page++) {
          const { rows } = await findGrants(platform.work, await deskOf(platform, everywhere), {}, page);
          for (const row of rows)
            if (
              may(ctx, 'grant.read', {
                tenantId: row.tenantId,
                siteId: row.siteId,
                channelPath: row.channelPath,
                accountId: row.accountId,
              })
            )
              readable += 1;
        }
        expect([role, kind, found.total]).toEqual([role, kind, readable]);
      }
  });
});
