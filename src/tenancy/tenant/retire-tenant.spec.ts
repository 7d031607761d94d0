import pg from 'pg';
import { aDocument, aMedium, publish, scopeOf } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import {
  aDeskContext,
  aGrant,
  anAccount,
  aProvisionUnit,
  aUnit,
  type BuiltUnit,
} from '../../../test/tenancy-builders.js';
import { moveGrants } from '../../access/grant/move-grants.js';
import { operatorContext } from '../../authority/desk-context.js';
import { deleteContent } from '../../content/delete-content.js';
import { moveContent } from '../../content/move-content.js';
import { moveAccounts } from '../../identity/account/move-accounts.js';
import { PLATFORM_TENANT } from '../../kernel/database/scope.js';
import { MoveSite } from '../move/move-site.js';
import { ProvisionProvince } from '../provision/provision-province.js';
import { EditSite } from '../site/edit-site.js';
import { DeleteTenant } from './delete-tenant.js';
import { OpenTenant } from './open-tenant.js';
import { RenameTenant } from './rename-tenant.js';
import { RetireTenant } from './retire-tenant.js';

let platform: TestPlatform;
let superuser: pg.Client;
let city: BuiltUnit;
let county: BuiltUnit;
let retire: RetireTenant;
let remove: DeleteTenant;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'sheng' });
  city = await aUnit(platform, { slug: 'shi', parent: province, name: '试市' });
  county = await aUnit(platform, { slug: 'xian', parent: city, name: '试县', departments: ['jyj'] });
  retire = new RetireTenant(platform.work);
  remove = new DeleteTenant(platform.work, platform.calendar, [deleteContent]);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const rows = async <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await superuser.query(sql, values)).rows;
const operator = () => operatorContext(OPERATOR, [city.id, county.id]);
const because = { reason: '并入市区' };
const stateOf = async (id: string) => (await rows('SELECT state FROM tenant WHERE id = $1', [id]))[0]!.state;

async function archiveLongAgo(tenantId = county.id): Promise<void> {
  await retire.freeze(operator(), tenantId, because);
  await retire.archive(operator(), tenantId, because);
  await rows(`UPDATE tenant SET state_since = now() - interval '30 days 1 minute' WHERE id = $1`, [tenantId]);
}

describe('retiring a tenant', () => {
  it('goes by steps and back by steps, each with its reason in the audit', async () => {
    await expect(retire.archive(operator(), county.id, because)).rejects.toMatchObject({ code: 'tenancy.already-so' });
    expect(await retire.freeze(operator(), county.id, because)).toBe('frozen');
    expect(await retire.archive(operator(), county.id, because)).toBe('archived');
    await expect(retire.freeze(operator(), county.id, because)).rejects.toMatchObject({ code: 'tenancy.already-so' });
    expect(await retire.takeBack(operator(), county.id, { reason: '弄错了' })).toBe('frozen');
    expect(await retire.takeBack(operator(), county.id, { reason: '弄错了' })).toBe('open');
    await expect(retire.takeBack(operator(), county.id, because)).rejects.toMatchObject({ code: 'tenancy.already-so' });
    expect(
      await rows(
        `SELECT act, detail ->> 'reason' AS reason FROM audit WHERE tenant_id = $1 AND act LIKE 'tenant.%' ORDER BY position`,
        [county.id],
      ),
    ).toEqual([
      { act: 'tenant.retirement-begun', reason: '并入市区' },
      { act: 'tenant.archived', reason: '并入市区' },
      { act: 'tenant.retirement-taken-back', reason: '弄错了' },
      { act: 'tenant.retirement-taken-back', reason: '弄错了' },
    ]);
  });

  it('stops publishing at the first step, and every writing at the second', async () => {
    const edit = new EditSite(platform.work, []);
    await retire.freeze(operator(), county.id, because);
    await expect(publish(platform, county.portal, 'ywdt/zwyw')).rejects.toMatchObject({
      code: 'content.publishing-frozen',
      message: expect.stringContaining('并入市区'),
    });
    expect((await edit.run(operator(), county.portal.id, { tagline: '改一改' })).changed).toEqual(['tagline']);
    await retire.archive(operator(), county.id, because);
    await expect(publish(platform, county.portal, 'ywdt/zwyw')).rejects.toMatchObject({ code: 'tenancy.archived' });
    await expect(edit.run(operator(), county.portal.id, { tagline: '再改' })).rejects.toMatchObject({
      code: 'tenancy.archived',
    });
    await expect(
      new RenameTenant(platform.work).run(operator(), county.id, { ...county.unit, reason: '改名' }),
    ).rejects.toMatchObject({ code: 'tenancy.archived' });
  });

  it('is held by the database too, against a command that forgets to ask', async () => {
    await publish(platform, county.portal, 'ywdt/zwyw');
    await retire.freeze(operator(), county.id, because);
    await retire.archive(operator(), county.id, because);
    for (const sql of [
      `UPDATE channel SET name = name`,
      `UPDATE organ SET name = name`,
      `DELETE FROM attachment`,
      `UPDATE publication SET pinned = true`,
      `INSERT INTO redirect (tenant_id, site_id, from_path, to_path) VALUES ('${county.id}', '${county.portal.id}', 'x/', 'y/')`,
    ])
      await expect(platform.work.run(scopeOf(county.id, 'publish'), (tx) => tx.query(sql))).rejects.toMatchObject({
        code: 'JY001',
      });
    await expect(publish(platform, city.portal, 'ywdt/zwyw')).resolves.toMatchObject({ outcome: 'published' });
  });

  it('marks its sites with the day for visitors, until it is taken back', async () => {
    const archived = () =>
      rows('SELECT DISTINCT archived_at IS NOT NULL AS archived FROM site WHERE tenant_id = $1', [county.id]);
    await retire.freeze(operator(), county.id, because);
    expect(await archived()).toEqual([{ archived: false }]);
    await retire.archive(operator(), county.id, because);
    expect(await archived()).toEqual([{ archived: true }]);
    await retire.takeBack(operator(), county.id, because);
    expect(await archived()).toEqual([{ archived: false }]);
  });

  it('is passed over by provisioning, which says so', async () => {
    const run = new ProvisionProvince(platform.work, await aProvisionUnit(platform));
    const plan = { units: [county.unit], notSites: [], problems: [] };
    await retire.freeze(operator(), county.id, because);
    await retire.archive(operator(), county.id, because);
    expect((await run.run(OPERATOR, plan)).stopped).toEqual([
      expect.objectContaining({ sentence: expect.stringContaining('已归档') }),
    ]);
    await rows(`UPDATE tenant SET state_since = now() - interval '31 days' WHERE id = $1`, [county.id]);
    await remove.run(operator(), county.id, { name: '试县' });
    expect((await run.run(OPERATOR, plan)).stopped).toEqual([
      expect.objectContaining({ sentence: expect.stringContaining('已撤销并删除') }),
    ]);
  });

  it('gives its sub-sites away before, but takes none in', async () => {
    const move = new MoveSite(platform.work, [moveContent, moveGrants(platform.calendar), moveAccounts], 'localhost');
    const request = { siteId: county.subs.jyj!.id, toTenantId: city.id, reason: '归市' };
    await retire.freeze(operator(), county.id, because);
    expect((await move.preview(operator(), request)).conflicts).toEqual([]);
    await retire.archive(operator(), county.id, because);
    expect((await move.preview(operator(), request)).conflicts).toHaveLength(1);
    await retire.takeBack(operator(), county.id, because);
    await retire.takeBack(operator(), county.id, because);
    await retire.freeze(operator(), city.id, because);
    expect((await move.preview(operator(), request)).conflicts).toMatchObject([{ field: 'toTenantId' }]);
  });
});

describe('deleting a tenant', () => {
  it('is done 30 days after archiving, not a minute before, and only by its typed name', async () => {
    await expect(remove.run(operator(), county.id, { name: '试县' })).rejects.toMatchObject({
      code: 'tenancy.already-so',
    });
    await archiveLongAgo();
    await rows(`UPDATE tenant SET state_since = now() - interval '29 days 23 hours 59 minutes' WHERE id = $1`, [
      county.id,
    ]);
    await expect(remove.run(operator(), county.id, { name: '试县' })).rejects.toMatchObject({
      code: 'tenancy.delete-early',
      message: expect.stringMatching(/\d{4}-\d\d-\d\d/),
    });
    await rows(`UPDATE tenant SET state_since = now() - interval '30 days 1 minute' WHERE id = $1`, [county.id]);
    await expect(remove.run(operator(), county.id, { name: '试' })).rejects.toMatchObject({
      code: 'tenancy.delete-name',
    });
    await expect(remove.run(operator(), county.id, { name: '试县' })).resolves.toMatchObject({ name: '试县' });
  });

  it('is refused by the database before its day, whatever the program says', async () => {
    await retire.freeze(operator(), county.id, because);
    await retire.archive(operator(), county.id, because);
    const erase = (work: 'restructure' | 'provision') =>
      platform.work.run({ kind: 'cluster', actor: OPERATOR, work }, (tx) =>
        tx.query('SELECT * FROM tenant_erase($1)', [county.id]),
      );
    await expect(erase('restructure')).rejects.toMatchObject({ code: '42501' });
    await rows(`UPDATE tenant SET state_since = now() - interval '31 days' WHERE id = $1`, [county.id]);
    await expect(erase('provision')).rejects.toMatchObject({ code: '42501' });
    await expect(
      platform.work.run(scopeOf(county.id), (tx) => tx.query('SELECT * FROM tenant_erase($1)', [county.id])),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('waits until nothing stands below it', async () => {
    await archiveLongAgo(city.id);
    await expect(remove.preview(operator(), city.id)).rejects.toMatchObject({ code: 'tenancy.delete-below' });
    await archiveLongAgo();
    await remove.run(operator(), county.id, { name: '试县' });
    await expect(remove.run(operator(), city.id, { name: '试市' })).resolves.toMatchObject({ name: '试市' });
  });

  it('leaves its row and its audit, nothing else; frees hostname, region and path; touches no neighbour', async () => {
    const { itemId } = await publish(platform, county.portal, 'ywdt/zwyw', aDocument(), [aMedium(county.portal)]);
    await rows(
      `INSERT INTO publication (tenant_id, id, site_id, channel_id, source_tenant_id, item_id, path, placed_at, visible_from)
       VALUES ($1, gen_random_uuid(), $2, $3, $4, $5, 'elsewhere.html', now(), now())`,
      [city.id, city.portal.id, city.portal.channels.ywdt, county.id, itemId],
    );
    const clerk = await anAccount(superuser, { tenantId: county.id, login: 'xian-clerk' });
    await aGrant(superuser, {
      tenantId: city.id,
      accountTenantId: county.id,
      accountId: clerk,
      role: 'editor',
      scope: 'tenant',
    });
    await archiveLongAgo();
    const audits = () => rows('SELECT act FROM audit WHERE tenant_id = $1', [county.id]);
    const before = { audits: (await audits()).length, neighbours: await neighbourRows() };

    const preview = await remove.preview(operator(), county.id);
    expect(await stateOf(county.id)).toBe('archived');
    const report = await remove.run(operator(), county.id, { name: '试县' });
    expect(report).toEqual({ ...preview, objectKeys: report.objectKeys });
    expect(report).toMatchObject({
      placements: 1,
      hostnames: ['xian'],
      rows: { site: 2, item: 1, account: 1, release: 1 },
    });
    expect(report.objectKeys).toEqual([expect.stringMatching(new RegExp(`^tenants/${county.id}/`))]);

    for (const { name } of await ownedTables())
      expect([name, await rows(`SELECT count(*)::int AS n FROM ${name} WHERE tenant_id = $1`, [county.id])]).toEqual([
        name,
        [{ n: name === 'outbox' ? 1 : 0 }],
      ]);
    expect((await audits()).length).toBe(before.audits + 1);
    expect(await rows(`SELECT name, state FROM tenant WHERE id = $1`, [county.id])).toEqual([
      { name: '试县', state: 'deleted' },
    ]);
    const after = await neighbourRows();
    expect(after).toEqual({
      ...before.neighbours,
      publication: before.neighbours.publication! - 1,
      access_grant: before.neighbours.access_grant! - 1,
    });
    // The place can be opened again.
    const open = new OpenTenant(platform.work, await aProvisionUnit(platform), {
      themes: [],
      blueprints: ['portal'],
      baseDomain: 'localhost',
      plan: async () => ({ units: [], notSites: [], problems: [] }),
    });
    const { code, level, form, name, shortName, governmentName, documentPrefix, slug } = county.unit;
    await expect(
      open.run(operator(), {
        ...{ level, form, name, shortName, governmentName, documentPrefix, slug },
        regionCode: code,
        parentTenantId: city.id,
        blueprint: 'portal',
        demonstration: true,
      }),
    ).resolves.toMatchObject({ host: 'xian.localhost' });
  });

  it('keeps the files that a site took along when it moved elsewhere', async () => {
    const { jyj } = county.subs;
    const medium = aMedium(jyj!);
    await publish(platform, jyj!, 'gzdt', aDocument(), [medium]);
    await publish(platform, county.portal, 'ywdt/zwyw', aDocument(), [aMedium(county.portal)]);
    await new MoveSite(platform.work, [moveContent, moveGrants(platform.calendar), moveAccounts], 'localhost').run(
      operator(),
      {
        siteId: jyj!.id,
        toTenantId: city.id,
        reason: '归市',
      },
    );
    await archiveLongAgo();
    const report = await remove.run(operator(), county.id, { name: '试县' });
    expect(report.objectKeys).toHaveLength(1);
    expect(report.objectKeys).not.toContain(medium.objectKey);
    expect(await rows('SELECT object_key FROM attachment WHERE tenant_id = $1', [city.id])).toEqual([
      { object_key: medium.objectKey },
    ]);
    expect(await rows('SELECT * FROM moved_site')).toEqual([]);
  });

  const ownedTables = () =>
    rows<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
         AND c.relname NOT IN ('tenant', 'audit', 'audit_chain', 'change')`,
    );
  async function neighbourRows(): Promise<Record<string, number>> {
    const counted: Record<string, number> = {};
    for (const { name } of await ownedTables())
      counted[name] = (
        await rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${name} WHERE tenant_id = $1`, [city.id])
      )[0]!.n;
    return counted;
  }
});

describe('who may retire and delete', () => {
  const within = (role: 'node-operator' | 'tenant-administrator', ...tenantIds: string[]) =>
    aDeskContext(tenantIds, [{ role, reach: { kind: 'tenants', tenantIds } }]);

  it('a node’s operator retires within the node, and deletes nothing', async () => {
    const ofNode = within('node-operator', city.id, county.id);
    await retire.freeze(ofNode, county.id, because);
    await retire.archive(ofNode, county.id, because);
    await expect(remove.preview(ofNode, county.id)).rejects.toMatchObject({ code: 'authority.refused' });
    await expect(remove.run(ofNode, county.id, { name: '试县' })).rejects.toMatchObject({ code: 'authority.refused' });
  });

  it('an administrator retires nothing, and a stranger’s tenant is answered like a missing one', async () => {
    await expect(retire.freeze(within('tenant-administrator', county.id), county.id, because)).rejects.toMatchObject({
      code: 'authority.refused',
    });
    const stranger = within('node-operator', city.id);
    for (const id of [county.id, '0190a000-0000-7000-8000-000000000001', 'no id'])
      await expect(retire.freeze(stranger, id, because)).rejects.toMatchObject({ code: 'authority.missing' });
  });

  it('nobody retires the platform', async () => {
    await expect(retire.freeze(operator(), PLATFORM_TENANT, because)).rejects.toMatchObject({
      code: 'authority.refused',
    });
  });

  it('asks for a reason', async () => {
    await expect(retire.freeze(operator(), county.id, { reason: ' ' })).rejects.toMatchObject({
      fields: { reason: expect.any(String) },
    });
  });
});

describe('renaming a tenant', () => {
  const names = {
    name: '试区',
    shortName: '试',
    governmentName: '试市试区人民政府',
    documentPrefix: '试区政',
    reason: '撤县设区',
  };

  it('renames its government and its portal, which keeps its address and the name when provisioning runs again', async () => {
    const rename = new RenameTenant(platform.work);
    const { portal: followed } = await rename.run(operator(), county.id, names);
    expect(followed).toEqual({ changed: ['name', 'shortName'], byHand: false });
    const portal = () => rows('SELECT name, short_name, pinyin_initials FROM site WHERE id = $1', [county.portal.id]);
    const renamed = [{ name: '试市试区人民政府', short_name: '试', pinyin_initials: 'sssqrmzf' }];
    expect(await portal()).toEqual(renamed);
    expect(await rows(`SELECT name FROM organ WHERE tenant_id = $1 AND key = 'government'`, [county.id])).toEqual([
      { name: '试市试区人民政府' },
    ]);
    await (await aProvisionUnit(platform)).run(OPERATOR, county.unit, city, county);
    expect(await portal()).toEqual(renamed);
    expect(await rows('SELECT name, slug FROM tenant WHERE id = $1', [county.id])).toEqual([
      { name: '试区', slug: 'xian' },
    ]);
  });

  it('leaves a portal alone that was renamed by hand', async () => {
    await new EditSite(platform.work, []).run(operator(), county.portal.id, { name: '试县门户' });
    expect(await new RenameTenant(platform.work).run(operator(), county.id, names)).toMatchObject({
      portal: { changed: [], byHand: true },
    });
    expect(await rows('SELECT name FROM site WHERE id = $1', [county.portal.id])).toEqual([{ name: '试县门户' }]);
  });
});
