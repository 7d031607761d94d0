import { type Gathering, readBlocks } from './body-tree.js';
import { writeBody } from './clean-html.js';
import type { DocumentFile, ParsedDocument } from './document.js';
import { intakeErrors } from './errors.js';
import { cleanCharacters, decodeFile } from './file-text.js';
import { type Head, normalDocumentNumber, readHead } from './head-fields.js';
import { type HtmlElement, textOf } from './html-tree.js';
import { readMarkdown } from './markdown-text.js';
import { mediaList } from './media-references.js';
import { isDocumentNumber } from './numbering.js';
import { parseMarkup } from './parse-markup.js';
import { readPlainText } from './plain-text.js';
import { recogniseStructure } from './structure.js';
import { compact, tidyLine } from './text-spacing.js';
import { gatherWarnings } from './warnings.js';
import { pageTitle, readWebPage, takeHeadTable } from './web-page.js';

export type { DocumentFile, DocumentMedia, ParsedDocument } from './document.js';

/** Endings of the files that are read as documents. */
export const documentExtensions: readonly string[] = ['.txt', '.md', '.markdown', '.html', '.htm'];

const MAX_TITLE = 300;

/**
 * Reads a document from a file: its form is told by content and name, its encoding by its bytes.
 * @throws UserError of `intakeErrors`, and nothing else, whatever the bytes are
 */
export function parseDocument(file: DocumentFile): ParsedDocument {
  const { text, warnings: decoding } = decodeFile(file.bytes, file.name);
  const { warn, list } = gatherWarnings();
  decoding.forEach(warn);
  let strays = 0;
  const gathering: Gathering = { file: file.name, media: mediaList(), warn, onStray: () => void strays++ };

  const source = cleanCharacters(file.fill ? file.fill(text) : text);
  const { head, title: written, blocks: read } = readSource(source, file.name, gathering);
  const fields = readHead(head, file.name, warn);
  const title = tidyLine(head.get('title') || written || firstHeadline(read), gathering.onStray);
  if (title === '') throw intakeErrors['intake.no-title']({ name: file.name });
  if (title.length > MAX_TITLE) {
    throw intakeErrors['intake.title-too-long']({ name: file.name, length: title.length, limit: MAX_TITLE });
  }

  const opened = withoutOpening(read, title, fields.documentNumber, warn);
  const { blocks, signature } = recogniseStructure(opened.blocks);
  const body = writeBody(blocks, gathering);
  if (body.html === '') throw intakeErrors['intake.no-body']({ name: file.name });

  if (fields.madeOn && signature && fields.madeOn !== isoDay(signature.date)) {
    warn(`文件头的成文日期是 ${fields.madeOn}，落款是${signature.date}，请核对。`);
  }
  if (strays > 0) warn(`删去了 ${strays} 处汉字之间多余的空格。`);
  if (/\{\{[^{}]*\}\}/.test(title + body.html)) warn('文中还有没有填写的 {{……}}，请核对。');
  const isPolicy = fields.kind === 'policy-document' || (opened.documentNumber !== '' && fields.organ !== '');
  return {
    ...fields,
    kind: isPolicy ? 'policy-document' : 'article',
    title,
    documentNumber: opened.documentNumber,
    html: body.html,
    contents: body.contents,
    signature,
    media: gathering.media.entries,
    warnings: list(),
  };
}

/** 2015年2月12日 → 2015-02-12 */
function isoDay(date: string): string {
  return (date.match(/\d+/g) ?? []).map((part) => part.padStart(2, '0')).join('-');
}

interface ReadSource {
  head: Head;
  title: string;
  blocks: HtmlElement[];
}

function readSource(source: string, name: string, gathering: Gathering): ReadSource {
  const form = formOf(source, name);
  if (form === 'html') {
    const page = readWebPage(parseMarkup(source, name), gathering.warn);
    const blocks = takeHeadTable(readBlocks(page.body, gathering), page.head, gathering.warn);
    return { head: page.head, title: pageTitle(page, tidyLine(textOf(blocks[0] ?? ''))), blocks };
  }
  const read = form === 'markdown' ? readMarkdown : readPlainText;
  const { head, title, html } = read(source, name, gathering.warn);
  return { head, title, blocks: readBlocks(parseMarkup(html, name), gathering) };
}

/** @throws intake.unknown-form */
function formOf(source: string, name: string): 'html' | 'markdown' | 'text' {
  const extension = /\.[^./\\]+$/.exec(name.toLowerCase())?.[0] ?? '';
  if (opensPage(source) || extension === '.html' || extension === '.htm') return 'html';
  if (extension === '.md' || extension === '.markdown') return 'markdown';
  if (extension === '.txt' || extension === '') return 'text';
  throw intakeErrors['intake.unknown-form']({ name });
}

/** Whether a text begins as a page does, perhaps behind an XML declaration and comments. */
function opensPage(source: string): boolean {
  let at = behindBlanks(source, 0);
  if (/^<\?xml/i.test(source.slice(at, at + 5))) at = behind(source, '>', at);
  while (source.startsWith('<!--', at)) at = behind(source, '-->', at + 4);
  return /^<(?:!doctype\s+html|html|head|body|article)[\s>]/i.test(source.slice(at, at + 40));
}

/** The place behind the next `mark` and the blanks that follow it; the end when there is none. */
function behind(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : behindBlanks(source, found + mark.length);
}

function behindBlanks(source: string, from: number): number {
  const blanks = /\s*/y;
  blanks.lastIndex = from;
  blanks.test(source);
  return blanks.lastIndex;
}

function firstHeadline(blocks: HtmlElement[]): string {
  const heading = blocks.find((block) => block.tag === 'h1');
  return heading ? textOf(heading) : '';
}

/** The body without the title and the document number said once more at its top: the page shows them itself. */
function withoutOpening(
  blocks: HtmlElement[],
  title: string,
  documentNumber: string,
  warn: (sentence: string) => void,
): { blocks: HtmlElement[]; documentNumber: string } {
  let number = documentNumber;
  let at = 0;
  for (; at < blocks.length; at++) {
    const block = blocks[at] as HtmlElement;
    if (!/^(?:p|h[1-6])$/.test(block.tag)) break;
    const text = textOf(block).trim();
    if (compact(text) === compact(title)) continue;
    if (!isDocumentNumber(text)) break;
    const written = normalDocumentNumber(tidyLine(text), warn);
    if (number === '') number = written;
    else if (compact(written) !== compact(number)) {
      warn(`文件头的发文字号是「${number}」，正文里写作「${written}」，请核对；页面上用前者。`);
    }
  }
  return {
    blocks: blocks.slice(at).filter((block) => block.tag !== 'h1' || compact(textOf(block)) !== compact(title)),
    documentNumber: number,
  };
}
