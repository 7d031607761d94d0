import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as OTPAuth from 'otpauth';

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };

/**
 * Somebody at the desk in a browser of their own: signs in as people do, looks at pages in both widths, and complains of
 * what would embarrass.
 * @param {{ browser: import('playwright-core').Browser, platform: { url(host: string, path?: string): string }, folder: string }} setting
 */
export async function aPersonAtTheDesk({ browser, platform, folder }, name) {
  const context = await browser.newContext({ viewport: WIDE, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  const troubles = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('request', (request) => {
    const { hostname } = new URL(request.url());
    if (!hostname.endsWith('localhost')) troubles.push(`asked a third party: ${request.url()}`);
  });
  let totp = null;
  const person = {
    page,
    troubles,
    url: (path) => platform.url('console.localhost', path),
    go: (path) => page.goto(person.url(path)),
    heading: () => page.locator('h1').first().textContent(),
    /** Presses a button and waits for the page that follows. */
    async press(label, within = page) {
      await Promise.all([
        page.waitForNavigation(),
        within.getByRole('button', { name: label, exact: true }).first().click(),
      ]);
    },
    async follow(label, within = page) {
      await Promise.all([page.waitForNavigation(), within.getByRole('link', { name: label }).first().click()]);
    },
    /** Name and password; with a one-time password another is chosen; the second factor is set up or shown. */
    async signIn(login, password, chosen = null) {
      await person.go('/sign-in');
      await page.getByLabel('账号').fill(login);
      await page.locator('input[name=password]').fill(password);
      await person.press('登录');
      await person.steps(chosen);
    },
    /** Opens a one-time link and comes in. */
    async accept(link, chosen) {
      await page.goto(link);
      await person.shoot(`${name}-invitation`);
      await page.locator('input[name=password]').fill(chosen);
      await page.locator('input[name=again]').fill(chosen);
      await Promise.all([
        page.waitForNavigation(),
        page.locator('main form button[type=submit], main form button').last().click(),
      ]);
      await person.steps(chosen);
    },
    async steps(chosen) {
      for (let i = 0; i < 5; i++) {
        const path = new URL(page.url()).pathname;
        if (path === '/sign-in/new-password') {
          await person.shoot(`${name}-new-password`);
          await page.locator('input[name=password]').fill(chosen);
          await page.locator('input[name=again]').fill(chosen);
          await person.press('保存新密码');
        } else if (path === '/sign-in/enrol') {
          if (await page.locator('.codes').count()) {
            await person.shoot(`${name}-recovery-codes`);
            await page.getByLabel('我已把恢复码保存在安全的地方').check();
            await person.press('进入工作台');
            continue;
          }
          await person.shoot(`${name}-enrol`);
          const secret = (await page.locator('code.groups').textContent()).replace(/\s/g, '');
          totp = new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) });
          await page.locator('input[name=code]').fill(totp.generate());
          await Promise.all([page.waitForNavigation(), page.locator('main form button').last().click()]);
        } else if (path === '/sign-in/code') {
          await person.shoot(`${name}-code`);
          // A code counts once: the next time step's is taken when this one's was.
          await page.locator('input[name=code]').fill(totp.generate({ timestamp: Date.now() + 30_000 * i }));
          await person.press('登录');
        } else return;
      }
      throw new Error(`${name} does not get in: ${page.url()}\n${await page.locator('main').textContent()}`);
    },
    /** A screenshot in both widths, light; and what no page of the desk may have. */
    async shoot(file) {
      for (const [width, viewport] of [
        ['1440', WIDE],
        ['360', PHONE],
      ]) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(folder, `${file}-${width}.png`), fullPage: true });
        const found = await page.evaluate(() => ({
          scroll: document.scrollingElement.scrollWidth,
          client: document.scrollingElement.clientWidth,
          h1: document.querySelectorAll('h1').length,
          // biome-ignore lint/performance/useDomNodeTextContent: what people see, not what the markup holds
          odd: /\b(undefined|null|NaN|Error|object Object)\b/.exec(document.body.innerText)?.[0] ?? null,
        }));
        assert.ok(
          found.scroll <= found.client,
          `${file} is wider than the screen at ${width}: ${found.scroll} > ${found.client}`,
        );
        assert.equal(found.h1, 1, `${file} has ${found.h1} h1`);
        assert.equal(found.odd, null, `${file} shows “${found.odd}”`);
      }
      await page.setViewportSize(WIDE);
    },
    close: () => context.close(),
  };
  return person;
}
