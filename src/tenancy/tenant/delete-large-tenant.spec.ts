import pg from 'pg';
import { aDocument, publish } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aUnit, type BuiltUnit } from '../../../test/tenancy-builders.js';
import { operatorContext } from '../../authority/desk-context.js';
import { deleteContent } from '../../content/delete-content.js';
import { type DeleteStep, DeleteTenant } from './delete-tenant.js';
import { RetireTenant } from './retire-tenant.js';

let platform: TestPlatform;
let superuser: pg.Client;
let county: BuiltUnit;

beforeEach(async () => {
  platform = await aPlatform();
  superuser = new pg.Client({ connectionString: platform.superuserUrl });
  await superuser.connect();
  const province = await aUnit(platform, { slug: 'sheng' });
  county = await aUnit(platform, { slug: 'xian', parent: province, name: '试县' });
  await publish(platform, county.portal, 'ywdt/zwyw', aDocument());
  const retire = new RetireTenant(platform.work);
  await retire.freeze(operator(), county.id, { reason: '并入市区' });
  await retire.archive(operator(), county.id, { reason: '并入市区' });
  await superuser.query(`UPDATE tenant SET state_since = now() - interval '31 days' WHERE id = $1`, [county.id]);
});

afterEach(async () => {
  await superuser?.end();
  await platform?.close();
});

const operator = () => operatorContext(OPERATOR, [county.id]);
const removing = (steps: DeleteStep[]) => new DeleteTenant(platform.work, platform.calendar, steps);

it('what would go is counted: nothing is deleted, and taken back, to show it', async () => {
  await superuser.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'deleted for a preview'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION refuse()`);
  const preview = await removing([deleteContent]).preview(operator(), county.id);
  expect(preview).toMatchObject({ rows: { item: 1, release: 1, publication: 1 }, hostnames: ['xian'] });
});

it('the statement that takes away a large tenant has the time that it takes', async () => {
  const redirects = 320_000;
  await superuser.query('SET session_replication_role = replica');
  await superuser.query(
    `INSERT INTO redirect (tenant_id, site_id, from_path, to_path)
     SELECT $1, $2, n || '.html', 'gone/' FROM generate_series(1, ${redirects}) AS n`,
    [county.id, county.portal.id],
  );
  await superuser.query('SET session_replication_role = origin');
  await superuser.query(`
    CREATE TABLE noted (patience text);
    GRANT INSERT ON noted TO jiyue_owner;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO noted VALUES (current_setting('statement_timeout')); RETURN old; END $$;
    CREATE TRIGGER note BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION note()`);
  const report = await removing([deleteContent]).run(operator(), county.id, { name: '试县' });
  expect(report).toMatchObject({ rows: { redirect: redirects, item: 1 }, seconds: 7 });
  const { rows } = await superuser.query('SELECT patience FROM noted');
  expect(rows).toEqual([{ patience: '70s' }]);
});

it('names as many files as there are', async () => {
  const files = Array.from({ length: 200_000 }, (_, n) => `tenants/${county.id}/${n}`);
  const many: DeleteStep = {
    name: 'many',
    count: async () => ({ objects: files.length }),
    run: async () => ({ objectKeys: files }),
  };
  const report = await removing([many, deleteContent]).run(operator(), county.id, { name: '试县' });
  expect(report.objects).toBe(files.length);
});
