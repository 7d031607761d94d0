/**
 * What a paragraph of an official document is told by: its number (order of levels by GB/T 9704: 一、 （一） 1. （1）; chapter,
 * section and article in regulations), or its form (date, note in brackets, list of attachments).
 */
const CHINESE = '[〇零一二三四五六七八九十百]{1,6}';

export type NumberedUnit = 'chapter' | 'section' | 'article' | 'first' | 'second' | 'item';

const UNITS: [unit: NumberedUnit, pattern: RegExp][] = [
  // 第一章规定的…… is a reference inside a sentence, not a heading.
  ['chapter', new RegExp(`^第${CHINESE}(?:[编章]|部分)(?![规中的第、和至或及所])[^，。；：！？]{0,40}$`)],
  ['section', new RegExp(`^第${CHINESE}节(?![规中的第、和至或及所课])[^，。；：！？]{0,40}$`)],
  ['article', new RegExp(`^第(?:${CHINESE}|\\d{1,3})条(?:之${CHINESE})?(?![规中的第、，和至或及所款项])`)],
  // 一、二年级 counts classes.
  ['first', new RegExp(`^${CHINESE}、(?!${CHINESE}(?:年级|类|级|等|期|季度|线|楼|、))`)],
  // （一）项 is a reference.
  ['second', new RegExp(`^[（(]${CHINESE}[）)](?![项款目类点条、和至])`)],
  [
    'item',
    /^(?:\d{1,3}[.．](?:(?!\d)|(?=\d{4}年))|\d{1,3}、(?!\d{1,3}(?:[、个月日号年级岁]))|[（(]\d{1,3}[）)]|[①-⑳])/,
  ],
];

/** The unit that a paragraph begins, and its mark (`（一）`); null when it begins none. */
export function numberedUnit(text: string): { unit: NumberedUnit; mark: string } | null {
  for (const [unit, pattern] of UNITS) {
    const match = pattern.exec(text);
    if (!match) continue;
    if (unit !== 'chapter' && unit !== 'section') return { unit, mark: match[0] };
    return { unit, mark: /^第.{1,6}?(?:[编章节]|部分)/.exec(text)?.[0] ?? '' };
  }
  return null;
}

/** The mark of an article where it stands before its text: 第一条, 第十二条之一. */
export const ARTICLE_MARK = new RegExp(`^第(?:${CHINESE}|\\d{1,3})条(?:之${CHINESE})?`);

const DIGITS = '〇一二三四五六七八九';

/** `2015年2月12日` from a paragraph that is only a date, also 二〇一五年二月十二日; null otherwise. */
export function dateLine(text: string): string | null {
  if (text.length > 30) return null;
  const plain = text
    .normalize('NFKC')
    .replace(/\s+/g, '')
    .replace(/[零○Ｏ]/g, '〇');
  const match =
    /^([\d〇一二三四五六七八九]{4})年([\d一二三四五六七八九十]{1,3})月([\d一二三四五六七八九十]{1,3})日$/.exec(plain);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(numeral) as [number, number, number];
  return isDay(year, month, day) ? `${year}年${month}月${day}日` : null;
}

function numeral(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  if (!text.includes('十')) return Number([...text].map((c) => (/\d/.test(c) ? c : DIGITS.indexOf(c))).join(''));
  const [tens = '', ones = ''] = text.split('十');
  return (tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones));
}

/** Whether the calendar has this day. */
export function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1900 && year < 2200 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** A whole paragraph in brackets: （此件公开发布）, （2026年1月5日市政府第3次常务会议通过）. */
export function isNote(text: string): boolean {
  return /^（[^（）]{2,100}）$/.test(text) && numberedUnit(text) === null;
}

/** `附件：1. …` (a list of attachments), or with nothing after the colon. */
export function opensAttachmentList(text: string): boolean {
  return /^附件\s*[:：]/.test(text);
}

/** `附件`, `附件1`: the page where the attached text begins. */
export function opensAttachedText(text: string): boolean {
  return /^附件\s*[\d一二三四五六七八九十]{0,3}$/.test(text);
}

/** A document number on a line of its own: 吉政办发〔2015〕5号, 第5号, 政府令第 12 号. */
export function isDocumentNumber(text: string): boolean {
  if (text.length > 60) return false;
  const plain = text.replace(/\s+/g, '');
  return (
    /^[^，。；：]{1,20}[〔[【［(（]\d{4}[〕\]】］)）]第?\d{1,5}号$/.test(plain) ||
    /^[^，。；：]{0,12}第\d{1,5}号$/.test(plain)
  );
}

/** Ends a sentence: final punctuation, perhaps with closing quotes and brackets behind it. */
export function endsSentence(text: string): boolean {
  return /[。！？；：…!?;:.][”’」』）〕】》\])"']*$/u.test(text.slice(-12));
}

const ORGAN =
  /(?:政府|办公厅|办公室|委员会|管委会|指挥部|领导小组|[厅局部委署院处科站所队校社会行司台馆组园]|中心|集团|公司|单位|部门|机关|大学|学校|街道|办事处|法院|检察院|[乡镇村县市区州省])$/;

/** Whether a short line names an organ (a trailing remark in brackets does not count), as signatures and addressees do. */
export function namesOrgan(text: string): boolean {
  if (text.length > 80) return false;
  const name = text.replace(/（[^（）]*）$/, '').trim();
  return name.length >= 2 && name.length <= 40 && !/[，。；：！？]/.test(name) && ORGAN.test(name);
}

/** Whether a line signs in person: 省长　某某. */
export function namesOfficer(text: string): boolean {
  return /^(?:代)?[\p{Script=Han}]{0,12}(?:[省市州县区镇乡]长|主任|局长|厅长|主席|书记)\s+[\p{Script=Han}·]{1,2}\s?[\p{Script=Han}·]{1,10}$/u.test(
    text,
  );
}

const PEOPLE =
  /(?:机构|机关|单位|部门|政府|公司|企业|学校|人士|群众|居民|市民|网友|朋友|同志|同事|代表|委员|先生|女士|领导|家长|商户|业主|乡亲|会员|成员|们)$/;

/** Announces what follows rather than addressing anybody. */
const ANNOUNCES = /^(?:为|经|按|据|根据|近日|会议)|现将|如下|以下|下列|通知|要求|(?:事项|包括|是|有)[：:]$/;

/** The line a document begins with when it addresses organs or people: ends with ：, and says nothing else. */
export function isSalutation(text: string): boolean {
  if (!/[：:]$/.test(text) || text.length > 300) return false;
  if (/[。！？；]/.test(text) || ANNOUNCES.test(text)) return false;
  const names = text.slice(0, -1).split(/[，、]/);
  const last = (names.at(-1) ?? '').replace(/（[^（）]*）$/, '');
  return PEOPLE.test(last) || namesOrgan(last) || /^(?:尊敬|亲爱)的/.test(text);
}
