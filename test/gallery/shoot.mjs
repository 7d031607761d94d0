/**
 * Renders the gallery, looks at every page in Chromium and says what is wrong: overflow, axe findings, policy breaches.
 * `npx node test/gallery/shoot.mjs [NAME …]` prints the folder of the pictures, which is never inside the repository.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

// The sources are TypeScript that imports `.js`; they are compiled as they are loaded, nothing is built.
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return { url: source.href, shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const source = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    }).code;
    return { format: 'module', source, shortCircuit: true };
  },
});

const root = fileURLToPath(new URL('../../', import.meta.url));
const models = await import(pathToFileURL(join(root, 'test/gallery/models.ts')).href);
const gallery = { ...models.gallery, ...models.bareModels, ...models.longModels };
const { loadThemes, themeOf } = await import(pathToFileURL(join(root, 'src/presentation/theme.ts')).href);

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const PLAIN = ['405', '421', '500', '503'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A landscape in the colours of a site, in place of photographs. */
function landscape([sky, far, middle, near, front]) {
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800" viewBox="0 0 800 533">
<rect width="800" height="600" fill="${sky}"/><circle cx="610" cy="112" r="44" fill="#fff" fill-opacity=".85"/>
<path d="M0 250l120-70 90 40 130-120 90 70 60-30 120 90 100-60 90 50v400H0z" fill="${far}"/>
<path d="M0 300c90-60 160-40 250-80s130-10 210 30 180-30 340 10v300H0z" fill="${middle}"/>
<path d="M0 345c120-30 220 10 400-4s260-30 400 0v250H0z" fill="${near}"/>
<path d="M0 410c140-24 300 14 460-6s230-26 340-8v200H0z" fill="${front}"/></svg>`),
  )
    .png()
    .toBuffer();
}

const pictures = {
  'lake-jiang': await landscape(['#dfeaf2', '#b7cfe0', '#86abc6', '#3f7299', '#1f4f78']),
  'lake-song': await landscape(['#e3efe8', '#b9d6c8', '#84b39d', '#3f8068', '#215f4a']),
  'lake-dai': await landscape(['#e1eef0', '#b9d5da', '#7fabb4', '#3f7f8a', '#1c545f']),
};

const themes = loadThemes(join(root, 'themes'));
const names = process.argv.slice(2).length ? process.argv.slice(2) : [...Object.keys(gallery), ...PLAIN];

const server = createServer((request, response) => {
  const [, first, name] = request.url.split('/');
  const asset = themes.asset(request.url);
  if (asset) return response.writeHead(200, { 'content-type': asset.type, etag: asset.etag }).end(asset.body);
  const shot = first === 'pictures' && pictures[name.replace('.png', '')];
  if (shot) return response.writeHead(200, { 'content-type': 'image/png' }).end(shot);
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (PLAIN.includes(first)) return response.end(themes.plain(first, { 时间: '2026-11-24 10:26', 编号: '7F3K-20D1' }));
  const model = gallery[first];
  if (!model) return response.writeHead(404).end();
  response.end(themes.render(themeOf(model.frame.site), model));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${server.address().port}`;

const folder = mkdtempSync(join(tmpdir(), 'jiyue-gallery-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
});
let faults = 0;
const fault = (where, what) => {
  faults++;
  console.log(`✗ ${where}: ${what}`);
};

/** Elements that stick out of the window without lying in something that scrolls. */
function stickingOut() {
  const limit = document.scrollingElement.clientWidth + 0.5;
  const scrolls = (element) => {
    for (let e = element.parentElement; e && e !== document.body; e = e.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll('*:not(svg *)')]
    .filter((e) => e.getBoundingClientRect().right > limit && !scrolls(e))
    .map((e) => `${e.tagName.toLowerCase()}.${e.className}`)
    .slice(0, 5);
}

for (const name of names) {
  const isHome = gallery[name]?.page === 'home';
  for (const width of isHome ? [320, 360, 768, 1024, 1440] : [320, 360, 768, 1440]) {
    const where = `${name}-${width}`;
    const context = await browser.newContext({
      viewport: { width, height: width < 600 ? 780 : 900 },
      deviceScaleFactor: 1,
    });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && fault(where, message.text()));
    page.on('pageerror', (error) => fault(where, error.message));
    await page.goto(`${base}/${name}`, { waitUntil: 'load' });
    const [content, window] = await page.evaluate(() => [
      document.scrollingElement.scrollWidth,
      document.scrollingElement.clientWidth,
    ]);
    if (content > window) fault(where, `page is ${content} px wide in a window of ${window}`);
    for (const element of await page.evaluate(stickingOut)) fault(where, `sticks out: ${element}`);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }),
    );
    for (const { id, nodes } of violations)
      fault(where, `axe ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
    if (width !== 320) await page.screenshot({ path: join(folder, `${where}.png`), fullPage: true });
    if (width === 1440 && gallery[name]?.page === 'document') {
      await page.emulateMedia({ media: 'print' });
      writeFileSync(join(folder, `${name}.pdf`), await page.pdf({ preferCSSPageSize: true }));
    }
    await context.close();
  }
  console.log(`· ${name}`);
}
await browser.close();
server.close();
console.log(faults ? `${faults} faults` : 'no faults');
console.log(folder);
process.exitCode = faults ? 1 : 0;
