import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';

export const about = 'a visitor opens the province, goes to a county, reads a document, a township, a missing page';

const WIDTHS = [
  { name: '1440', width: 1440, height: 900 },
  { name: '360', width: 360, height: 740 },
];

/**
 * @param {{ platform: Awaited<ReturnType<typeof import('./own-platform.mjs').ownPlatform>>, step: (text: string) => void, folder: string }} journey
 */
export async function run({ platform, step, folder }) {
  const browser = await openBrowser();
  try {
    for (const { name, ...viewport } of WIDTHS) {
      const context = await browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
      const page = await context.newPage();
      const troubles = [];
      page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
      page.on('pageerror', (error) => troubles.push(String(error)));
      page.on('request', (request) => {
        const { hostname } = new URL(request.url());
        if (!hostname.endsWith('localhost')) troubles.push(`asked a third party: ${request.url()}`);
      });
      page.on('requestfailed', (request) => troubles.push(`failed: ${request.url()}`));

      const shoot = async (file) => {
        await page.screenshot({ path: join(folder, `${file}-${name}.png`), fullPage: true });
        const { scroll, client, h1 } = await page.evaluate(() => ({
          scroll: document.scrollingElement.scrollWidth,
          client: document.scrollingElement.clientWidth,
          h1: document.querySelectorAll('h1').length,
        }));
        assert.ok(scroll <= client, `${file} is wider than the screen: ${scroll} > ${client}`);
        assert.equal(h1, 1, `${file} has ${h1} h1`);
        const english = await page.evaluate(
          // biome-ignore lint/performance/useDomNodeTextContent: what people see, not what the markup holds
          () => /\b(undefined|null|NaN|Error|object Object)\b/.exec(document.body.innerText)?.[0],
        );
        assert.equal(english, undefined, `${file} shows “${english}”`);
      };
      const follow = async (link) => {
        const [answer] = await Promise.all([page.waitForNavigation(), link.click()]);
        assert.equal(answer.status(), 200, `${page.url()} answered ${answer.status()}`);
      };

      step(`${name} px: the province`);
      await page.goto(platform.url('jl.localhost'));
      assert.match(await page.title(), /吉林省人民政府/);
      assert.ok(await page.getByText('演示系统').first().isVisible());
      await shoot('province');

      step(`${name} px: a channel`);
      await follow(page.locator('nav a', { hasText: '政务公开' }).first());
      await shoot('channel');

      step(`${name} px: from the province to Changchun and to Nong'an`);
      await page.goto(platform.url('jl.localhost'));
      await follow(page.locator('main a', { hasText: /^长春/ }).first());
      assert.match(await page.title(), /长春市人民政府/);
      await shoot('city');
      await follow(page.locator('main a', { hasText: /^农安/ }).first());
      assert.match(await page.title(), /农安县人民政府/);
      await shoot('county');

      step(`${name} px: a policy document`);
      await page.goto(platform.url('nongan.localhost', '/zwgk/zcwj/'));
      await shoot('register');
      await follow(page.locator('main a[href*="/t20"]').first());
      assert.ok((await page.locator('h1').textContent()).length > 4);
      await shoot('document');

      step(`${name} px: a township`);
      await page.goto(platform.url('nongan.localhost'));
      await follow(page.locator('main a', { hasText: /^开安/ }).first());
      assert.match(await page.title(), /开安镇/);
      await shoot('township');

      assert.deepEqual(troubles, []);
      step(`${name} px: a page that is not there`);
      const missing = await page.goto(platform.url('nongan.localhost', '/zwgk/no-such-page/'));
      assert.equal(missing.status(), 404);
      await shoot('404');
      await context.close();
    }
  } finally {
    await browser.close();
  }
}
