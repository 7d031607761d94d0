import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a browser on this machine, or null. CHROMIUM names another. */
export const browserPath = () => [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path)) ?? null;

export function openBrowser() {
  const executablePath = browserPath();
  if (!executablePath) throw new Error('no browser: install chromium, or name one in CHROMIUM');
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--lang=zh-CN',
    ],
  });
}
