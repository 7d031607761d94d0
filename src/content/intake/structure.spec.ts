import { parseDocument } from './parsed-document.js';

const parse = (body: string, name = 'a.txt') => parseDocument({ bytes: Buffer.from(`标题: 示例\n\n${body}`), name });
const htmlOf = (body: string, name?: string) => parse(body, name).html;
/** Each block as its tag (class) and text. */
const outline = (body: string, name?: string) =>
  htmlOf(body, name)
    .split('\n')
    .map((block) => {
      const [, tag, kind] = /^<(\w+)(?: class="([\w-]+)")?/.exec(block) ?? [];
      return `${kind ?? tag} ${block.replace(/<[^>]+>/g, '')}`;
    });

describe('headings by number', () => {
  test('一、 is h2; （一） is h3 up to its first full stop, and the rest of the line its paragraph', () => {
    expect(
      htmlOf('一、总体  要求\n\n（一）强化更新。要及时。要准确。\n\n二、组织保障\n\n（二）加强领导\n\n要落实责任。'),
    ).toBe(
      '<h2 id="s1">一、总体要求</h2>\n<div class="clause"><h3 id="s1-1">（一）强化更新。</h3><p>要及时。要准确。</p></div>\n' +
        '<h2 id="s2">二、组织保障</h2>\n<h3 id="s2-1">（二）加强领导</h3>\n<p>要落实责任。</p>',
    );
  });

  test('without 一、 no level is skipped', () => {
    expect(htmlOf('（一）加强领导。要落实责任。')).toBe(
      '<div class="clause"><h2 id="s1">（一）加强领导。</h2><p>要落实责任。</p></div>',
    );
  });

  test('a closing quotation mark stays with its full stop', () => {
    expect(htmlOf('一、要求\n\n（一）落实“谁主管、谁负责。”各地要检查。')).toContain(
      '<h3 id="s1-1">（一）落实“谁主管、谁负责。”</h3><p>各地要检查。</p>',
    );
  });

  test('a heading sentence on its own line keeps its text below it', () => {
    expect(outline('一、要求\n\n（一）加强领导。\n\n各地要落实责任。')).toEqual([
      'h2 一、要求',
      'h3 （一）加强领导。',
      'p 各地要落实责任。',
    ]);
  });

  test('points of a list are no headings: ended by ；, whole sentences in a row, or long', () => {
    expect(
      outline(
        '一、对象\n\n（一）甲类人员；\n\n（二）乙类人员。\n\n二、范围\n\n（三）最低生活保障家庭。\n\n（四）特困人员。\n\n各地照此办理。',
      ),
    ).toEqual([
      'h2 一、对象',
      'item （一）甲类人员；',
      'item （二）乙类人员。',
      'h2 二、范围',
      'item （三）最低生活保障家庭。',
      'item （四）特困人员。',
      'p 各地照此办理。',
    ]);
    const long = '（一）各级人民政府及其所属部门应当按照规定，在每年十二月底以前完成自查并报送书面报告。逾期的通报。';
    expect(outline(`一、要求\n\n${long}`)).toEqual(['h2 一、要求', `item ${long}`]);
  });

  test('a closing point before plain text is no heading', () => {
    expect(outline('一、线上办理。\n\n二、线下办理。\n\n三、遇到问题及时反馈，不得拖延。\n\n特此通知。')).toEqual([
      'item 一、线上办理。',
      'item 二、线下办理。',
      'item 三、遇到问题及时反馈，不得拖延。',
      'p 特此通知。',
    ]);
    expect(outline('一、范围\n\n全市各单位。\n\n二、问题随时反映；重大事项立即报告。\n\n特此通知。')).toEqual([
      'h2 一、范围',
      'p 全市各单位。',
      'item 二、问题随时反映；重大事项立即报告。',
      'p 特此通知。',
    ]);
    expect(outline('一、范围\n\n全市各单位。\n\n二、各单位要认真执行，及时反馈。\n\n特此通知。')).toEqual([
      'h2 一、范围',
      'p 全市各单位。',
      'item 二、各单位要认真执行，及时反馈。',
      'p 特此通知。',
    ]);
  });

  test('headings that all end with a full stop stay headings, each with its text below', () => {
    expect(
      outline('一、要求\n\n（一）强化督导，严肃问责。\n\n各地要检查。\n\n（二）加强宣传，扩大影响。\n\n各地要发动。'),
    ).toEqual([
      'h2 一、要求',
      'h3 （一）强化督导，严肃问责。',
      'p 各地要检查。',
      'h3 （二）加强宣传，扩大影响。',
      'p 各地要发动。',
    ]);
  });

  test('numbers below are points: 1. 1、 （1） ①', () => {
    expect(outline('一、材料\n\n1.申请表。\n\n2、身份证。\n\n（3）户口簿。\n\n④照片。')).toEqual([
      'h2 一、材料',
      'item 1.申请表。',
      'item 2、身份证。',
      'item （3）户口簿。',
      'item ④照片。',
    ]);
  });

  test('regulations: chapters, sections, articles, and （一） as points of an article', () => {
    expect(
      htmlOf(
        '第一章 总则\n\n第一节 目的\n\n第一条 为规范管理，制定本办法。\n\n第二条　有下列情形的：\n\n（一）甲；\n\n（二）乙。\n\n第二章　附则\n\n第三条　本办法自公布之日起施行。',
      ),
    ).toBe(
      '<h2 id="s1">第一章　总则</h2>\n<h3 id="s1-1">第一节　目的</h3>\n<p><b>第一条</b>　为规范管理，制定本办法。</p>\n<p><b>第二条</b>　有下列情形的：</p>\n' +
        '<p class="item">（一）甲；</p>\n<p class="item">（二）乙。</p>\n<h2 id="s2">第二章　附则</h2>\n<p><b>第三条</b>　本办法自公布之日起施行。</p>',
    );
  });

  test.each([
    '第一条规定的期限，自公布之日起算。',
    '第二章规定的程序不变，各地照办。',
    '一、二年级学生免试。',
    '（一）项所列人员除外。',
    '2.5万元以下的不缴。',
  ])('%s is a sentence', (sentence) => {
    expect(outline(sentence)).toEqual([`p ${sentence}`]);
  });

  test('Markdown with headings of its own keeps them; （一） below a single level still counts', () => {
    expect(outline('## 一、要求\n\n（一）加强领导。要落实。\n\n一、不是标题', 'a.md')).toEqual([
      'h2 一、要求',
      'clause （一）加强领导。要落实。',
      'item 一、不是标题',
    ]);
    expect(outline('## 要求\n\n### 目标\n\n（一）加强领导。要落实。', 'a.md')).toEqual([
      'h2 要求',
      'h3 目标',
      'item （一）加强领导。要落实。',
    ]);
  });

  test('a number in bold is the heading', () => {
    expect(htmlOf('**一、供水。** 请包好**水管**。', 'a.md')).toBe(
      '<div class="clause"><h2 id="s1">一、供水。</h2><p>请包好<strong>水管</strong>。</p></div>',
    );
  });
});

describe('salutation, notes, attachments', () => {
  test.each([
    '各市（州）人民政府，长白山管委会，省政府各厅委办、各直属机构：',
    '松江市财政局：',
    '全市广大市民朋友们：',
    '尊敬的各位来宾：',
  ])('%s addresses', (line) => {
    expect(outline(`${line}\n\n请认真落实。`)[0]).toBe(`salutation ${line}`);
  });

  test.each(['现将有关事项通知如下：', '会议要求：', '申请条件如下：', '为加强管理，经市政府同意，现通知各部门：'])(
    '%s does not',
    (line) => {
      expect(outline(`${line}\n\n请认真落实。`)[0]).toBe(`p ${line}`);
    },
  );

  test('only the first line can address', () => {
    expect(outline('请认真落实。\n\n各部门：')[1]).toBe('p 各部门：');
  });

  test('a whole paragraph in brackets is a note', () => {
    expect(outline('（2026年1月5日市政府第3次常务会议通过）\n\n各部门：\n\n请落实。\n\n（此件公开发布）')).toEqual([
      'note （2026年1月5日市政府第3次常务会议通过）',
      'salutation 各部门：',
      'p 请落实。',
      'note （此件公开发布）',
    ]);
  });

  test('the list of attachments', () => {
    expect(htmlOf('请落实。\n\n附件：1. 任务分工表\n\n　　　2. 登记表')).toBe(
      '<p>请落实。</p>\n<div class="attachments-list"><p>附件：1. 任务分工表</p><p>2. 登记表</p></div>',
    );
    expect(htmlOf('请落实。\n\n附件：\n\n1. [任务表](files/a.xlsx)', 'a.md')).toBe(
      '<p>请落实。</p>\n<div class="attachments-list"><p>附件：</p><ol><li><a href="media:a.xlsx">任务表</a></li></ol></div>',
    );
  });
});

describe('signature', () => {
  test.each([
    ['organ and date', '松江市人民政府\n\n2026年1月5日', '松江市人民政府', '2026年1月5日'],
    ['leading zeros and blanks', '松江市人民政府\n\n2026 年 01 月 05 日', '松江市人民政府', '2026年1月5日'],
    ['Chinese numerals', '松江市人民政府\n\n二〇二六年十一月二十三日', '松江市人民政府', '2026年11月23日'],
    ['several organs', '松江市财政局\n松江市教育局\n2026年1月5日', '松江市财政局\n松江市教育局', '2026年1月5日'],
    ['one line', '松江市人民政府　　2026年1月5日', '松江市人民政府', '2026年1月5日'],
    ['an officer', '市长　李　明\n2026年1月5日', '市长　李　明', '2026年1月5日'],
    ['a note behind it', '松江市人民政府\n2026年1月5日\n\n（此件公开发布）', '松江市人民政府', '2026年1月5日'],
    ['attachments behind it', '松江市人民政府\n2026年1月5日\n\n附件：1.甲\n2.乙', '松江市人民政府', '2026年1月5日'],
  ])('%s', (_, lines, organ, date) => {
    const document = parse(`请各部门落实。\n\n${lines}`);
    expect(document.signature).toEqual({ organ, date });
    expect(document.html.startsWith('<p>请各部门落实。</p>')).toBe(true);
    expect(document.html).not.toContain('2026');
  });

  test('in one paragraph of a page', () => {
    const bytes = Buffer.from('<title>示例</title><p>请落实。</p><p align="right">松江市人民政府<br>2026年1月5日</p>');
    expect(parseDocument({ bytes, name: 'a.html' })).toMatchObject({
      html: '<p>请落实。</p>',
      signature: { organ: '松江市人民政府', date: '2026年1月5日' },
    });
  });

  test('in the middle it stays where it is, and the text behind it has its title', () => {
    const document = parse(
      '现印发给你们。\n\n松江市人民政府\n\n2026年1月5日\n\n（此件公开发布）\n\n供水管理办法\n\n一、总则\n\n要保障供水。',
    );
    expect(document.signature).toBeNull();
    expect(document.html).toContain(
      '<p class="signature">松江市人民政府</p>\n<p class="signature">2026年1月5日</p>\n<p class="note">（此件公开发布）</p>\n<h2 id="s1">供水管理办法</h2>',
    );
  });

  test('a date in a sentence, or without an organ, is none', () => {
    expect(parse('请落实。\n\n自2026年1月5日起施行。').signature).toBeNull();
    expect(parse('请落实。\n\n2026年1月5日').signature).toBeNull();
  });
});
