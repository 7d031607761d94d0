import { aGrant, anAccount, deskOf } from '../people.js';
import { type Caller, callerOf } from './matrix/caller.js';
import { fingerprint } from './matrix/fingerprint.js';
import { type Matrix, openMatrix } from './matrix/open-matrix.js';
import type { Person } from './matrix/people.js';

/** What somebody would try to learn of others' grants, or to keep of their own. */
let matrix: Matrix;
let administrator: Person;
let before: Record<string, string>;

beforeAll(async () => {
  matrix = await openMatrix();
  administrator = matrix.personOf('tenant-administrator over tenant');
}, 120_000);

afterAll(() => matrix?.close());

beforeEach(async () => {
  before = await fingerprint(matrix.world.superuser);
});
afterEach(async () => expect(await fingerprint(matrix.world.superuser)).toEqual(before));

describe('what somebody holds in another tenant', () => {
  it('is named nowhere to those who administer the account', async () => {
    const { platform, world, rehearsal } = matrix;
    const { portal } = world.strangeCounty;
    await rehearsal.kept(async () => {
      const account = await anAccount(platform, { tenantId: world.county.id, organId: world.organId });
      const grant = { role: 'editor', scope: 'site', tenantId: portal.tenantId, siteId: portal.id } as const;
      const grantId = await aGrant(platform, account, grant);
      const { rows } = await world.superuser.query('SELECT name FROM site WHERE id = $1', [portal.id]);
      const names = [rows[0].name, world.strangeCounty.unit.name, portal.id, portal.tenantId, grantId];
      const pages = [
        await administrator.send({ method: 'GET', path: `/accounts/${account.id}` }),
        await administrator.send({ method: 'GET', path: `/accounts?q=${account.login}` }),
        await administrator.send({ method: 'GET', path: `/grants?q=${account.login}` }),
        await administrator.send({
          method: 'GET',
          path: `/access?login=${account.login}&action=site.enter&place=tenant:${world.county.id}`,
        }),
        await administrator.send({ method: 'POST', path: `/accounts/${account.id}/lock`, form: { reason: 'x' } }),
        await administrator.send({ method: 'GET', path: `/accounts/${account.id}/hand-over` }),
      ];
      expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 422, 200]);
      for (const name of names) for (const { body } of pages) expect(body).not.toContain(name);
      before = await fingerprint(world.superuser);
    });
  });
});

describe('what somebody holds where the administrator only works', () => {
  it('is told by “who can do what” to no more than those who read the grants there', async () => {
    const { platform, desk, world, rehearsal } = matrix;
    const { portal } = world.strangeCounty;
    await rehearsal.kept(async () => {
      const [asked, asking] = [
        await anAccount(platform, { tenantId: world.county.id, organId: world.organId }),
        await anAccount(platform, { tenantId: world.county.id }),
      ];
      const there = { scope: 'site', tenantId: portal.tenantId, siteId: portal.id } as const;
      await aGrant(platform, asked, { role: 'secrecy-reviewer', ...there });
      // Sees the other tenant, as an editor of one site there, and nobody's grants in it.
      await aGrant(platform, asking, { role: 'editor', ...there });
      await aGrant(platform, asking, { role: 'tenant-administrator', scope: 'tenant', tenantId: world.county.id });
      const seat = await desk.as(asking);
      const { status, body } = await seat.get(
        `/access?login=${asked.login}&action=site.enter&place=tenant:${world.county.id}`,
      );
      const { rows } = await world.superuser.query('SELECT name FROM site WHERE id = $1', [portal.id]);
      const told = body.slice(body.indexOf('<caption'), body.indexOf('</table>')).replace(/<[^>]+>/g, ' ');
      expect([status, told]).toEqual([200, expect.stringMatching(/不允许\s+别处的工作\s+另一单位/)]);
      for (const name of [rows[0].name, world.strangeCounty.unit.name, '保密审查员']) expect(told).not.toContain(name);
      before = await fingerprint(world.superuser);
    });
  });
});

const workIn = (accountId: string, { tenantId, id }: { tenantId: string; id: string }) =>
  matrix.world.superuser.query('UPDATE session SET site_tenant_id = $2, site_id = $3 WHERE account_id = $1', [
    accountId,
    tenantId,
    id,
  ]);

describe('a grant whose channel is gone', () => {
  it('opens nothing, nor does a new channel at the same address open to it', async () => {
    const { platform, desk, world, rehearsal } = matrix;
    const { portal } = world.county;
    await rehearsal.kept(async () => {
      const account = await anAccount(platform, { tenantId: portal.tenantId, organId: world.organId });
      await workIn(administrator.account.id, portal);
      const made = await administrator.send({
        method: 'POST',
        path: '/channels',
        form: { name: '将删', slug: 'jiangshan' },
      });
      const [, channelId = ''] = /at=([0-9a-f-]{36})/.exec(made.headers.location ?? '') ?? [];
      await aGrant(platform, account, {
        role: 'channel-manager',
        scope: 'channel',
        siteId: portal.id,
        channelId,
        mayGiveOn: true,
      });
      const holder: Caller = await callerOf(platform, desk, account);
      await workIn(account.id, portal);
      const sees = async (path = '/channels') => (await holder.send({ method: 'GET', path })).status;
      expect(await sees()).toBe(200);

      await administrator.send({ method: 'POST', path: `/channels/${channelId}/delete` });
      expect([await sees(), await sees(`/channels/${channelId}/edit`), await sees('/grants')]).toEqual([404, 404, 404]);
      const again = await administrator.send({
        method: 'POST',
        path: '/channels',
        form: { name: '又来', slug: 'jiangshan' },
      });
      expect(again.status).toBe(303);
      expect([await sees(), (await deskOf(platform, account)).held]).toEqual([404, []]);
      before = await fingerprint(world.superuser);
    });
  });
});
