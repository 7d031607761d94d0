import type { DocumentMedia } from './document.js';
import { intakeErrors } from './errors.js';
import { cleanCharacters } from './file-text.js';

const IMAGES = new Set(['jpg', 'jpeg', 'png', 'gif', 'webp', 'svg']);
const ATTACHMENTS = new Set(
  'pdf doc docx xls xlsx ppt pptx wps et dps ofd csv txt zip rar 7z mp3 mp4 jpg jpeg png gif webp svg'.split(' '),
);

/** What an `href` or `src` points to. `none` is what no page of ours may carry: scripts, data, unknown schemes. */
export type Reference =
  | { kind: 'web'; href: string }
  | { kind: 'mail'; href: string }
  | { kind: 'anchor'; id: string }
  | { kind: 'media'; name: string }
  | { kind: 'file'; path: string; extension: string }
  | { kind: 'none'; scheme: string };

/**
 * Reads a reference as a browser would: line breaks and control characters inside it do not count (java⏎script:).
 * @throws intake.path-escapes for paths that leave the document's folder
 */
export function readReference(written: string): Reference {
  const value = cleanCharacters(written)
    .replace(/[\t\n]/g, '')
    .trim();
  if (value === '') return { kind: 'none', scheme: '' };
  if (value.startsWith('#')) return { kind: 'anchor', id: decoded(value.slice(1)) ?? value.slice(1) };
  if (/^[\\/]{2}/.test(value)) return value.startsWith('//') ? webReference(`https:${value}`) : refuse(written);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileReference(value, written);
  if (scheme === 'http' || scheme === 'https') return webReference(value);
  if (scheme === 'media') return { kind: 'media', name: value.slice('media:'.length) };
  if (scheme === 'mailto') {
    const address = /^mailto:([^\s?@<>"]+@[^\s?@<>"]+)/i.exec(value)?.[1];
    return address ? { kind: 'mail', href: `mailto:${address}` } : { kind: 'none', scheme };
  }
  // C:\x and file:///x are absolute paths of somebody's machine.
  if (scheme.length === 1 || scheme === 'file') return refuse(written);
  return { kind: 'none', scheme };
}

function webReference(value: string): Reference {
  if (!URL.canParse(value)) return { kind: 'none', scheme: 'http' };
  const url = new URL(value);
  // A name and password in an address are either a leak or a trick to hide the real host.
  url.username = '';
  url.password = '';
  return { kind: 'web', href: url.href };
}

function fileReference(value: string, written: string): Reference {
  const path = value.replace(/[?#].*$/s, '');
  if (path.startsWith('/') || path.includes('\\') || /%(?:2e|2f|5c|00)/i.test(path)) return refuse(written);
  // A bare % that is no escape (50%.pdf) is meant as it stands; an escape inside an escape is a trick.
  const plain = decoded(path) ?? path;
  if (plain.length > 300 || plain.includes('\\') || /%(?:2e|2f|5c|00)/i.test(plain)) return refuse(written);
  if (plain !== cleanCharacters(plain)) return refuse(written);
  const segments = plain.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.some((segment) => segment.trim() === '..')) return refuse(written);
  const extension = /\.([a-z0-9]{1,5})$/i.exec(segments.at(-1) ?? '')?.[1]?.toLowerCase() ?? '';
  return { kind: 'file', path: segments.join('/'), extension };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function refuse(written: string): never {
  throw intakeErrors['intake.path-escapes']({ reference: written.trim().slice(0, 120) });
}

export function isImageFile(reference: Reference): boolean {
  return reference.kind === 'file' && IMAGES.has(reference.extension);
}

export function isAttachmentFile(reference: Reference): boolean {
  return reference.kind === 'file' && ATTACHMENTS.has(reference.extension);
}

/** The files a document refers to, each once, under a name of its own. */
export interface MediaList {
  readonly entries: DocumentMedia[];
  /** Returns the name. A file that is shown as an image anywhere is an image; the first title that is not empty stays. */
  add(path: string, role: DocumentMedia['role'], title: string): string;
  /** Whether the HTML may say `media:NAME`. */
  has(name: string): boolean;
}

/** @param known names that an already cleaned text carries; a source text may not name media by itself. */
export function mediaList(known: Iterable<string> = []): MediaList {
  const entries: DocumentMedia[] = [];
  const knownNames = new Set(known);
  const taken = new Set([...knownNames].map((name) => name.toLowerCase()));
  const byPath = new Map<string, DocumentMedia>();
  const nextNumber = new Map<string, number>();

  const freeName = (path: string): string => {
    const { stem, extension } = safeName(path);
    const counted = stem.toLowerCase();
    for (let n = nextNumber.get(counted) ?? 1; ; n++) {
      const name = `${stem}${n === 1 ? '' : `-${n}`}${extension}`;
      if (taken.has(name.toLowerCase())) continue;
      taken.add(name.toLowerCase());
      nextNumber.set(counted, n + 1);
      return name;
    }
  };

  return {
    entries,
    add(path, role, title) {
      let entry = byPath.get(path);
      if (!entry) {
        entry = { name: freeName(path), path, role, title };
        byPath.set(path, entry);
        entries.push(entry);
        knownNames.add(entry.name);
      }
      if (role === 'image') entry.role = 'image';
      if (entry.title === '') entry.title = title;
      return entry.name;
    },
    has: (name) => knownNames.has(name),
  };
}

function safeName(path: string): { stem: string; extension: string } {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const dot = file.lastIndexOf('.');
  const stem = (dot > 0 ? file.slice(0, dot) : file)
    .normalize('NFC')
    .replace(/[^A-Za-z0-9_\p{Script=Han}-]+/gu, '-')
    .replace(/^[-_]+|-+$/g, '');
  return { stem: [...stem].slice(0, 40).join('') || 'file', extension: dot > 0 ? file.slice(dot).toLowerCase() : '' };
}
