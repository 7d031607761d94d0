import assert from 'node:assert/strict';
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
    const link = await operator.page.locator('#one-time-link, [id=one-time-link] input, .secret input').first().inputValue();
    const site = platform.url('qingsong.localhost');
    const answer = await operator.page.request.get(site);
    assert.equal(answer.status(), 200, 'the new site answers');

    step('its administrator comes in by the link, with a second factor');
    const administrator = await person('administrator');
    await administrator.accept(link, 'Qingshan-lvshui-26深');
    await administrator.shoot('administrator-home');

    step('the administrator makes the channel “教育” and hands it to the education bureau');
    await chooseSite(administrator, '青松县');
    await administrator.go('/channels');
    await administrator.shoot('channels');
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

    await mergeAndPart({ administrator, step });

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
