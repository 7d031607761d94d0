import { intakeErrors } from './errors.js';

/** Bytes of the largest file that is read: text alone never comes near it. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;

const SIGNATURES: [prefix: number[], what: string][] = [
  [[0x25, 0x50, 0x44, 0x46, 0x2d], ' PDF 文件'],
  [[0x50, 0x4b, 0x03, 0x04], ' ZIP 压缩包'],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], '旧版 Word、Excel 或 WPS 文件'],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], ' RTF 文件'],
  [[0x89, 0x50, 0x4e, 0x47], ' PNG 图片'],
  [[0xff, 0xd8, 0xff], ' JPEG 图片'],
  [[0x47, 0x49, 0x46, 0x38], ' GIF 图片'],
  [[0x52, 0x61, 0x72, 0x21], ' RAR 压缩包'],
  [[0x37, 0x7a, 0xbc, 0xaf], ' 7z 压缩包'],
  [[0x1f, 0x8b], ' gzip 压缩包'],
];
const ZIPPED: Record<string, string> = {
  docx: ' Word 文件（.docx）',
  xlsx: ' Excel 文件（.xlsx）',
  pptx: ' PowerPoint 文件（.pptx）',
  ofd: ' OFD 版式文件',
};

/**
 * The text of a file: UTF-8 (with or without byte order mark), UTF-16 with one, or GB18030 (and so GBK and GB2312),
 * which is told from damaged UTF-8 by how common its characters are. Line ends become `\n`.
 * @throws intake.empty, intake.too-large, intake.binary, intake.encoding, intake.damaged-text
 */
export function decodeFile(bytes: Buffer, name: string): { text: string; warnings: string[] } {
  if (bytes.length === 0) throw intakeErrors['intake.empty']({ name });
  if (bytes.length > MAX_FILE_BYTES) {
    const size = (bytes.length / 1024 / 1024).toFixed(1);
    throw intakeErrors['intake.too-large']({ name, size, limit: MAX_FILE_BYTES / 1024 / 1024 });
  }
  const what = binaryForm(bytes, name);
  if (what) throw intakeErrors['intake.binary']({ name, what });

  const { text, encoding } = decodeBytes(bytes, name);
  if (text.includes('\0')) throw intakeErrors['intake.binary']({ name, what: '含有空字节的二进制文件' });
  const lost = text.indexOf('\uFFFD');
  if (lost >= 0) {
    const near = text
      .slice(Math.max(0, lost - 8), lost + 8)
      .replace(/\s+/g, ' ')
      .trim();
    throw intakeErrors['intake.damaged-text']({ name, count: text.split('\uFFFD').length - 1, near });
  }
  const clean = cleanCharacters(text);
  if (clean.trim() === '') throw intakeErrors['intake.empty']({ name });
  const warnings = encoding === 'UTF-8' ? [] : [`文件是 ${encoding} 编码，已转换为 UTF-8。`];
  return { text: clean, warnings };
}

function binaryForm(bytes: Buffer, name: string): string | null {
  const found = SIGNATURES.find(([prefix]) => prefix.every((byte, i) => bytes[i] === byte));
  if (found?.[1] === ' ZIP 压缩包') {
    const extension = /\.(\w+)$/.exec(name.toLowerCase())?.[1] ?? '';
    return ZIPPED[extension] ?? found[1];
  }
  if (found) return found[1];
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return ' WebP 图片';
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !utf16 && bytes.includes(0) ? '含有空字节的二进制文件' : null;
}

function decodeBytes(bytes: Buffer, name: string): { text: string; encoding: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: decodeUtf16(bytes, 'utf-16le', name), encoding: 'UTF-16' };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: decodeUtf16(bytes, 'utf-16be', name), encoding: 'UTF-16' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' };
  } catch {
    const text = decodeGb18030(bytes);
    if (text !== null) return { text, encoding: 'GBK（GB18030）' };
    throw intakeErrors['intake.encoding']({ name, offset: firstBadByte(bytes) + 1 });
  }
}

function decodeUtf16(bytes: Buffer, label: 'utf-16le' | 'utf-16be', name: string): string {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw intakeErrors['intake.encoding']({ name, offset: 1 }, { cause });
  }
}

/**
 * Null when it is not likely GB18030. Real Chinese text is nearly all symbols (rows A1–A9) and level-1 characters (rows
 * B0–D7) of GB 2312; UTF-8 or Big5 misread as GBK falls outside them half of the time.
 */
function decodeGb18030(bytes: Buffer): string | null {
  let pairs = 0;
  let common = 0;
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++i] ?? 0;
    pairs++;
    if (trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3))) common++;
  }
  if (pairs === 0 || common / pairs < 0.85) return null;
  try {
    const text = new TextDecoder('gb18030', { fatal: true }).decode(bytes);
    return /[\p{Cn}\p{Co}\uFFFD]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function firstBadByte(bytes: Buffer): number {
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const good = decoded.slice(0, decoded.indexOf('\uFFFD'));
  return Buffer.byteLength(good, 'utf8');
}

/**
 * Takes out what nobody sees and what would hurt later: control characters, zero-width and direction marks, unpaired
 * surrogates, the replacement character. Line ends become `\n`.
 */
export function cleanCharacters(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .toWellFormed()
    .replace(
      /(?![\t\n])\p{Cc}|\p{Noncharacter_Code_Point}|[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFFC\uFFFD]/gu,
      '',
    );
}
