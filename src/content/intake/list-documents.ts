import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { intakeErrors } from './errors.js';
import { documentExtensions } from './parsed-document.js';

/** Folders beside documents that hold what the documents refer to; browsers save pages with `NAME_files`. */
const MEDIA_FOLDER = /^(?:media|images?|img|pictures?|files|assets|attachments?|附件|图片)$|[_.]files$/i;
/** Folders inside folders, at most. */
const MAX_DEPTH = 8;

/** What a folder holds, each list sorted by path. */
export interface FolderSurvey {
  documents: string[];
  /** Files that are no documents and stand where documents are expected: to be named to the user. */
  ignored: string[];
}

/**
 * Documents in a folder and its subfolders, in a fixed order (by path); for a file, the file itself. Hidden files,
 * folders of media and symbolic links are passed over.
 * @throws intake.path-unreadable, intake.no-documents
 */
export async function listDocuments(path: string): Promise<string[]> {
  const { documents } = await surveyFolder(path);
  if (documents.length === 0) throw intakeErrors['intake.no-documents']({ path });
  return documents;
}

/**
 * Like `listDocuments`, with the files that were passed over; an empty folder is no error.
 * @throws intake.path-unreadable
 */
export async function surveyFolder(path: string): Promise<FolderSurvey> {
  const survey: FolderSurvey = { documents: [], ignored: [] };
  try {
    if ((await stat(path)).isDirectory()) await walk(path, 0, survey);
    else survey.documents.push(path);
  } catch (cause) {
    throw intakeErrors['intake.path-unreadable']({ path }, { cause });
  }
  survey.documents.sort(byCodeUnits);
  survey.ignored.sort(byCodeUnits);
  return survey;
}

async function walk(folder: string, depth: number, survey: FolderSurvey): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH && !MEDIA_FOLDER.test(entry.name)) await walk(path, depth + 1, survey);
    } else if (entry.isFile()) (isDocument(entry) ? survey.documents : survey.ignored).push(path);
  }
}

function isDocument(entry: Dirent): boolean {
  // A README explains a folder; it is not published.
  return documentExtensions.includes(extname(entry.name).toLowerCase()) && !/^readme\.md$/i.test(entry.name);
}

/** The same on every machine, whatever its language. */
function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
