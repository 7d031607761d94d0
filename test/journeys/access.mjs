import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { openBrowser } from './browser.mjs';
import { aPersonAtTheDesk } from './desk-person.mjs';

export const about =
  'an operator opens a county, its administrator hands a channel to a bureau, two bureaus merge and part, the auditor sees it';

/** @param {{ platform: Awaited<ReturnType<typeof import('./own-platform.mjs').ownPlatform>>, step: (text: string) => void, folder: string }} journey */
export async function run({ platform, step, folder }) {
  const browser = await openBrowser();
  const people = [];
  const person = async (name) => {
    const one = await aPersonAtTheDesk({ browser, platform, folder }, name);
    people.push(one);
    return one;
  };
  const oneTime = (login) => new RegExp(`\\b${login}\\s+(\\S+-\\S+-\\S+)`).exec(platform.output)?.[1];
  try {
    step('the operator signs in with a one-time password, chooses another, sets up the second factor');
    const operator = await person('operator');
    await operator.go('/sign-in');
    await operator.shoot('sign-in');
    await operator.signIn('operator', oneTime('operator'), 'Songhua-jiang-84长');
    assert.equal(new URL(operator.page.url()).pathname, '/');
    await operator.shoot('operator-home');

    step('the operator opens a county in one form');
    await operator.go('/tenants');
    await operator.shoot('tenants');
    await operator.go('/tenants/new');
    await operator.shoot('tenant-new');
    await openCounty(operator);
    await operator.shoot('tenant-opened');
    const link = (await operator.page.locator('#one-time-link').textContent()).trim();
    const answer = await operator.page.goto(platform.url('qingsong.localhost'));
    assert.equal(answer.status(), 200, 'the new site answers');

    step('its administrator comes in by the link, with a second factor');
    const administrator = await person('administrator');
    await administrator.accept(link, 'Qingshan-lvshui-26深');
    await administrator.shoot('administrator-home');

    step('the administrator makes the channel “教育” and hands it to the education bureau');
    await chooseSite(administrator, '青松县');
    await administrator.go('/channels');
    await administrator.shoot('channels');
    await addOrgan(administrator, '青松县教育局', '教育局');
    await addOrgan(administrator, '青松县体育局', '体育局');
    const channel = await makeChannel(administrator, '教育', 'jy', '政策文件');
    const manager = await invite(administrator, {
      name: '王主任',
      login: 'jyj01',
      organ: '教育局',
      role: '栏目管理员',
      place: '教育',
      givesOn: true,
    });

    step('the bureau’s manager invites an editor');
    const bureau = await person('manager');
    await bureau.accept(manager, 'Jiaoyu-ju-59大纲');
    await chooseSite(bureau, '青松县');
    await bureau.go('/channels');
    await bureau.shoot('manager-channels');
    const editorLink = await invite(bureau, {
      name: '小李',
      login: 'jyj02',
      organ: '教育局',
      role: '编辑',
      place: '教育',
      givesOn: false,
    });

    step('the editor sees that channel and nothing else');
    const editor = await person('editor');
    await editor.accept(editorLink, 'Bianji-zhe-73白天');
    await chooseSite(editor, '青松县');
    await editor.go('/channels');
    await editor.shoot('editor-channels');
    const rows = await editor.page.locator('tr[data-tree-row]').count();
    assert.equal(rows, 1, `the editor sees ${rows} channels`);
    for (const path of ['/accounts', '/grants', '/tenants', '/audit', '/sites', `/channels/${channel}/edit`]) {
      const refused = await editor.go(path);
      assert.ok([403, 404].includes(refused.status()), `${path} answered ${refused.status()} to the editor`);
    }

    await mergeAndPart(administrator, step);

    step('the auditor sees all of it, in order');
    const auditor = await person('auditor');
    await auditor.signIn('auditor', oneTime('auditor'), 'Shenji-yuan-61明镜');
    await auditor.go('/audit');
    await auditor.shoot('audit');
    await auditor.page.locator('main table tbody a').first().click();
    await auditor.page.waitForLoadState();
    await auditor.shoot('audit-entry');

    step('audit verify: whole; then a row is edited by hand in the database, and found');
    const whole = await platform.jiyue(['audit', 'verify']);
    assert.equal(whole.code, 0, whole.stderr);
    await editByHand(platform);
    const found = await platform.jiyue(['audit', 'verify']);
    assert.equal(found.code, 1, `the edited row was not found: ${found.stdout}${found.stderr}`);
    step(`   ${found.stderr.trim().split('\n')[0]}`);

    for (const one of people)
      assert.deepEqual(
        one.troubles.filter((trouble) => !/status of (403|404)/.test(trouble)),
        [],
      );
  } finally {
    await browser.close();
  }
}

/** The one form that opens a county. */
async function openCounty({ page, press }) {
  const fields = {
    name: '青松县',
    shortName: '青松',
    governmentName: '青松县人民政府',
    documentPrefix: '青政',
    regionCode: '220199',
    slug: 'qingsong',
    administratorName: '赵晓明',
    administratorLogin: 'admin01',
    administratorTelephone: '0431-12345678',
  };
  for (const [name, value] of Object.entries(fields)) await page.locator(`[name=${name}]`).fill(value);
  await page.locator('[name=parentTenantId]').selectOption({ label: '长春市' });
  await page.locator('[name=level]').selectOption('county');
  await page.locator('[name=demonstration]').check();
  await press('开通', page.locator('main form.form'));
}

async function chooseSite({ page, go }, name) {
  await go(`/sites/switch?q=${encodeURIComponent(name)}`);
  const button = page.getByRole('button', { name: new RegExp(`^进入${name}`) }).first();
  // Who may enter one site alone is in it already.
  if (await button.count()) await Promise.all([page.waitForNavigation(), button.click()]);
}

async function addOrgan({ page, go, press }, name, shortName) {
  await go('/organs/new');
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=shortName]').fill(shortName);
  await press('增加', page.locator('main form.form'));
}

/** @returns the new channel's id */
async function makeChannel({ page, go }, name, slug, parent) {
  await go('/channels/new');
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=slug]').fill(slug);
  const parents = await page.locator('[name=parentId] option').allTextContents();
  const place = parents.find((label) => label.includes(parent));
  assert.ok(place, `no “${parent}” among ${parents.join(' / ')}`);
  await page.locator('[name=parentId]').selectOption({ label: place });
  const organs = await page.locator('[name=organId] option').allTextContents();
  const organ = organs.find((label) => label.includes('教育局'));
  if (organ) await page.locator('[name=organId]').selectOption({ label: organ });
  await Promise.all([
    page.waitForNavigation(),
    page.locator('main form.form button[type=submit], main form.form .form-actions button').last().click(),
  ]);
  const id = new URL(page.url()).searchParams.get('at');
  assert.ok(id, `the channel was not made: ${page.url()}`);
  return id;
}

/** @returns the one-time link */
async function invite({ page, go, press, shoot }, { name, login, organ, role, place, givesOn }) {
  await go('/accounts/new');
  const choose = async (field, part) => {
    const labels = await page.locator(`[name=${field}] option`).allTextContents();
    const label = labels.find((text) => (part.endsWith('：') ? text.trim().startsWith(part) : text.includes(part)));
    assert.ok(label, `no “${part}” among ${labels.join(' / ')}`);
    await page.locator(`[name=${field}]`).selectOption({ label });
  };
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=login]').fill(login);
  await choose('organ', organ);
  await choose('role', `${role}：`);
  await choose('place', place);
  if (givesOn) await page.locator('[name=mayGiveOn]').check();
  await shoot(`invite-${login}`);
  await press('新建并生成链接');
  return (await page.locator('#one-time-link').textContent()).trim();
}

/** A superuser of the embedded server, as an intruder on the machine would be. */
async function editByHand(platform) {
  const folder = join(platform.dataDirectory, 'postgres');
  const password = (await readFile(join(folder, 'superuser-password'), 'utf8')).trim();
  const files = await readdir(folder, { recursive: true });
  const pidFile = files.find((name) => name.endsWith('postmaster.pid'));
  const port = (await readFile(join(folder, pidFile), 'utf8')).split('\n')[3];
  const client = new pg.Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/jiyue` });
  await client.connect();
  await client.query(
    `UPDATE audit SET detail = detail || '{"name": "改过的"}' WHERE act = 'grant.given' AND position = (
       SELECT max(position) FROM audit a WHERE a.tenant_id = audit.tenant_id AND a.act = 'grant.given')`,
  );
  await client.end();
}

/** Two bureaus become one by a plan that is tried first, and are two again. */
async function mergeAndPart(person, step) {
  const { page, go, press, follow, shoot } = person;
  const holder = async () => {
    await go('/channels');
    return (await page.locator('tr[data-tree-row]', { hasText: '教育' }).first().textContent()).replace(/\s+/g, ' ');
  };
  step('two bureaus merge: a plan is written and tried');
  assert.match(await holder(), /青松县教育局/);
  await go('/reorganisations/new');
  const tenants = page.locator('main select[name=tenant]');
  if (await tenants.count()) {
    await tenants.selectOption({ label: '青松县' });
    await Promise.all([page.waitForNavigation(), page.locator('main form.form button').last().click()]);
  }
  await page.locator('[name=title]').fill('教育、体育合并');
  await press('合并');
  for (const name of ['青松县教育局', '青松县体育局']) await page.getByLabel(name, { exact: true }).check();
  await press('下一步');
  await page.locator('[name=way0-name]').fill('青松县教育体育局');
  await page.locator('[name=way0-shortName]').fill('教育体育局');
  await shoot('reorganisation-step');
  await press('放进方案');
  await press('保存方案');
  await press('试算');
  await shoot('reorganisation-preview');
  const plan = new URL(page.url()).pathname;

  step('the plan is applied: channel and people belong to the new bureau');
  await go(`${plan}/apply`);
  await shoot('reorganisation-apply');
  await press('立即执行');
  await shoot('reorganisation-applied');
  assert.match(await holder(), /青松县教育体育局/);
  await go('/accounts?all=1&q=jyj01');
  assert.match(await page.locator('main').textContent(), /青松县教育体育局/);

  step('it is taken back: everything is as it was');
  await go(`${plan}/take-back`);
  await shoot('reorganisation-take-back');
  await press('收回');
  await shoot('reorganisation-taken-back');
  assert.match(await holder(), /青松县教育局/);
  await follow('机构改革');
  await shoot('reorganisations');
}
