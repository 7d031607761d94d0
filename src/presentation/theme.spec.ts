import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareModels, gallery, longModels, withTexts } from '../../test/gallery/models.js';
import type { PageModel } from './page-model.js';
import { loadThemes, themeOf } from './theme.js';

const DIRECTORY = join(process.cwd(), 'themes');
const themes = loadThemes(DIRECTORY);
const show = (model: PageModel) => themes.render(themeOf(model.frame.site), model);

const everyPage = Object.entries({ ...gallery, ...bareModels, ...longModels });

describe('a page', () => {
  test.each(everyPage)('%s renders whole, with one heading of the first rank and the landmarks', (_, model) => {
    const html = show(model);
    expect(html).toMatch(/^<!doctype html>\n<html lang="zh-CN"/);
    expect(html.trimEnd()).toMatch(/<\/html>$/);
    expect(html.match(/<h1[\s>]/g)).toHaveLength(1);
    for (const landmark of ['<header', '<main id="main"', '<footer'])
      expect(html.split(landmark).length).toBeGreaterThan(1);
    expect(html).not.toMatch(/undefined|\[object|NaN/);
  });

  test.each(everyPage)('%s keeps its headings in order, without a rank left out', (_, model) => {
    const ranks = [...show(model).matchAll(/<h([1-6])[\s>]/g)].map((match) => Number(match[1]));
    const afterFirst = ranks.slice(ranks.indexOf(1));
    const steps = afterFirst.map((rank, i) => rank - (afterFirst[i - 1] ?? 0));
    expect(Math.max(...steps)).toBe(1);
  });

  test.each(everyPage)('%s carries no inline style or script, as the content policy asks', (_, model) => {
    const html = show(model);
    expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  });

  test.each(everyPage)('%s escapes markup in every text of its model', (_, model) => {
    const html = show(withTexts(model, (text) => `${text}<script>alert(1)</script>"'><img src=x>`, true));
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<img src=x>');
  });

  test.each(everyPage)('%s has no control that leads nowhere', (_, model) => {
    const html = show(model);
    const ids = new Set([...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
    for (const [, href] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
      expect(href).not.toMatch(/^(|#)$/);
      if (href!.startsWith('#')) expect(ids).toContain(href!.slice(1));
    }
    expect(html.match(/<a\b/g)?.length).toBe(html.match(/<a\b[^>]*\shref=/g)?.length);
    expect(html).not.toMatch(/<form|<input|<button/);
  });

  test('a model without a field that the template prints is refused, not printed with a hole', () => {
    const broken = structuredClone(gallery.register!) as PageModel & { channel: { name?: string } };
    delete broken.channel.name;
    expect(() => show(broken)).toThrow(/undefined|null/);
  });

  test('the body of a document is the one thing printed as HTML', () => {
    const html = show(gallery.document!);
    expect(html).toContain('<div class="clause"><h3>（一）强化信息发布更新。</h3><p>');
  });

  test('demonstration pages say so and ask not to be indexed; others do neither', () => {
    const model = gallery.province!;
    expect(show(model)).toContain('演示系统，非政府网站');
    expect(show(model)).toContain('<meta name="robots" content="noindex">');
    const real = show({ ...model, frame: { ...model.frame, site: { ...model.frame.site, demo: false } } });
    expect(real).not.toContain('演示系统');
    expect(real).not.toContain('noindex');
  });

  test('the description is said once, also when the standard’s own tag says it', () => {
    const model = gallery.article!;
    const meta = [...model.frame.meta, { name: 'Description', content: '同一句话' }];
    const html = show({ ...model, frame: { ...model.frame, description: '同一句话', meta } });
    expect(html.match(/<meta name="description"/gi)).toHaveLength(1);
    expect(show(model)).toContain('<meta name="description" content="柳湾镇人民政府（示例）">');
  });

  test('a missing page gives no canonical address and is never indexed', () => {
    const model = gallery.missing!;
    const html = show({ ...model, frame: { ...model.frame, site: { ...model.frame.site, demo: false } } });
    expect(html).not.toContain('rel="canonical"');
    expect(html).toContain('content="noindex"');
  });

  test('a text published elsewhere before shows its day and the mark, no time', () => {
    const html = show(gallery.article!);
    expect(html).toContain('原发布：<time datetime="2015-03-01T00:00:00+08:00">2015-03-01</time>');
    expect(html).not.toContain('2015-03-01 00:00');
  });
});

describe('a theme', () => {
  test('can show a site when it descends from the base; plain pages and the desk are no choice', () => {
    expect(themes.forSites).toEqual(['city', 'county', 'department', 'province', 'township']);
  });

  test('of plain pages has one for a closed site, which escapes what an operator typed', () => {
    const page = { name: '农安县人民政府', notice: '<b>维护</b>', superior: null, demo: false };
    expect(themes.closed(page)).toContain('&lt;b&gt;维护');
    expect(themes.closed(page)).not.toMatch(/先访问|演示系统/);
    const superior = { text: '长春市人民政府', url: 'http://changchun.localhost/' };
    expect(themes.closed({ ...page, superior, demo: true })).toMatch(
      /演示系统[\s\S]*href="http:\/\/changchun\.localhost\/"/,
    );
  });

  test('is chosen by the kind of site, for portals by its level', () => {
    expect(themeOf({ kind: 'portal', level: 'city' })).toBe('city');
    expect(themeOf({ kind: 'department', level: 'county' })).toBe('department');
    expect(themeOf({ kind: 'township', level: 'township' })).toBe('township');
  });

  test('takes from its parent what it does not have', () => {
    expect(themes.explain('township', 'home.njk')).toEqual(['township/home.njk', 'base/home.njk']);
    expect(themes.explain('county', 'home.njk')).toEqual(['base/home.njk']);
    expect(themes.explain('county', 'nothing.njk')).toEqual([]);
    expect(() => themes.explain('moon', 'home.njk')).toThrow(/no theme "moon"/);
  });

  test('with a broken template stops the start; a change shows at once with reload', () => {
    const copy = mkdtempSync(join(tmpdir(), 'jiyue-themes-'));
    try {
      cpSync(DIRECTORY, copy, { recursive: true });
      const live = loadThemes(copy, { reload: true });
      writeFileSync(join(copy, 'base', 'missing.njk'), '找不到 {{ reference }}');
      expect(live.render('province', gallery.missing!)).toBe('找不到 7F3K-20D1');
      writeFileSync(join(copy, 'county', 'home.njk'), '{% if %}');
      expect(() => loadThemes(copy)).toThrow(/home\.njk/);
      writeFileSync(join(copy, 'base', 'theme.json'), '{ "parent": "city" }');
      expect(() => loadThemes(copy)).toThrow(/circle: base → city → base/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

describe('plain pages', () => {
  test.each(['405', '421', '500', '503'] as const)('%s stands alone, with the facts it is given', (name) => {
    const html = themes.plain(name, { 编号: '<b>7F3K</b>' });
    expect(html).toContain('&lt;b&gt;7F3K&lt;/b&gt;');
    expect(html).not.toMatch(/人民政府|<style|<script/);
    expect(themes.plain(name)).not.toContain('<dl>');
  });
});

describe('an asset', () => {
  const address = /href="(\/assets\/site\.[0-9a-f]{10}\.css)"/.exec(show(gallery.province!))![1]!;

  test('is served from memory under an address that names its content', () => {
    const sheet = themes.asset(address)!;
    expect(sheet.type).toBe('text/css; charset=utf-8');
    expect(address).toContain(sheet.etag.replaceAll('"', ''));
    const text = sheet.body.toString();
    expect(text).toContain('--brand:#14476e');
    expect(text).not.toContain('/*');
    expect(text.match(/{/g)?.length).toBe(text.match(/}/g)?.length);
  });

  test.each([
    '/assets/../layout.njk',
    '/assets/site.css',
    `${address}/`,
    '/assets/%2e%2e/theme.json',
    'constructor',
    '',
  ])('is nothing else: %s', (path) => expect(themes.asset(path)).toBeNull());
});
