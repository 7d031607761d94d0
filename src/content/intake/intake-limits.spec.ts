import { spent } from '../../../test/spent.js';
import { UserError } from '../../kernel/user-error.js';
import { cleanHtml } from './clean-html.js';
import { parseDocument } from './parsed-document.js';

const PAGE = '<title>示例</title><body>';
const TEXT = '标题: 示例\n\n';

/** What a file becomes: `document`, or the code of the error. Anything else that is thrown fails the test. */
function outcome(source: string, name: string): string {
  try {
    parseDocument({ bytes: Buffer.from(source), name });
    return 'document';
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const markdownTable = (columns: number, rows: number) =>
  `${TEXT}${'| 甲 '.repeat(columns)}|\n${'|---'.repeat(columns)}|\n${`${'| 1 '.repeat(columns)}|\n`.repeat(rows)}`;

/** Inputs whose reading once took time by the square of their length, or for ever. Each takes some 0.5 s at most. */
test.each([
  ['comments before a text', `${'<!---->'.repeat(40)}x`, 'a.txt', 'intake.no-title'],
  ['many comments before a text', `${'<!-- --> '.repeat(200_000)}x`, 'a.txt', 'intake.no-title'],
  ['comments never closed', '<!--'.repeat(500_000), 'a.txt', 'intake.no-title'],
  ['a Markdown table', markdownTable(10, 1_900), 'a.md', 'document'],
  [
    'a page with a table',
    `${PAGE}<table>${`<tr>${' <td>1</td> '.repeat(10)}</tr>\n`.repeat(1_900)}`,
    'a.html',
    'document',
  ],
  ['comments inside a text', `${PAGE}<p>甲${' <!-- -->'.repeat(200_000)}乙`, 'a.html', 'document'],
  ['lists right inside a list', `${PAGE}<ul><li>甲</li>${'<ul><li>乙</li></ul>'.repeat(45_000)}`, 'a.html', 'document'],
  [
    'links whose target stands in the next link',
    PAGE + times(10_000, (i) => `<p><a id="a${i}" href="#a${i + 1}">甲</a></p>`).join(''),
    'a.html',
    'document',
  ],
  [
    'inline elements deep inside each other, a paragraph at the end',
    `${PAGE}${'<span>'.repeat(240)}${'<i>甲</i>'.repeat(80_000)}<p>乙`,
    'a.html',
    'document',
  ],
  [
    'blanks in a date of a page',
    `<title>示例</title><meta name="PubDate" content="2015${'\u00A0'.repeat(300_000)}x"><p>正文。`,
    'a.html',
    'intake.bad-date',
  ],
  ['blanks before a tab', `${TEXT}甲${' '.repeat(300_000)}乙\t丙`, 'a.txt', 'document'],
  ['unusual blanks', `${TEXT}甲${' '.repeat(200_000)}\u205F乙`, 'a.txt', 'document'],
  [
    'a title in single characters',
    `标题:\t${'甲'.repeat(90_000)}\n\n${'甲\n'.repeat(90_000)}`,
    'a.txt',
    'intake.title-too-long',
  ],
  [
    'a value without end',
    `标题:\t示例\n来源:\t甲\n${`${'乙'.repeat(20)}\n来源:\t甲\n`.repeat(40_000)}`,
    'a.txt',
    'intake.bad-field',
  ],
  [
    'a long value given again and again',
    `<title>示例</title><meta name="author" content="${'甲'.repeat(500_000)}">${times(20_000, (i) => `<meta name="author" content="${i}">`).join('')}<p>正文。`,
    'a.html',
    'intake.bad-field',
  ],
  [
    'file names that differ in case only',
    PAGE +
      times(40_000, (i) => {
        const name = [...(i % 1024).toString(2).padStart(10, '0')].map((digit) => (digit === '1' ? 'A' : 'a')).join('');
        return `<img alt="图" src="${i}/${name}.png">`;
      }).join(''),
    'a.html',
    'document',
  ],
])('%s: read in time by the length', (_, source, name, expected) => {
  // The least of three: a collection of garbage that others left is not in each of them, work that grows too fast is.
  let took = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && took >= 2_000; tries += 1) {
    const started = spent();
    expect(outcome(source, name)).toBe(expected);
    took = Math.min(took, spent() - started);
  }
  expect(took).toBeLessThan(2_000);
});

/** Inputs without a document in them, most of 5 MB: refused before much is made of them. */
test.each([
  [
    'a hostile table of 2 KB',
    `${TEXT}${'|a'.repeat(300)}\n${'|-'.repeat(300)}\n${'|\n'.repeat(300)}`,
    'a.md',
    'intake.too-many-cells',
  ],
  ['cells', `${PAGE}<table>${'<td>1'.repeat(900_000)}`, 'a.html', 'intake.too-many-cells'],
  ['lines of cells', `${TEXT}${`${'甲\t'.repeat(3_000)}乙\n`.repeat(200)}`, 'a.txt', 'intake.too-many-cells'],
  ['empty paragraphs', PAGE + '<p>'.repeat(1_700_000), 'a.html', 'intake.too-many-elements'],
  ['paragraphs', `${PAGE}<div>${'<p>甲'.repeat(800_000)}</div>`, 'a.html', 'intake.too-many-elements'],
  ['line breaks', `${PAGE}<p>${'甲<br><br>'.repeat(400_000)}`, 'a.html', 'intake.too-many-elements'],
  ['preformatted lines', `${PAGE}<pre>${'甲\n'.repeat(1_000_000)}</pre>`, 'a.html', 'intake.too-many-elements'],
  ['lines', TEXT + 'a\n'.repeat(2_600_000), 'a.txt', 'intake.too-many-elements'],
  ['quotations inside each other', `${TEXT}${'> '.repeat(10_000)}甲`, 'a.md', 'intake.too-deep'],
  ['lists inside each other', TEXT + times(150, (i) => `${'  '.repeat(i)}- 甲\n`).join(''), 'a.md', 'intake.too-deep'],
  ['brackets of Markdown', TEXT + '['.repeat(5_200_000), 'a.md', 'intake.markdown-too-long'],
  ['pictures of Markdown', TEXT + '!['.repeat(2_600_000), 'a.md', 'intake.markdown-too-long'],
  ['a long file name', '正文。', `${'a'.repeat(256)}.txt`, 'intake.bad-field'],
])('%s: refused by a sentence', (_, source, name, expected) => {
  const started = spent();
  const found = outcome(source, name);
  const took = spent() - started;
  expect(found).toBe(expected);
  expect(took).toBeLessThan(5_000);
});

test.each([
  ['brackets', '['.repeat(50_000)],
  ['brackets in pairs', `${'['.repeat(50_000)}甲${']'.repeat(50_000)}`],
  ['links', '[甲]('.repeat(50_000)],
  ['stars', `${'*'.repeat(50_000)}甲`],
  ['emphasis', '*甲 **乙_ '.repeat(20_000)],
  ['backticks', '`甲'.repeat(50_000)],
])('marks of Markdown (%s) are read', (_, marks) => {
  const started = spent();
  outcome(TEXT + marks, 'a.md');
  expect(spent() - started).toBeLessThan(2_000);
});

test.each(['a.txt', 'a.html'])('a line of 5 MB is a paragraph (%s)', (name) => {
  const line = '各地区各部门要认真落实。'.repeat(140_000);
  const started = spent();
  const { html } = parseDocument({ bytes: Buffer.from((name === 'a.txt' ? TEXT : PAGE) + line), name });
  expect(spent() - started).toBeLessThan(2_000);
  expect(html).toBe(`<p>${line}</p>`);
});

test('ten times the text takes no more than about ten times as long', () => {
  const took = (rows: number) => {
    const bytes = Buffer.from(markdownTable(10, rows));
    const started = spent();
    parseDocument({ bytes, name: 'a.md' });
    return spent() - started;
  };
  took(190);
  expect(took(1_900)).toBeLessThan(Math.max(30 * took(190), 500));
});

test('an error of size says the limit and what to do', () => {
  const cells = `${PAGE}<table>${'<td>1'.repeat(20_001)}`;
  expect(() => parseDocument({ bytes: Buffer.from(cells), name: '甲.html' })).toThrow(
    '文件「甲.html」的表格超过 20000 个单元格，在网页上无法阅读。请把大表格另存为 .xlsx 文件，在正文里作为附件引用。',
  );
});

test('links that lead to a dropped link, or to a block that was empty but for one, are dropped with it', () => {
  const chain =
    '<p><a id="a" href="#b">甲</a><a id="b" href="#c">乙</a><a id="c" href="#none">丙</a></p>' +
    '<p><a id="d" href="#e">丁</a><a id="e" href="#d">戊</a></p><p id="f"><a id="unused"></a></p><p><a href="#f">己</a></p>';
  const { html, warnings } = cleanHtml(chain);
  expect(html).toBe('<p>甲乙丙</p>\n<p><a href="#n2" id="n1">丁</a><a href="#n1" id="n2">戊</a></p>\n<p>己</p>');
  expect(warnings).toEqual(['甲', '乙', '丙', '己'].map((text) => `「${text}」指向文中没有的位置，链接已去掉。`));
});

test('a comment parts no text', () => {
  expect(cleanHtml('<ul>甲<!-- x -->乙</ul><p>丙<!-- x -->丁</p>').html).toBe('<ul><li>甲乙</li></ul>\n<p>丙丁</p>');
});

test('the clerk is given no more sentences than can be read', () => {
  const links = times(500, (i) => `<p><a href="${i}.htm">甲</a></p>`).join('');
  const { warnings } = cleanHtml(links);
  expect(warnings).toHaveLength(101);
  expect(warnings.at(-1)).toContain('没有全部列出');
  expect(cleanHtml(links.slice(0, links.indexOf('100.htm'))).warnings).toHaveLength(100);
});
