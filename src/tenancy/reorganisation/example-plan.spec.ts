import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Reorganiser } from '../../../test/reorganiser.js';
import { operatorContext } from '../../authority/desk-context.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { openRooms, readPlan } from '../../rooms.js';
import { DraftPlan } from './draft-plan.js';

/** The county whose departments and townships samples/reorganisation.csv speaks of. */
const COUNTY = '220122';

let platform: TestPlatform;
let desk: Reorganiser;
let tenantId: string;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
  await provision();
  tenantId = (await desk.one<{ id: string }>('SELECT id FROM tenant WHERE region_code = $1', COUNTY)).id;
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

async function provision(): Promise<number> {
  const { provisionProvince } = await openRooms(platform);
  const { changed } = await provisionProvince.run(OPERATOR, await readPlan(), { only: COUNTY });
  return changed;
}

const draft = (bytes: Buffer) =>
  new DraftPlan(platform.work, platform.calendar).fromFile(operatorContext(OPERATOR, [tenantId]), tenantId, {
    title: '示例方案',
    name: 'reorganisation.csv',
    bytes,
  });
const namesOfSites = async () =>
  (await desk.rows<{ name: string }>('SELECT name FROM site WHERE tenant_id = $1 ORDER BY prefix', tenantId)).map(
    ({ name }) => name,
  );

it('the example holds on the demonstration, provisioning leaves it alone, and taken back all is as it was', async () => {
  const before = await desk.dump(tenantId);
  const { id } = await draft(await readFile(join(projectRoot, 'samples', 'reorganisation.csv')));
  expect((await desk.tryPlan(tenantId, id)).conflicts).toEqual([]);
  await desk.apply(tenantId, id);
  expect(await namesOfSites()).toContain('农安县教育和卫生健康局');
  const applied = await desk.dump(tenantId);
  expect(await provision()).toBe(0);
  expect(await desk.dump(tenantId)).toEqual(applied);
  await desk.takeBack(tenantId, id);
  expect(await desk.dump(tenantId)).toEqual(before);
  expect(await provision()).toBe(0);
});

it('a table with faults is not drafted at all, and all of them are said', async () => {
  const table = '动作,原机关,新机关\n更名,农安县教育局,农安县教体局\n合并,没有的局,甲局\n取消,农安县教育局,乙局\n';
  const refused = await draft(iconv.encode(table, 'gbk')).catch((error) => error);
  expect(refused).toMatchObject({
    code: 'reorganisation.plan-faults',
    cause: {
      faults: [
        { row: 3, sentence: '没有叫“没有的局”的机关。' },
        { row: 4, sentence: '不认识动作“取消”，可以写：合并、拆分、更名、撤销。' },
      ],
    },
  });
  expect(await desk.rows(`SELECT id FROM reorganisation WHERE state = 'draft'`)).toEqual([]);
});
