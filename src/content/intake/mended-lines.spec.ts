import { parseDocument } from './parsed-document.js';

/** The texts of the blocks that a plain text body becomes. */
function blocksOf(body: string): string[] {
  const { html } = parseDocument({ bytes: Buffer.from(`标题:\t示例\n\n${body}\n`), name: 'a.txt' });
  const separated = html.replace(/<\/h[234]><p>/g, '').replace(/<\/(?:td|th)>/g, '|');
  return separated.split('\n').map((block) => block.replace(/<[^>]+>/g, ''));
}

describe('lines broken inside a sentence are joined', () => {
  test.each([
    [
      'behind a word',
      ['各单位要按时报送，各级网站目前', '', '尚未移交的，要在年底前移交。'],
      ['各单位要按时报送，各级网站目前尚未移交的，要在年底前移交。'],
    ],
    [
      'inside a word',
      ['要充分利用各级党校、行', '', '政学院的资源，开展培训。'],
      ['要充分利用各级党校、行政学院的资源，开展培训。'],
    ],
    ['behind a comma', ['为方便群众办事，', '', '设立综合窗口。'], ['为方便群众办事，设立综合窗口。']],
    ['with a quotation still open', ['坚持“谁主管、谁', '', '负责”的原则。'], ['坚持“谁主管、谁负责”的原则。']],
    ['with a title still open', ['根据《示例管理', '办法》，制定本方案。'], ['根据《示例管理办法》，制定本方案。']],
    [
      'inside a numbered clause',
      ['一、目标', '（一）完善。按照原则，各地', '', '负责推进，落实到位。'],
      ['一、目标', '（一）完善。按照原则，各地负责推进，落实到位。'],
    ],
    [
      'between Latin words',
      ['平台开放接口，支持 open', 'data 服务，供各方使用。'],
      ['平台开放接口，支持 open data 服务，供各方使用。'],
    ],
    ['inside a number', ['加快推进，到 20', '26 年，全部建成。'], ['加快推进，到 2026 年，全部建成。']],
    [
      'before a reference to an article',
      ['有下列情形的，按照本办法，', '第五条规定办理。'],
      ['有下列情形的，按照本办法，第五条规定办理。'],
    ],
    ['three times', ['要加强，', '', '要落实，', '', '要检查。'], ['要加强，要落实，要检查。']],
  ])('%s', (_, lines, expected) => {
    expect(blocksOf(lines.join('\n'))).toEqual(expected);
  });

  test('lines broken at a fixed width without punctuation at the end', () => {
    const sentence =
      '各地区各部门要把政府网站作为政务公开的第一平台及时发布重要会议、重要活动、重大政策信息，并且依据权力清单向社会全面公开政府职能、法律依据、实施主体等事项。';
    const lines = sentence.match(/.{1,24}/g) as string[];
    expect(blocksOf(lines.join('\n'))).toEqual([sentence]);
  });

  test('the clerk is told where a sentence was mended across an empty line', () => {
    const bytes = Buffer.from('标题:\t示例\n\n要充分利用各级党校、行\n\n政学院的资源，开展培训。\n');
    expect(parseDocument({ bytes, name: 'a.txt' }).warnings).toEqual([
      '原文在句中断开，已接上：“……利用各级党校、行｜政学院的资源，开……”，请核对。',
    ]);
  });
});

describe('lines that only lack a full stop stay apart', () => {
  test.each([
    ['heading and text', ['一、总体要求', '', '各地要加强领导，落实责任。']],
    ['heading with a comma and text', ['（一）坚持导向，强化责任', '', '各地要加强领导，落实责任。']],
    ['subheading without a number', ['工作目标', '', '到明年底，全面建成。']],
    ['chapter, article', ['第一章　总则', '第一条　为规范管理，制定本办法。']],
    ['addressees and text', ['各市人民政府，省政府各部门：', '', '现将有关事项通知如下：', '', '请认真落实。']],
    ['points ended by semicolons', ['申请条件如下：', '1.年满十八周岁；', '2.具有本地户籍；', '3.没有不良记录。']],
    ['points without punctuation', ['需要下列材料，一并提交：', '1.申请表', '2.身份证', '3.户口簿']],
    ['a list of names', ['获奖单位，排名不分先后。', '', '松江市财政局', '', '松江市教育局']],
    [
      'names of one length',
      [
        '松江市示例实验中学附属第一小学分校甲校区',
        '松江市示例实验中学附属第二小学分校乙校区',
        '松江市示例实验中学附属第三小学分校丙校区',
      ],
    ],
    ['labels', ['地址：示例路一号，三楼', '电话：0000-0000000，转一', '邮编：000000']],
    ['attachments', ['请对照落实，按时上报', '附件：1.任务表', '2.登记表']],
    ['an attached text', ['附件1', '任务分工表']],
    ['a note in brackets', ['请结合实际，认真贯彻执行', '（此件公开发布）']],
    ['closing quotes behind the full stop', ['他说：“一定办好。”', '', '大家都表示赞同。']],
    ['closing bracket behind the full stop', ['（详见有关规定。）', '', '各地要认真执行。']],
  ])('%s', (_, lines) => {
    const expected = lines.filter((line) => line !== '');
    expect(blocksOf(lines.join('\n')).join('')).toBe(expected.join(''));
    expect(blocksOf(lines.join('\n')).length).toBeGreaterThanOrEqual(_ === 'attachments' ? 2 : expected.length);
  });

  test('a new paragraph that the text marks by an indent', () => {
    expect(blocksOf('　　今年以来，各地积极行动\n　　群众反映，办事更快了。')).toHaveLength(2);
  });

  test('a list set in columns', () => {
    expect(blocksOf('张三　　李四\n王五　　赵六')).toEqual(['张三　李四', '王五　赵六']);
  });

  test('cells between tabs become a table', () => {
    expect(blocksOf('项目\t时限，单位为天\n受理\t1\n办结\t5')).toEqual(['项目|时限，单位为天|受理|1|办结|5|']);
  });
});

test('the signature is not drawn into the sentence before it', () => {
  const bytes = Buffer.from('标题:\t示例\n\n请各地抓好落实，及时报送情况\n\n松江市人民政府\n\n2026年1月5日\n');
  const document = parseDocument({ bytes, name: 'a.txt' });
  expect(document.html).toBe('<p>请各地抓好落实，及时报送情况</p>');
  expect(document.signature).toEqual({ organ: '松江市人民政府', date: '2026年1月5日' });
});
