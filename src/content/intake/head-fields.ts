import type { ParsedDocument } from './document.js';
import { intakeErrors } from './errors.js';
import { dateLine, isDay } from './numbering.js';
import { compact, tidyLine } from './text-spacing.js';

export type HeadKey =
  | 'indexNumber'
  | 'category'
  | 'organ'
  | 'madeOn'
  | 'title'
  | 'documentNumber'
  | 'published'
  | 'validity'
  | 'contentSource'
  | 'author'
  | 'summary'
  | 'keywords'
  | 'id'
  | 'pinned';

/** Fields as they stand in the file. */
export type Head = Map<HeadKey, string>;

const NAMES: Record<HeadKey, string[]> = {
  indexNumber: ['索引号'],
  category: ['主题分类', '分类'],
  organ: ['发文机关', '发文机构', '发布机构', '制发机关'],
  madeOn: ['成文日期', '成文时间'],
  title: ['标题', '名称', 'title', 'articletitle'],
  documentNumber: ['发文字号', '文号'],
  published: ['发布日期', '发布时间', '公开日期', 'date', 'pubdate'],
  validity: ['有效性', '效力', '效力状态', '时效性'],
  contentSource: ['来源', '信息来源', '稿源', 'source', 'contentsource'],
  author: ['作者', 'author'],
  summary: ['摘要', '内容概述', 'summary', 'description'],
  keywords: ['关键词', '主题词', 'keywords'],
  id: ['id'],
  pinned: ['置顶', 'pinned'],
};
/** Most characters of a value; by index number and id a document is found in the database, whose index takes no long ones. */
const LIMITS: Partial<Record<HeadKey, number>> = {
  indexNumber: 200,
  category: 200,
  organ: 200,
  documentNumber: 100,
  contentSource: 200,
  author: 200,
  summary: 500,
  id: 200,
};
const MAX_FILE_NAME = 255;
const MAX_DATE = 60;
const MAX_KEYWORDS = 20;
const MAX_KEYWORD = 40;
const KEYS = new Map(Object.entries(NAMES).flatMap(([key, names]) => names.map((name) => [name, key as HeadKey])));

/** `标　　题：` → title; also the names of the government-site `<meta>` tags. Undefined for anything else. */
export function headKey(name: string): HeadKey | undefined {
  return KEYS.get(
    compact(name)
      .replace(/[:：]$/, '')
      .toLowerCase(),
  );
}

/** A key may be written with blanks inside (标　题), behind a tab, blanks or the beginning of the line. */
const PAIR = new RegExp(
  `(?:^|[\\s\\u3000])(${[...KEYS.keys()].map((name) => [...name].join('[ \\u3000]*')).join('|')})[ \\u3000]*[:：]`,
  'gi',
);

/** The fields of one line of a head, `键:⇥值⇥键:⇥值`; null when the line does not begin with the name of a field. */
export function headPairs(line: string): [key: HeadKey, value: string][] | null {
  // Latin names are ordinary words inside a value, unless a tab sets them apart.
  const found = [...line.matchAll(PAIR)].filter((match, i) => i === 0 || /^\t|^[^a-z]*$/i.test(match[0]));
  if (found.length === 0 || line.slice(0, found[0]?.index).trim() !== '') return null;
  return found.map((match, i): [HeadKey, string] => {
    const value = line.slice(match.index + match[0].length, found[i + 1]?.index ?? line.length);
    return [headKey(match[1] ?? '') as HeadKey, value.replace(/[\s\u3000]+/g, ' ').trim()];
  });
}

/** Puts a field into the head; the first value stays. */
export function addField(head: Head, key: HeadKey, value: string, warn: (sentence: string) => void): void {
  const before = head.get(key);
  if (before && value && before !== value)
    warn(`文件头里「${NAMES[key][0]}」写了两次，采用了第一次的「${before.slice(0, 40)}」。`);
  if (!before) head.set(key, value);
}

export type HeadFields = Pick<
  ParsedDocument,
  | 'kind'
  | 'source'
  | 'title'
  | 'documentNumber'
  | 'indexNumber'
  | 'category'
  | 'organ'
  | 'madeOn'
  | 'publishedOn'
  | 'publishedAt'
  | 'validity'
  | 'contentSource'
  | 'author'
  | 'summary'
  | 'keywords'
  | 'pinned'
>;

/**
 * Reads the values of a head.
 * @param name file name: known by it when neither index number nor id is given
 * @throws intake.bad-date, intake.bad-field
 */
export function readHead(head: Head, name: string, warn: (sentence: string) => void): HeadFields {
  const field = (key: HeadKey) => limited(key, tidyLine(head.get(key) ?? ''), name);
  const made = readDate(head, 'madeOn', name);
  const published = readDate(head, 'published', name);
  const indexNumber = limited('indexNumber', (head.get('indexNumber') ?? '').trim(), name);
  const documentNumber = normalDocumentNumber(field('documentNumber'), warn);
  const organ = field('organ');
  const isPolicy = indexNumber !== '' || (documentNumber !== '' && organ !== '');
  return {
    kind: isPolicy ? 'policy-document' : 'article',
    source: sourceOf(indexNumber, field('id'), name),
    title: field('title'),
    documentNumber,
    indexNumber,
    category: field('category'),
    organ,
    madeOn: made?.day ?? null,
    publishedOn: published?.day ?? null,
    publishedAt: published?.time ? `${published.day} ${published.time}` : null,
    validity: readValidity(field('validity'), name),
    contentSource: field('contentSource'),
    author: field('author'),
    summary: field('summary'),
    keywords: readKeywords(field('keywords'), name),
    pinned: readPinned(field('pinned'), name),
  };
}

function limited(key: HeadKey, value: string, name: string): string {
  const limit = LIMITS[key];
  if (limit === undefined || value.length <= limit) return value;
  throw tooLong(name, NAMES[key][0] ?? key, value, limit);
}

function tooLong(name: string, field: string, value: string, limit: number): Error {
  const expected = `不超过 ${limit} 个字（现有 ${value.length} 个）`;
  return intakeErrors['intake.bad-field']({ name, field, value: `${value.slice(0, 40)}……`, expected });
}

function sourceOf(indexNumber: string, id: string, name: string): ParsedDocument['source'] {
  if (indexNumber !== '') return { by: 'index-number', value: indexNumber };
  if (id === '') {
    if (name.length > MAX_FILE_NAME) throw tooLong(name.slice(0, 40), '文件名', name, MAX_FILE_NAME);
    return { by: 'file-name', value: name };
  }
  if (/^[\p{L}\p{N}._:/-]+$/u.test(id)) return { by: 'id', value: id };
  const expected = '字母、数字或汉字，中间可以有 . _ : / -';
  throw intakeErrors['intake.bad-field']({ name, field: 'id', value: id.slice(0, 40), expected });
}

function readDate(head: Head, key: 'madeOn' | 'published', name: string): { day: string; time: string | null } | null {
  const written = (head.get(key) ?? '').trim();
  if (written === '') return null;
  const fail = () => intakeErrors['intake.bad-date']({ name, field: NAMES[key][0] ?? '', value: written.slice(0, 40) });
  if (written.length > MAX_DATE) throw fail();
  const plain = written.normalize('NFKC').replace(/\s*([年月日./-])\s*/g, '$1');
  const match =
    /^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[ T]*(\d{1,2}):(\d{2})(?::\d{2})?)?$/.exec(plain) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})日$/.exec(dateLine(plain) ?? '');
  if (!match) throw fail();
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  const [hour, minute] = [match[4], match[5]].map((part) => Number(part ?? 0)) as [number, number];
  if (!isDay(year, month, day) || hour > 23 || minute > 59) throw fail();
  const two = (n: number) => String(n).padStart(2, '0');
  return { day: `${year}-${two(month)}-${two(day)}`, time: match[4] ? `${two(hour)}:${two(minute)}` : null };
}

/**
 * The year stands in 〔 〕, U+3014 and U+3015 (GB/T 9704); other brackets are a substitute of keyboards. Numbers without a
 * year (第 5 号) stay as written.
 */
export function normalDocumentNumber(written: string, warn: (sentence: string) => void): string {
  const match =
    /^(.*?)[ \u3000]?[〔[【［(（][ \u3000]?(\d{4})[ \u3000]?[〕\]】］)）][ \u3000]?(第?)[ \u3000]?(\d{1,9})[ \u3000]?号$/.exec(
      written,
    );
  if (!match) return written;
  const normal = `${match[1]}〔${match[2]}〕${match[3]}${match[4]}号`;
  if (!/〔.*〕/.test(written)) warn(`发文字号「${written}」的括号已改为「${normal}」。`);
  return normal;
}

const VALIDITY: Record<string, ParsedDocument['validity']> = {
  '': '',
  有效: '有效',
  现行有效: '有效',
  已修改: '已修改',
  失效: '失效',
  已失效: '失效',
  废止: '废止',
  已废止: '废止',
};

function readValidity(value: string, name: string): ParsedDocument['validity'] {
  const found = Object.hasOwn(VALIDITY, value) ? VALIDITY[value] : undefined;
  if (found !== undefined) return found;
  const expected = '有效、已修改、失效、废止 之一';
  throw intakeErrors['intake.bad-field']({ name, field: '有效性', value: value.slice(0, 40), expected });
}

function readPinned(value: string, name: string): boolean {
  if (['', '否', 'false', 'no', '0'].includes(value.toLowerCase())) return false;
  if (['是', 'true', 'yes', '1'].includes(value.toLowerCase())) return true;
  throw intakeErrors['intake.bad-field']({ name, field: '置顶', value: value.slice(0, 40), expected: '是 或 否' });
}

function readKeywords(value: string, name: string): string[] {
  const list = value.replace(/^\[(.*)\]$/, '$1');
  const separator = /[,，;；、|]/.test(list) ? /[,，;；、|]/ : /\s+/;
  const words = list.split(separator).map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2'));
  const keywords = [...new Set(words.filter((word) => word !== ''))];
  if (keywords.length > MAX_KEYWORDS || keywords.some((word) => word.length > MAX_KEYWORD)) {
    const expected = `至多 ${MAX_KEYWORDS} 个词，每个不超过 ${MAX_KEYWORD} 个字（现有 ${keywords.length} 个词）`;
    throw intakeErrors['intake.bad-field']({ name, field: '关键词', value: `${value.slice(0, 40)}……`, expected });
  }
  return keywords;
}
