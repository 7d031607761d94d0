import { parseDocument } from './parsed-document.js';

const BODY = '\n\n各地要认真落实。\n';
const parse = (head: string, name = '示例.txt') => parseDocument({ bytes: Buffer.from(head + BODY), name });

test('two fields on a line between tabs, with and without blanks around them', () => {
  const document = parse(
    '\n\n索引号:\t000000000000000000/2026-00001\t分类:\t综合政务、电子政务;通知\n发文机关： 松江市人民政府 \t成文日期:\t2026年01月05日\n' +
      '标　　题:\t松江市人民政府关于示例 工作的通知\t\t\n发文字号:\t松政发〔2026〕1号\t发布日期:\t2026-1-8 9:05\n有效性:\t有效\t来源:\t市政府\n' +
      '作者:\t张三\t关键词:\t示例，通知、示例\n摘要:\t一句话。\n置顶:\t是',
  );
  expect(document).toMatchObject({
    kind: 'policy-document',
    source: { by: 'index-number', value: '000000000000000000/2026-00001' },
    title: '松江市人民政府关于示例工作的通知',
    indexNumber: '000000000000000000/2026-00001',
    category: '综合政务、电子政务;通知',
    organ: '松江市人民政府',
    madeOn: '2026-01-05',
    documentNumber: '松政发〔2026〕1号',
    publishedOn: '2026-01-08',
    publishedAt: '2026-01-08 09:05',
    validity: '有效',
    contentSource: '市政府',
    author: '张三',
    keywords: ['示例', '通知'],
    summary: '一句话。',
    pinned: true,
    warnings: ['删去了 1 处汉字之间多余的空格。'],
  });
});

test('fields between blanks, full-width colons', () => {
  const document = parse('标题：示例通知\n发文机关：松江市财政局　发文字号：松财〔2026〕3号　主题分类：财政');
  expect(document).toMatchObject({
    kind: 'policy-document',
    organ: '松江市财政局',
    documentNumber: '松财〔2026〕3号',
    category: '财政',
  });
});

test.each([
  '2015年02月12日',
  '2015-2-12',
  '2015/02/12',
  '2015.2.12',
  '２０１５年２月１２日',
  '2015 年 2 月 12 日',
  '二〇一五年二月十二日',
])('a date written %s', (date) => {
  expect(parse(`标题:\t示例\n成文日期:\t${date}`).madeOn).toBe('2015-02-12');
});

test.each(['2015-02-30', '2015年13月1日', '2015-02', '昨天', '2015-02-12 25:00', '12/02/2015'])(
  '%s is no date: the field is named',
  (date) => {
    expect(() => parse(`标题:\t示例\n发布日期:\t${date}`)).toThrow(
      expect.objectContaining({ code: 'intake.bad-date' }),
    );
    expect(() => parse(`标题:\t示例\n发布日期:\t${date}`)).toThrow('发布日期');
  },
);

test('values outside their list are errors that name field and choice', () => {
  expect(() => parse('标题:\t示例\n有效性:\t大概')).toThrow('有效、已修改、失效、废止');
  expect(() => parse('标题:\t示例\n置顶:\t也许')).toThrow('是 或 否');
  expect(() => parse('标题:\t示例\nid:\t两 个词！')).toThrow('「id」');
  expect(parse('标题:\t示例\n有效性:\t已废止').validity).toBe('废止');
});

test.each([
  ['索引号', 200],
  ['分类', 200],
  ['发文机关', 200],
  ['发文字号', 100],
  ['来源', 200],
  ['作者', 200],
  ['摘要', 500],
  ['id', 200],
])('%s has at most %i characters: more are an error that names field and limit', (field, limit) => {
  const head = (length: number) => `标题:\t示例\n${field}:\t${'a'.repeat(length)}`;
  expect(parse(head(limit)).title).toBe('示例');
  expect(() => parse(head(limit + 1))).toThrow(expect.objectContaining({ code: 'intake.bad-field' }));
  expect(() => parse(head(limit + 1))).toThrow(`不超过 ${limit} 个字（现有 ${limit + 1} 个）`);
  expect(() => parse(head(limit + 1))).toThrow(field === '分类' ? '主题分类' : field);
});

test('at most 20 keywords of at most 40 characters', () => {
  const keywords = (count: number, length: number) =>
    `标题:\t示例\n关键词:\t${Array.from({ length: count }, (_, i) => String(i).padStart(length, '甲')).join('，')}`;
  expect(parse(keywords(20, 40)).keywords).toHaveLength(20);
  expect(() => parse(keywords(21, 2))).toThrow('「关键词」');
  expect(() => parse(keywords(1, 41))).toThrow('至多 20 个词，每个不超过 40 个字');
});

test('a date of more than 60 characters is none', () => {
  expect(parse(`标题:\t示例\n成文日期:\t2015 年 2 月 12 日`).madeOn).toBe('2015-02-12');
  const long = `<title>示例</title><meta name="PubDate" content="2015${'\u00A0'.repeat(60)}-2-12"><p>正文。`;
  expect(() => parseDocument({ bytes: Buffer.from(long), name: 'a.html' })).toThrow(
    expect.objectContaining({ code: 'intake.bad-date' }),
  );
});

test.each(['松政发[2026]1号', '松政发【2026】1号', '松政发(2026)1号', '松政发（2026） 1 号'])(
  '%s gets the brackets of the standard',
  (number) => {
    const document = parse(`标题:\t示例\n发文字号:\t${number}`);
    expect(document.documentNumber).toBe('松政发〔2026〕1号');
    expect(document.warnings).toHaveLength(1);
  },
);

test('a number without a year stays as written', () => {
  expect(parse('标题:\t示例\n发文字号:\t松江市人民政府令第 5 号').documentNumber).toBe('松江市人民政府令第 5 号');
});

test('known again by index number, else id, else file name', () => {
  expect(parse('标题:\t示例\n索引号:\t1/2026-1\nid:\tx1').source).toEqual({ by: 'index-number', value: '1/2026-1' });
  expect(parse('标题:\t示例\nid:\tx1').source).toEqual({ by: 'id', value: 'x1' });
  expect(parse('标题:\t示例').source).toEqual({ by: 'file-name', value: '示例.txt' });
});

test('an article has neither index number nor number and organ together', () => {
  expect(parse('标题:\t示例\n发文机关:\t松江市人民政府').kind).toBe('article');
  expect(parse('标题:\t示例\n发文字号:\t松政发〔2026〕1号').kind).toBe('article');
});

test('a value broken into two lines, an unknown field, a field given twice', () => {
  const document = parse('标题:\t关于加强示例工作\n的通知\n公开方式:\t主动公开\n来源:\t甲\n来源:\t乙');
  expect(document.title).toBe('关于加强示例工作的通知');
  expect(document.contentSource).toBe('甲');
  expect(document.warnings).toEqual([
    '文件头里的「公开方式」不是能用的字段，没有采用。',
    '文件头里「来源」写了两次，采用了第一次的「甲」。',
  ]);
});

test('front matter and key lines of Markdown', () => {
  const front = parse('---\ntitle: "示例：通知"\n关键词: [甲, 乙]\n颜色: 红\n---', 'a.md');
  expect(front).toMatchObject({
    title: '示例：通知',
    keywords: ['甲', '乙'],
    warnings: ['文件头里的「颜色」不是能用的字段，没有采用。'],
  });
  expect(parse('标题: 示例\n来源: 市政府', 'a.md')).toMatchObject({
    title: '示例',
    contentSource: '市政府',
    html: '<p>各地要认真落实。</p>',
  });
});
