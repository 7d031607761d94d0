#!/usr/bin/env node
// A journey in a real browser, on a platform of its own: npm run journey -- NAME
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { browserPath } from '../test/journeys/browser.mjs';
import { ownPlatform, projectRoot } from '../test/journeys/own-platform.mjs';

const JOURNEYS = ['visitor', 'access'];
const [name] = process.argv.slice(2);
const file = join(projectRoot, 'test', 'journeys', `${name}.mjs`);
if (!JOURNEYS.includes(name) || !existsSync(file)) {
  console.error(`Name a journey: ${JOURNEYS.join(', ')}. Example: npm run journey -- ${JOURNEYS[0]}`);
  process.exit(2);
}
if (!browserPath()) {
  console.error('NOT RUN: browser (no chromium on this machine; on Debian: apt-get install chromium fonts-noto-cjk)');
  process.exit((process.env.JIYUE_REQUIRE ?? '').split(',').includes('browser') ? 1 : 3);
}

const began = Date.now();
const step = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const folder = await mkdtemp(join(tmpdir(), `jiyue-${name}-`));
const journey = await import(pathToFileURL(file).href);
const platform = await ownPlatform();
let failed = null;
const interrupted = async () => {
  await platform.close();
  process.exit(130);
};
process.once('SIGINT', interrupted);
process.once('SIGTERM', interrupted);
try {
  step(`journey “${name}”: ${journey.about}`);
  step('the platform starts for the first time');
  step(`it was ready after ${((await platform.start()) / 1000).toFixed(1)} s`);
  await journey.run({ platform, step, folder });
  step('done');
} catch (error) {
  failed = error;
} finally {
  await platform.close();
}
console.log(`Screenshots: ${folder}`);
if (failed) {
  console.error(failed);
  process.exit(1);
}
