/** What is known about a document before it is parsed: its bytes, its name and, for samples, how to fill it in. */
export interface DocumentFile {
  bytes: Buffer;
  name: string;
  /** Fills `{{placeholders}}` of the decoded text before parsing; none by default. */
  fill?: (text: string) => string;
}

export type Validity = '' | '有效' | '已修改' | '失效' | '废止';

/** A file that the document refers to, by the relative path written in it (decoded, without `.` segments). */
export interface DocumentMedia {
  /** Unique within the document: letters, digits, Chinese characters, `.`, `-` and `_`. The HTML says `media:NAME`. */
  name: string;
  path: string;
  role: 'image' | 'attachment';
  title: string;
}

/** A document read from a file: fields as they were written, dates as YYYY-MM-DD, HTML cleaned. Unknown texts are ''. */
export interface ParsedDocument {
  kind: 'policy-document' | 'article';
  /** How the same document is known again: its index number, an `id:` of its head, else its file name. */
  source: { by: 'index-number' | 'id' | 'file-name'; value: string };
  title: string;
  documentNumber: string;
  indexNumber: string;
  category: string;
  organ: string;
  madeOn: string | null;
  publishedOn: string | null;
  /** YYYY-MM-DD HH:MM, local time of the platform, when the head gave a time. */
  publishedAt: string | null;
  validity: Validity;
  contentSource: string;
  author: string;
  summary: string;
  keywords: string[];
  pinned: boolean;
  /** Cleaned HTML without the title and the signature; files are referred to as `media:NAME`. */
  html: string;
  contents: { id: string; text: string }[];
  /** Taken out of the end of the text. Several organs stand on lines of their own, separated by `\n`. Date: 2015年2月12日. */
  signature: { organ: string; date: string } | null;
  media: DocumentMedia[];
  /** Chinese sentences for the clerk: what was mended or dropped. */
  warnings: string[];
}
