import { areShort, columns, isStacked, navColumns, paired, phrases, thousands } from './filters.js';
import type { Block } from './page-model.js';

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
