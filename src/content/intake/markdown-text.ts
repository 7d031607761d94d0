import MarkdownIt from 'markdown-it';
import { intakeErrors } from './errors.js';
import { addField, type Head, headKey } from './head-fields.js';
import { type SourceText, splitHead } from './plain-text.js';

/** Raw HTML shows as text, quotation marks stay as typed; an indent of blanks is Chinese typing habit, not code. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(['code']);

/** Characters. The library takes up to 6 µs for each when they are nothing but marks. */
const MAX_LENGTH = 1_000_000;

/**
 * Reads Markdown: front matter between `---` lines, or `键: 值` lines at the top; tables; the title may be the first `#`.
 * @param name of the file, for the error
 * @throws intake.too-deep, intake.markdown-too-long
 */
export function readMarkdown(text: string, name: string, warn: (sentence: string) => void): SourceText {
  if (text.length > MAX_LENGTH) {
    throw intakeErrors['intake.markdown-too-long']({ name, length: text.length, limit: MAX_LENGTH });
  }
  const { head, rest } = frontMatter(text, warn) ?? splitHead(text, warn);
  const env = {};
  const tokens = markdown.parse(rest, env);
  // What stands in quotations and lists deeper than this, the library leaves out without a word.
  const deepest = (markdown.options.maxNesting ?? 100) - 1;
  if (tokens.some((token) => token.level >= deepest)) throw intakeErrors['intake.too-deep']({ name });
  return { head, title: head.get('title') ?? '', html: markdown.renderer.render(tokens, markdown.options, env) };
}

function frontMatter(text: string, warn: (sentence: string) => void): { head: Head; rest: string } | null {
  const match = /^\s*---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/.exec(text);
  if (!match) return null;
  const head: Head = new Map();
  for (const line of (match[1] ?? '').split('\n')) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, name = '', value = ''] = /^\s*([^:：]{1,20})[:：](.*)$/.exec(line) ?? [];
    const key = headKey(name);
    if (key) addField(head, key, value.trim().replace(/^(["'])(.*)\1$/, '$2'), warn);
    else warn(`文件头里的「${(name || line).trim().slice(0, 20)}」不是能用的字段，没有采用。`);
  }
  return { head, rest: text.slice(match[0].length) };
}
