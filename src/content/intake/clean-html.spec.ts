import { cleanHtml } from './clean-html.js';
import { parseDocument } from './parsed-document.js';

/** The body of a page with these marks, and what else the document says. */
function page(body: string) {
  return parseDocument({ bytes: Buffer.from(`<title>示例</title><body>${body}</body>`), name: 'a.html' });
}
const clean = (html: string) => cleanHtml(html).html;

test.each([
  [
    'scripts, styles and handlers',
    '<p onclick="x()" style="color:red">甲<script>alert(1)</script><style>p{}</style></p>',
    '<p>甲</p>',
  ],
  ['unknown elements, not their text', '<section><center><font color="red">甲</font></center></section>', '<p>甲</p>'],
  ['empty paragraphs', '<p>&nbsp;</p><p>　</p><p><br></p><p>甲</p><p><b> </b></p>', '<p>甲</p>'],
  ['script addresses', '<p><a href="javascript:alert(1)">甲</a><a href="JaVa&#10;Script:x">乙</a></p>', '<p>甲乙</p>'],
  [
    'frames and forms, not the text around them',
    '<form><iframe src="x">a</iframe><p>甲</p><input value="x"><select><option>b</select></form>',
    '<p>甲</p>',
  ],
  ['comments', '<p>甲<!-- secret -->乙</p>', '<p>甲乙</p>'],
  ['ids nobody links to', '<p id="main">甲</p>', '<p>甲</p>'],
])('takes out %s', (_, html, expected) => {
  expect(clean(html)).toBe(expected);
});

test('double line breaks and indented lines are paragraphs, a single break stays', () => {
  expect(clean('甲<br>乙<br><br>丙<br>　　丁<br>')).toBe('<p>甲<br />乙</p>\n<p>丙</p>\n<p>丁</p>');
});

test('inline marks around blocks give way, and blocks never stand in paragraphs', () => {
  expect(clean('<b>甲<p>乙</p></b><p>丙<ul><li>丁</ul>')).toBe('<p>甲</p>\n<p>乙</p>\n<p>丙</p>\n<ul><li>丁</li></ul>');
});

test('heading levels: the highest becomes h2, none is skipped', () => {
  expect(clean('<h1>一</h1><h4>二</h4><h6>三</h6><h1>四</h1>')).toBe(
    '<h2 id="s1">一</h2>\n<h3 id="s1-1">二</h3>\n<h4 id="s1-1-1">三</h4>\n<h2 id="s2">四</h2>',
  );
  expect(clean('<h4>甲</h4><h2>乙</h2><h3><b>丙</b></h3>')).toBe(
    '<h2 id="s1">甲</h2>\n<h2 id="s2">乙</h2>\n<h3 id="s2-1">丙</h3>',
  );
});

test('links inside the page lead to ids that exist', () => {
  const html =
    '<p><a href="#b">往下</a>，<a href="#top">没有</a>，<a href="#x">注</a></p><h2 id="b">乙</h2><p id="x">注文</p><a name="y"></a>';
  expect(clean(html)).toBe(
    '<p><a href="#s1">往下</a>，没有，<a href="#n1">注</a></p>\n<h2 id="s1">乙</h2>\n<p id="n1">注文</p>',
  );
  expect(cleanHtml(html).warnings).toEqual(['「没有」指向文中没有的位置，链接已去掉。']);
});

test('links that leave say so to the browser', () => {
  expect(
    clean(
      '<p><a href="http://example.com/甲?a=1&b=2" target="_blank">甲</a> <a href="mailto:a@example.com">乙</a></p>',
    ),
  ).toBe(
    '<p><a href="http://example.com/%E7%94%B2?a=1&amp;b=2" rel="noopener noreferrer">甲</a><a href="mailto:a@example.com">乙</a></p>',
  );
});

test('tables are whole and can be scrolled', () => {
  const html =
    '<table border=1><tr><td colspan="2" onclick="x" bgcolor="red">甲<td rowspan=1>乙<tr><th scope=row>丙<td><p>丁</p></table>';
  expect(clean(html)).toBe(
    '<div class="table"><table><tbody><tr><td colspan="2">甲</td><td>乙</td></tr><tr><th scope="row">丙</th><td>丁</td></tr></tbody></table></div>',
  );
  expect(
    clean('<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td></td></tr></tbody><caption>表</caption></table>'),
  ).toBe(
    '<div class="table"><table><caption>表</caption><thead><tr><th scope="col">甲</th></tr></thead><tbody><tr><td></td></tr></tbody></table></div>',
  );
  expect(clean('<table><tr><td> </td></tr></table><table></table>')).toBe('');
});

test('lists: nested ones inside their point, numbering kept', () => {
  expect(clean('<ol start="3"><li>甲<ul><li>乙</li></ul></li><ul><li>丙</li></ul></ol>')).toBe(
    '<ol start="3"><li><p>甲</p><ul><li>乙</li></ul><ul><li>丙</li></ul></li></ol>',
  );
});

test('pictures become figures, files are listed', () => {
  const document = page(
    '<p>前<img src="img/a.png" alt="河" title="河岸" width="640" height="x" onerror="x()">后</p>' +
      '<figure><a href="b.html"><img src="./img/b.jpg" alt="桥"></a><figcaption>大<b>桥</b></figcaption></figure>' +
      '<p><a href="附件/表 1.xlsx">任务表</a></p><p><a href="img/a.png">看大图</a></p>',
  );
  expect(document.html).toBe(
    '<p>前</p>\n<figure><img src="media:a.png" alt="河" width="640" /><figcaption>河岸</figcaption></figure>\n<p>后</p>\n' +
      '<figure><img src="media:b.jpg" alt="桥" /><figcaption>大<b>桥</b></figcaption></figure>\n' +
      '<p><a href="media:表-1.xlsx">任务表</a></p>\n<p><a href="media:a.png">看大图</a></p>',
  );
  expect(document.media).toEqual([
    { name: 'a.png', path: 'img/a.png', role: 'image', title: '河岸' },
    { name: 'b.jpg', path: 'img/b.jpg', role: 'image', title: '桥' },
    { name: '表-1.xlsx', path: '附件/表 1.xlsx', role: 'attachment', title: '任务表' },
  ]);
  expect(document.warnings).toEqual([]);
});

test('what is not taken in is told to the clerk', () => {
  const { html, warnings } = page(
    '<p>甲</p><img src="https://example.com/a.png" alt="x"><img src="data:image/png;base64,AA" alt="x"><img src="a.tif" alt="x">' +
      '<img src="c.png"><video src="v.mp4"></video><p><a href="next.html">下一页</a></p><img src="media:other.png" alt="x">',
  );
  expect(html).toBe('<p>甲</p>\n<figure><img src="media:c.png" alt="" /></figure>\n<p>下一页</p>');
  expect(warnings).toEqual([
    expect.stringContaining('https://example.com/a.png'),
    expect.stringContaining('data:'),
    expect.stringContaining('a.tif'),
    expect.stringContaining('「c.png」没有替代文字'),
    expect.stringContaining('视频'),
    expect.stringContaining('next.html'),
    expect.stringContaining('media:other.png'),
  ]);
});

test('a reference that leaves the folder is an error, whatever the form of the file', () => {
  const escapes = expect.objectContaining({ code: 'intake.path-escapes' });
  expect(() => page('<p>甲</p><img src="../../a.png" alt="x">')).toThrow(escapes);
  expect(() => page('<p><a href="/etc/passwd">甲</a></p>')).toThrow(escapes);
  expect(() => parseDocument({ bytes: Buffer.from('# 示例\n\n[甲](../b.pdf)'), name: 'a.md' })).toThrow(escapes);
});
