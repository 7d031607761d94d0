import {
  areShort,
  columns,
  gathered,
  isNarrow,
  isStacked,
  kept,
  navColumns,
  paired,
  phrases,
  repeatsAttachments,
  thousands,
  worded,
} from './filters.js';
import type { Block, DocumentPage, HomeRow } from './page-model.js';

test('large counts are grouped by thousands', () => {
  expect([7, 999, 1000, 12486, 1234567].map(thousands)).toEqual(['7', '999', '1,000', '12,486', '1,234,567']);
});

test('a slogan is cut after its punctuation and nothing of it is lost', () => {
  expect(phrases('看政策、查文件，从这里开始')).toEqual(['看政策、查文件，', '从这里开始']);
  expect(phrases('他说：“好！”然后走了')).toEqual(['他说：', '“好！”', '然后走了']);
  expect(phrases('，开头有逗号')).toEqual(['，', '开头有逗号']);
  expect(phrases('')).toEqual(['']);
});

test('tiles stand in as many columns as leave the fewest empty places', () => {
  expect([1, 2, 3, 5, 7, 8, 12].map((count) => columns(count, 12))).toEqual([1, 2, 3, 5, 4, 4, 6]);
  expect([3, 4, 6, 7].map((count) => columns(count, 4))).toEqual([1, 2, 2, 2]);
  expect([8, 10].map((count) => columns(count, 8))).toEqual([4, 2]);
});

test('channels stand in as many columns as their names leave room for', () => {
  const nav = (...texts: string[]) => texts.map((text) => ({ text, url: '/', current: false }));
  expect(navColumns(nav('首页', '要闻动态', '政务公开', '政务服务', '互动交流', '数据发布'))).toBe(4);
  expect(navColumns(nav('首页', '政府信息公开', '政务服务', '市县政府动态', '互动交流'))).toBe(3);
  expect(navColumns(nav('首页', '概况'))).toBe(2);
  expect(navColumns(nav('首页'))).toBe(1);
  expect(navColumns(nav('国家级经济技术开发区', '国家级高新技术产业开发区'))).toBe(1);
});

test('no row of a head table is half empty', () => {
  const row = (wide: boolean) => ({ term: '标题', text: '文字', wide, validity: false });
  const wideness = (...wide: boolean[]) => paired(wide.map(row)).map((one) => one.wide);
  expect(wideness(false, false, true, false)).toEqual([false, false, true, true]);
  expect(wideness(false, true, false, false)).toEqual([true, true, false, false]);
  expect(wideness(false, false, false)).toEqual([false, false, true]);
});

test('only two equal blocks that fill the place beside the first stand on each other', () => {
  const blocks = (...spans: number[]) => spans.map((span) => ({ span }) as Block);
  expect(isStacked(blocks(7, 5, 5))).toBe(true);
  expect(isStacked(blocks(4, 4, 4))).toBe(false);
  expect(isStacked(blocks(7, 5))).toBe(false);
  expect(isStacked(blocks(5, 7, 7))).toBe(false);
});

test('a headline is short when each of its lines fits a phone', () => {
  expect(areShort(['吉林省人民政府办公厅', '关于进一步加强政府网站'])).toBe(true);
  expect(areShort(['吉林省人民政府办公厅关于进一步加强政府网站'])).toBe(false);
});

test('a headline may be broken between its words, never before 的 or inside a bracket, and is escaped', () => {
  expect(String(worded('部署年底前完成基层公开目录统一（示例）'))).toContain('目录<wbr>统一');
  expect(String(worded('印发管理办法的通知（示例）'))).toMatch(/办法的<wbr>通知（示例）$/);
  expect(String(worded('<b>走流程</b>')).replaceAll('<wbr>', '')).toBe('&lt;b&gt;走流程&lt;/b&gt;');
  expect(String(worded(''))).toBe('');
});

test('a short bracket at the end is kept in one piece, the rest is only escaped', () => {
  expect(String(kept('示例路1号（示例）'))).toBe('示例路1号<span class="nw">（示例）</span>');
  expect(String(kept('（一）甲<乙'))).toBe('（一）甲&lt;乙');
  expect(['工作日 8:30—11:30，', '农安县教育局示例路1号'].map(isNarrow)).toEqual([true, true]);
  expect(isNarrow('长春净月高新技术产业开发区管理委员会')).toBe(false);
});

test('where a site has little of its own, the contact card stands beside the borrowed releases', () => {
  const block = (kind: string, span: number) => ({ kind, span }) as Block;
  const row = (...blocks: Block[]): HomeRow => ({ ground: true, blocks });
  const shape = (rows: HomeRow[]) =>
    gathered(rows).map(({ blocks }) => blocks.map(({ kind, span }) => `${kind} ${span}`));
  const [borrowed, contact, sites] = [block('recommended', 12), block('contact', 4), block('sites', 8)];
  expect(shape([row(contact), row(borrowed)])).toEqual([['recommended 8', 'contact 4']]);
  expect(shape([row(borrowed), row(sites, contact)])).toEqual([['recommended 8', 'contact 4'], ['sites 12']]);
  const full = [row(block('dated', 7), block('contact', 5)), row(borrowed)];
  expect(gathered(full)).toBe(full);
});

test('the list of attachments in a body is superfluous only when every line of it is a link below', () => {
  const model = (html: string, count: number) =>
    ({ html, attachments: Array.from({ length: count }, () => ({})) }) as DocumentPage['document'];
  const list = (inner: string) => `<p>文</p>\n<div class="attachments-list">${inner}</div>`;
  expect(repeatsAttachments(model(list('<p>附件：<a href="a">表</a></p>'), 1))).toBe(true);
  expect(repeatsAttachments(model(list('<ol><li><a href="a">表</a></li><li>样式</li></ol>'), 1))).toBe(false);
  expect(repeatsAttachments(model(list('<p>附件：1. 表</p>'), 0))).toBe(false);
  expect(repeatsAttachments(model('<p>文</p>', 1))).toBe(false);
});
