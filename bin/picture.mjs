#!/usr/bin/env node
// The picture of the README, from a platform of its own: npm run picture
import { join } from 'node:path';
import sharp from 'sharp';
import { openBrowser } from '../test/journeys/browser.mjs';
import { ownPlatform, projectRoot } from '../test/journeys/own-platform.mjs';

const VIEWS = [
  { host: 'jl.localhost', path: '/', width: 1440 },
  { host: 'nongan.localhost', path: '/', width: 360 },
  { host: 'nongan.localhost', path: '/xz/kaian/', width: 360 },
];
const HEIGHT = 1100;

const platform = await ownPlatform();
const browser = await openBrowser();
try {
  await platform.start();
  const shots = [];
  for (const { host, path, width } of VIEWS) {
    const page = await browser.newPage({ viewport: { width, height: HEIGHT } });
    await page.goto(platform.url(host, path));
    shots.push({ input: await page.screenshot(), width });
    await page.close();
  }
  const gap = 24;
  const width = shots.reduce((sum, shot) => sum + shot.width + gap, gap);
  let left = gap;
  const placed = shots.map((shot) => {
    const at = { input: shot.input, left, top: gap };
    left += shot.width + gap;
    return at;
  });
  const file = join(projectRoot, 'docs', 'picture.webp');
  const canvas = sharp({ create: { width, height: HEIGHT + 2 * gap, channels: 3, background: '#dde2e7' } }).composite(
    placed,
  );
  const sheet = await canvas.png().toBuffer();
  const { size } = await sharp(sheet).resize({ width: 1600 }).webp({ quality: 82 }).toFile(file);
  console.log(`docs/picture.webp, ${Math.round(size / 1024)} KB`);
} finally {
  await browser.close();
  await platform.close();
}
