import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { spent } from '../../../test/spent.js';
import { projectRoot } from '../../kernel/config/project-root.js';
import { readPlanFile } from './read-plan-file.js';

const read = (text: string, encode: (text: string) => Buffer = Buffer.from) =>
  readPlanFile(encode(text), '方案.csv').lines;
const HEAD = '动作,原机关,新机关';

it.each<[string, (text: string) => Buffer]>([
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(`\uFEFF${text}`)],
  ['GBK, as a spreadsheet saves it', (text) => iconv.encode(text, 'gbk')],
  ['GB18030 with a rare character', (text) => iconv.encode(text, 'gb18030')],
  ['UTF-16 with a byte order mark', (text) => iconv.encode(text, 'utf-16le', { addBOM: true })],
])('reads %s', (_, encode) => {
  const [line] = read(
    `${HEAD},电话\r\n更名,农安县㐂局,农安县教体局,0431-1111\r\n`,
    encode === undefined ? undefined : encode,
  );
  expect(line).toMatchObject({ row: 2, action: '更名', to: '农安县教体局', telephone: '0431-1111', people: '' });
});

it.each([',', '\t', ';'])('reads columns in any order, separated by %j', (mark) => {
  const text = [
    ['新机关', '人员', '动作', '原机关'],
    ['乙局', '张三、李四', '拆分', '甲局'],
  ];
  expect(read(text.map((cells) => cells.join(mark)).join('\n'))).toMatchObject([
    { row: 2, action: '拆分', from: '甲局', to: '乙局', people: '张三、李四' },
  ]);
});

it('takes 单位 in a heading for 机关', () => {
  expect(read('动作,原单位,新单位,新单位简称\n更名,甲局,乙局,乙')).toMatchObject([
    { from: '甲局', to: '乙局', shortName: '乙' },
  ]);
  expect(() => read(`${HEAD},新单位\n合并,甲,乙,丙`)).toThrow('“新机关”重复');
});

it('counts lines as a spreadsheet does, passes over empty ones and takes out what nobody sees', () => {
  const lines = read(`${HEAD}\n\n合并, 甲　局\u200b ,乙局\n,,\n合并,"丙,局",乙局`);
  expect(lines).toMatchObject([
    { row: 3, from: '甲 局' },
    { row: 5, from: '丙,局' },
  ]);
});

it('finds the day in whatever lines it stands', () => {
  const table = (...days: string[]) =>
    readPlanFile(Buffer.from([`${HEAD},生效日期`, ...days.map((day) => `合并,甲,乙,${day}`)].join('\n')), '方案.csv')
      .days;
  expect(table('', '2026/12/1', '', '2026-12-01')).toEqual([
    { row: 3, written: '2026/12/1' },
    { row: 5, written: '2026-12-01' },
  ]);
  expect(readPlanFile(Buffer.from(`${HEAD}\n合并,甲,乙`), '方案.csv').days).toEqual([]);
});

it.each([
  ['no heading that is needed', '动作,新机关\n合并,乙局', '缺少“原机关”'],
  ['a heading nobody knows', `${HEAD},备注\n合并,甲,乙,x`, '不认识“备注”'],
  ['a heading twice', `${HEAD},新机关\n合并,甲,乙,丙`, '“新机关”重复'],
  ['no line', `${HEAD}\n\n`, '一行也没有'],
  ['a quotation that does not end', `${HEAD}\n合并,"甲,乙`, '引号没有成对'],
  ['too many lines', `${HEAD}\n${'合并,甲,乙\n'.repeat(501)}`, '超过 500 行'],
  ['too many bytes', `${HEAD}\n${'合'.repeat(400_000)}`, '超过 1 MB'],
])('says what is wrong with %s', (_, text, sentence) => expect(() => read(text)).toThrow(sentence));

it.each([
  ['of nothing but lines', `${HEAD}${'\n'.repeat(1_000_000)}`],
  ['of nothing but carriage returns', `${HEAD}${'\r'.repeat(1_000_000)}`],
  ['of 60,000 columns', `${Array.from({ length: 60_000 }, (_, i) => `列${i}`).join(',')}\n1`],
])('a file %s holds nobody up, and is told in a sentence', (_, text) => {
  const started = spent();
  const said = (() => {
    try {
      return String(read(text).length);
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(spent() - started).toBeLessThan(1_500);
  expect(said).toMatch(/超过 20000 行|不认识/);
  expect(said.length).toBeLessThan(400);
});

it.each([
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00, 0x81])],
  ['a workbook', Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0x80, 0x00, 0x12])],
  ['half a character', iconv.encode(HEAD, 'gbk').subarray(1)],
])('says that it cannot read %s', (_, bytes) => {
  expect(() => readPlanFile(bytes, '方案.csv')).toThrow(/编码|表头/);
});

it('reads the example that people are told to begin with', async () => {
  const name = join(projectRoot, 'samples', 'reorganisation.csv');
  const { lines } = readPlanFile(await readFile(name), name);
  expect(lines.map(({ action }) => action)).toEqual(['合并', '合并', '拆分', '拆分', '更名', '撤销']);
});
