import { element, serialize } from './html-tree.js';
import { tidyInline, tidyLine, tidySpaces } from './text-spacing.js';

test.each([
  ['关于加强 政府网站建设', '关于加强政府网站建设'],
  ['（ 一 ）加强 领导 。', '（一）加强领导。'],
  ['他说 “好” ，大家 ——都笑了', '他说“好”，大家——都笑了'],
  ['open  data portal', 'open data portal'],
  ['使用 HTML 5 标准', '使用 HTML 5 标准'],
  ['在 3 个工作日内', '在 3 个工作日内'],
  ['said “hello” to', 'said “hello” to'],
  ['微信、 QQ、 App', '微信、QQ、App'],
  ['主持人：张　三', '主持人：张　三'],
  ['　　今年以来，', '今年以来，'],
  ['第一条 为了规范', '第一条　为了规范'],
  ['第三条　（目的）本办法', '第三条　（目的）本办法'],
  ['政府\n网站', '政府网站'],
  ['使用\nHTML', '使用HTML'],
  ['open\ndata', 'open data'],
  ['𠮷 林', '𠮷林'],
])('%j becomes %j, and stays so', (written, expected) => {
  expect(tidySpaces(written)).toBe(expected);
  expect(tidySpaces(expected)).toBe(expected);
});

test('quotation marks, brackets and digits are kept exactly', () => {
  const text = '“一网通办”‘试点’《办法》〔2015〕57号——3—5年……（7个）';
  expect(tidySpaces(text)).toBe(text);
});

test('one line has no full-width space either', () => {
  expect(tidyLine('　关于　加强\t网站 ')).toBe('关于加强网站');
});

test('a space is judged by what stands beside it, also in another element', () => {
  const nodes = [
    '政府 ',
    element('b', {}, [' 网站 ']),
    ' 建设',
    element('br', {}, []),
    ' 第二行 ',
    element('i', {}, [' ']),
  ];
  let strays = 0;
  expect(serialize(tidyInline(nodes, () => void strays++))).toBe('政府<b>网站</b>建设<br />第二行');
  expect(strays).toBe(2);
});
