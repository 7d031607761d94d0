import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Actor } from '../../kernel/database/scope.js';
import { type ObjectKey, objectKey } from '../../kernel/objects/object-key.js';
import type { ObjectStore } from '../../kernel/objects/object-store.js';
import { contentErrors } from '../errors.js';
import { intakeErrors } from '../intake/errors.js';
import { type ParsedDocument, parseDocument } from '../intake/parsed-document.js';
import { mediaTypeOf } from '../media/media-type.js';
import type { PublishItem, PublishRequest, PublishResult, StoredMedium } from './publish-item.js';

/** Largest single attachment of the command line, bytes. */
const MEDIUM_LIMIT = 20 * 1024 * 1024;

/** A document read and checked, with the bytes of what it refers to: nothing is written yet. */
export interface ReadDocument {
  fileName: string;
  document: ParsedDocument;
  media: (Omit<StoredMedium, 'objectKey'> & { bytes: Buffer })[];
}

export interface ReadOptions {
  /** Fills the blanks of a sample text. */
  fill?: (text: string) => string;
  /** Where files are looked for that do not stand beside the text. */
  mediaFolders?: string[];
}

/**
 * Reads a document and everything it refers to.
 * @throws UserError `intake.*`, `content.media-*`, all before anything is written
 */
export async function readDocument(path: string, options: ReadOptions = {}): Promise<ReadDocument> {
  const fileName = basename(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw intakeErrors['intake.path-unreadable']({ path }, { cause: error });
  });
  const document = parseDocument({ bytes, name: fileName, fill: options.fill });
  const folders = [dirname(path), ...(options.mediaFolders ?? [])];
  const media: ReadDocument['media'] = [];
  for (const { name, path: reference, role, title } of document.media) {
    const found = await firstFile(folders.map((folder) => join(folder, reference)));
    if (!found) throw contentErrors['content.media-missing']({ file: fileName, reference });
    const { size } = await stat(found);
    if (size > MEDIUM_LIMIT)
      throw contentErrors['content.media-size']({
        file: fileName,
        reference,
        size: megabytes(size),
        limit: megabytes(MEDIUM_LIMIT),
      });
    const content = await readFile(found);
    const type = mediaTypeOf(name, content, role);
    if (typeof type === 'string') throw contentErrors['content.media-type']({ file: fileName, reference, why: type });
    media.push({
      name,
      role,
      title,
      bytes: content,
      mediaType: type.type,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      width: type.width,
      height: type.height,
    });
  }
  return { fileName, document, media };
}

/** Puts what a document refers to into the object store (again and again the same key), then publishes it. */
export class PublishFile {
  constructor(
    private readonly objects: ObjectStore,
    private readonly publish: PublishItem,
  ) {}

  async run(
    actor: Actor,
    site: PublishRequest['site'],
    channelPath: string,
    read: ReadDocument,
  ): Promise<PublishResult> {
    const media: StoredMedium[] = [];
    for (const { bytes, ...medium } of read.media) {
      const key: ObjectKey = objectKey({ tenantId: site.tenantId, sha256: medium.sha256 });
      await this.objects.put(key, bytes, {
        type: medium.mediaType,
        size: medium.size,
        sha256: medium.sha256,
        name: medium.name,
      });
      media.push({ ...medium, objectKey: key });
    }
    return this.publish.run({ actor, site, channelPath, document: read.document, media, fileName: read.fileName });
  }
}

async function firstFile(candidates: string[]): Promise<string | null> {
  for (const path of candidates) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  return null;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
