import iconv from 'iconv-lite';
import { UserError } from '../../kernel/user-error.js';
import { cleanCharacters, decodeFile, MAX_FILE_BYTES } from './file-text.js';

const TEXT = '标题：关于“示例”的通知\n各地区、各部门要按照要求，及时部署和开展各项工作（〔2026〕5号）。\n';

function codeOf(bytes: Buffer, name = '示例.txt'): string {
  try {
    decodeFile(bytes, name);
  } catch (error) {
    if (error instanceof UserError) {
      expect(error.message).toContain(name);
      return error.code;
    }
    throw error;
  }
  return 'none';
}

test.each([
  ['UTF-8', Buffer.from(TEXT), []],
  ['UTF-8 with byte order mark', Buffer.from(`\uFEFF${TEXT}`), []],
  ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), ['文件是 UTF-16 编码，已转换为 UTF-8。']],
  ['UTF-16, big end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16(), ['文件是 UTF-16 编码，已转换为 UTF-8。']],
  ['GBK', iconv.encode(TEXT, 'gbk'), ['文件是 GBK（GB18030） 编码，已转换为 UTF-8。']],
  ['GB18030', iconv.encode(TEXT, 'gb18030'), ['文件是 GBK（GB18030） 编码，已转换为 UTF-8。']],
])('%s is read', (_, bytes, warnings) => {
  expect(decodeFile(bytes, '示例.txt')).toEqual({ text: TEXT, warnings });
});

test.each([
  ['Big5', iconv.encode('各縣市政府應依規定辦理有關事項，並於年底前完成。', 'big5')],
  ['UTF-8 with a damaged byte', Buffer.concat([Buffer.from(TEXT), Buffer.from([0xe4, 0xb8]), Buffer.from(TEXT)])],
  ['Latin-1', Buffer.from('Décision générale du département', 'latin1')],
])('%s is no GBK: the encoding is named as the fault', (_, bytes) => {
  expect(codeOf(bytes)).toBe('intake.encoding');
});

test.each([
  ['%PDF-1.7\n', 'a.pdf', 'PDF'],
  ['PK\u0003\u0004rest', 'a.docx', 'Word'],
  ['PK\u0003\u0004rest', 'a.zip', 'ZIP'],
  ['\u0089PNG\r\n', 'a.txt', 'PNG'],
  ['ÿØÿà', 'a.jpg', 'JPEG'],
  ['{\\rtf1', 'a.rtf', 'RTF'],
  ['ÐÏ\u0011à¡±\u001aá', 'a.doc', 'Word'],
  ['text\u0000text', 'a.txt', '空字节'],
])('a binary file is named for what it is (%j)', (start, name, what) => {
  const bytes = Buffer.from(start, 'latin1');
  expect(codeOf(bytes, name)).toBe('intake.binary');
  expect(() => decodeFile(bytes, name)).toThrow(what);
});

test('empty, blank, too large and already damaged files', () => {
  expect(codeOf(Buffer.alloc(0))).toBe('intake.empty');
  expect(codeOf(Buffer.from('\uFEFF \n\t　\u200B\n'))).toBe('intake.empty');
  expect(codeOf(Buffer.alloc(MAX_FILE_BYTES + 1, 65))).toBe('intake.too-large');
  expect(codeOf(Buffer.from('政府网站\uFFFD\uFFFD建设'))).toBe('intake.damaged-text');
});

test('characters that nobody sees are taken out, all line ends are one', () => {
  expect(cleanCharacters('甲\u200B乙\u202E丙\u0007\r\n丁\r戊\u2028己\uD800')).toBe('甲乙丙\n丁\n戊\n己');
});
