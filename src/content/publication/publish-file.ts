import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Actor } from '../../kernel/database/scope.js';
import type { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type ObjectKey, objectKey } from '../../kernel/objects/object-key.js';
import type { ObjectStore } from '../../kernel/objects/object-store.js';
import { contentErrors } from '../errors.js';
import { intakeErrors } from '../intake/errors.js';
import { type ParsedDocument, parseDocument } from '../intake/parsed-document.js';
import { claimObjects } from '../media/claim-objects.js';
import { mediaTypeOf } from '../media/media-type.js';
import type { PublishItem, PublishRequest, PublishResult, StoredMedium } from './publish-item.js';

/** Largest single attachment of the command line, bytes. */
const MEDIUM_LIMIT = 20 * 1024 * 1024;

/** A document read and checked, with what it refers to looked at: nothing is written yet. */
export interface ReadDocument {
  /** As messages name it. */
  fileName: string;
  document: ParsedDocument;
  media: (Omit<StoredMedium, 'objectKey'> & { folder: string; reference: string })[];
}

export interface ReadOptions {
  /** Fills the blanks of a sample text. */
  fill?: (text: string) => string;
  /** Where files are looked for that do not stand beside the text. */
  mediaFolders?: string[];
  /** As messages name the document; its file name by default. */
  shownAs?: string;
}

/**
 * Reads a document and everything it refers to.
 * @throws UserError `intake.*`, `content.media-*`, all before anything is written
 */
export async function readDocument(path: string, options: ReadOptions = {}): Promise<ReadDocument> {
  const fileName = options.shownAs ?? basename(path);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw intakeErrors['intake.path-unreadable']({ path }, { cause: error });
  });
  const document = parseDocument({ bytes, name: basename(path), fill: options.fill });
  const folders = [dirname(path), ...(options.mediaFolders ?? [])];
  const media: ReadDocument['media'] = [];
  for (const { name, path: reference, role, title } of document.media) {
    const found = await openBeside(folders, reference);
    if (!found) throw contentErrors['content.media-missing']({ file: fileName, reference });
    const { folder, handle } = found;
    try {
      const { size } = await handle.stat();
      if (size > MEDIUM_LIMIT)
        throw contentErrors['content.media-size']({
          file: fileName,
          reference,
          size: megabytes(size),
          limit: megabytes(MEDIUM_LIMIT),
        });
      const content = await handle.readFile();
      const type = mediaTypeOf(name, content, role);
      if (typeof type === 'string') throw contentErrors['content.media-type']({ file: fileName, reference, why: type });
      media.push({
        name,
        role,
        title,
        folder,
        reference,
        mediaType: type.type,
        size: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
        width: type.width,
        height: type.height,
      });
    } finally {
      await handle.close();
    }
  }
  return { fileName, document, media };
}

/** Puts what a document refers to into the object store (again and again the same key), then publishes it. */
export class PublishFile {
  constructor(
    private readonly work: UnitOfWork,
    private readonly objects: ObjectStore,
    private readonly publish: PublishItem,
  ) {}

  async run(
    actor: Actor,
    site: PublishRequest['site'],
    channelPath: string,
    read: ReadDocument,
  ): Promise<PublishResult> {
    const { tenantId } = site;
    const keyOf = ({ sha256 }: { sha256: string }): ObjectKey => objectKey({ tenantId, sha256 });
    if (read.media.length > 0)
      await this.work.run({ kind: 'tenant', actor, tenantId }, (tx) => claimObjects(tx, read.media.map(keyOf)));
    const media: StoredMedium[] = [];
    for (const { folder, reference, ...medium } of read.media) {
      const key = keyOf(medium);
      const found = await openBeside([folder], reference);
      if (!found) throw contentErrors['content.media-missing']({ file: read.fileName, reference });
      try {
        // The store takes it only when it still is what was checked.
        await this.objects.put(key, await found.handle.readFile(), {
          type: medium.mediaType,
          size: medium.size,
          sha256: medium.sha256,
          name: medium.name,
        });
      } finally {
        await found.handle.close();
      }
      media.push({ ...medium, objectKey: key });
    }
    return this.publish.run({ actor, site, channelPath, document: read.document, media, fileName: read.fileName });
  }
}

/**
 * Opens the file that a reference names in the first of the folders that has it. What a link leads out of the folder to
 * is not there: a folder handed over by somebody must not publish what only the operator may read.
 */
async function openBeside(
  folders: string[],
  reference: string,
): Promise<{ folder: string; handle: FileHandle } | null> {
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => null);
    const real = root && (await realpath(join(root, reference)).catch(() => null));
    if (!root || !real?.startsWith(root + sep)) continue;
    // Not blocking, so that a pipe of that name is told from a file instead of being waited for.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
    if ((await handle?.stat())?.isFile()) return { folder, handle: handle! };
    await handle?.close();
  }
  return null;
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
