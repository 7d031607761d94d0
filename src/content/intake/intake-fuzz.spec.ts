import { spent } from '../../../test/spent.js';
import { UserError } from '../../kernel/user-error.js';
import { cleanHtml } from './clean-html.js';
import { parseDocument } from './parsed-document.js';

/** A small generator with a fixed seed (mulberry32): the same inputs on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const FRAGMENTS =
  `<p>|</p>|<div class="clause">|<div class="table">|</div>|<h1>|</h1>|<h2 id="a">|</h2>|<h3>|</h3>|<h5>|<table>|<tr>|<td>|
  <th scope="row">|</td>|</tr>|</table>|<thead>|<caption>|</caption>|<ul>|<ol start="3">|<li>|</li>|</ul>|</ol>|<b>|</b>|<em>|</em>|<a href="#a">|
  <a href="javascript:alert(1)">|<a href="https://example.com/?a=1&amp;b=2">|<a id="x">|<a href="files/a b.pdf">|</a>|<br>|<br><br>|
  <img src="p.png" alt="图">|<img src="https://example.com/p.png">|<figure>|<figcaption>|</figcaption>|</figure>|<blockquote>|</blockquote>|<pre>|</pre>|
  <script>alert("x")</script>|<style>p{}</style>|<svg onload=alert(1)>|<p onclick="x()">|<p class="note">|<p id="n7">|<iframe src="x">|</iframe>|<noscript>|
  &lt;script&gt;|&amp;amp;|&nbsp;&nbsp;|&#0;|&#x1F600;|　　|　|  |\n|\n\n|\t|。|，|：|“|”|（一）|一、|1. |第一条 |第二章 总则|附件：|附件1|（此件公开发布）|
  松江市人民政府|2026年1月5日|各市人民政府：|政府网站|a word|3.5|<|>|"|'|&|---|# |**|标题:|标题:\t示例|索引号:\t0000/2026-00001|[图](x.png)|![](y.jpg)|{{x}}`
    .split('|')
    .map((fragment) => fragment.replace(/^\n {2}/, ''));

function randomText(random: (below: number) => number): string {
  return Array.from({ length: 1 + random(60) }, () => FRAGMENTS[random(FRAGMENTS.length)]).join('');
}

/** Runs the parser; a document or a `UserError`, anything else fails the test with the input in the message. */
function outcome(bytes: Buffer, name: string) {
  try {
    return parseDocument({ bytes, name });
  } catch (error) {
    if (error instanceof UserError) return error;
    throw new Error(`${name}: ${JSON.stringify(bytes.toString('utf8'))}`, { cause: error });
  }
}

/** The tags and attributes of a body, written out once more: the test must not read them from the code it tests. */
const ALLOWED_TAG = new RegExp(
  `^<(?:/?(?:p|h[234]|b|strong|em|i|u|a|ul|ol|li|table|caption|thead|tbody|tr|th|td|figure|figcaption|div|blockquote|sup|sub)|` +
    `(?:p|div)(?: class="[a-z-]+")?(?: id="n\\d+")?|h[234] id="s[\\d-]+"|(?:li|figure|ul|ol|blockquote) id="n\\d+"|ol start="\\d+"|` +
    `a(?: id="n\\d+")?(?: href="(?:https?://[^"]+" rel="noopener noreferrer|#[sn][\\d-]+|media:[^"]+)")?|` +
    `t[hd](?: (?:colspan|rowspan)="\\d+")*(?: scope="\\w+")?|img src="media:[^"]+" alt="[^"]*" /|br /)>$`,
);
const NAMES = ['a.txt', 'a.md', 'a.html'];

test('any mixture of marks gives a document or a sentence, and cleaning a clean body changes nothing', () => {
  const random = generator(20150212);
  let documents = 0;
  for (let n = 0; n < 1500; n++) {
    const name = NAMES[n % 3] as string;
    const opening = n % 2 === 0 ? '' : name === 'a.html' ? '<title>示例</title>' : '标题: 示例\n\n';
    const source = opening + randomText(random);
    const result = outcome(Buffer.from(source), name);
    if (result instanceof UserError) continue;
    documents++;
    expect({
      source,
      html: cleanHtml(
        result.html,
        result.media.map((entry) => entry.name),
      ).html,
    }).toEqual({
      source,
      html: result.html,
    });
    const tags = result.html.match(/<[^>]*>/g) ?? [];
    expect(tags.filter((tag) => !ALLOWED_TAG.test(tag))).toEqual([]);
    expect(result.html).not.toMatch(/\p{Cc}(?<!\n)|[\u200B\uFFFD]/u);
    expect(result.title).not.toBe('');
  }
  expect(documents).toBeGreaterThan(600);
});

test('random bytes give a sentence or a document', () => {
  const random = generator(7);
  for (let n = 0; n < 600; n++) {
    const bytes = Buffer.from(Array.from({ length: 1 + random(200) }, () => 1 + random(255)));
    outcome(bytes, NAMES[n % 3] as string);
  }
});

test('a document cut anywhere, even inside a character, gives a sentence or a document', () => {
  const whole = Buffer.from(
    '标题:\t松江市关于示例的通知\n\n各单位：\n\n一、目标\n\n（一）加强。内容“引用”。\n\n松江市人民政府\n\n2026年1月5日',
  );
  for (let end = 0; end <= whole.length; end++) outcome(whole.subarray(0, end), 'a.txt');
});

test.each([
  ['deep nesting', '<b>'.repeat(400_000), 'a.html'],
  ['opened tags', '<'.repeat(1_000_000), 'a.html'],
  ['unclosed attributes', '<a href="'.repeat(200_000), 'a.html'],
  ['cells without a table', '<td>'.repeat(200_000), 'a.html'],
  ['brackets', '标题: 示例\n\n'.padEnd(500_000, '（一）'), 'a.txt'],
  ['one long line of blanks', `标题: 示例\n\n字${' '.repeat(1_000_000)}字`, 'a.txt'],
  ['empty lines', `标题: 示例${'\n'.repeat(1_000_000)}正文。`, 'a.txt'],
  ['open sentences', `标题: 示例\n\n${'各地区、各部门要\n\n'.repeat(40_000)}`, 'a.txt'],
  ['emphasis', `# 示例\n\n${'*a_ **b'.repeat(60_000)}`, 'a.md'],
  ['links', `# 示例\n\n${'[a]('.repeat(60_000)}`, 'a.md'],
  ['dates', `标题: 示例\n\n正文。\n\n${'松江市人民政府\n\n2026年1月5日\n\n'.repeat(5_000)}`, 'a.txt'],
  [
    'pictures',
    `<title>示例</title>${Array.from({ length: 20_000 }, (_, i) => `<img src="${i}/a.png" alt="图">`).join('')}`,
    'a.html',
  ],
])('hostile length (%s) is answered within seconds', (_name, source, name) => {
  const started = spent();
  outcome(Buffer.from(source), name);
  const took = spent() - started;
  expect(took).toBeLessThan(8_000);
});
