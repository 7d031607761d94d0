import { mkdir, open, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { keyed, sameBytes } from '../crypto/digest.js';
import { newId } from '../id.js';

/**
 * Where the ends of the chains are kept outside the database: DATA_DIR/audit-heads/YYYY-MM.jsonl, one line an export,
 * appended and never changed. Each line is signed and names the signature of the line before, so that a line can be
 * neither altered nor left out unseen.
 */
export interface HeadLine {
  /** This sequence of files: another data directory has one of its own. */
  keeper: string;
  /** 1, 2, 3 … without gaps, across months. */
  sequence: number;
  /** ISO 8601 */
  at: string;
  heads: ExportedHead[];
  /** Signature of the line before; empty before the first. */
  previous: string;
  /** HMAC of the text of this line up to it. */
  mac: string;
}

export interface ExportedHead {
  tenantId: string;
  position: number;
  /** hex */
  hash: string;
}

/** What is wrong with the files themselves. */
export type HeadFileFault =
  | { kind: 'heads-altered'; file: string; line: number }
  | { kind: 'heads-missing'; from: number; to: number };

export interface ReadHeads {
  /** Those whose signature holds, oldest first. */
  lines: HeadLine[];
  faults: HeadFileFault[];
  /** Number of the last line, sound or not; 0: there is none. */
  reached: number;
}

const PURPOSE = 'audit.heads';
const SIGNED = /^(\{.+),"mac":"([0-9a-f]{64})"\}$/;
const LINE_FEED = 0x0a;

const folderOf = (dataDirectory: string): string => join(dataDirectory, 'audit-heads');

async function filesOf(dataDirectory: string): Promise<string[]> {
  const names = await readdir(folderOf(dataDirectory)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name)).sort();
}

const parsed = (text: string): HeadLine | null => {
  try {
    const line = JSON.parse(text) as HeadLine;
    return Number.isSafeInteger(line.sequence) && typeof line.mac === 'string' ? line : null;
  } catch {
    return null;
  }
};

const signatureOf = (secretKey: string, unsigned: string): Buffer => keyed(secretKey, PURPOSE, unsigned);

function isSigned(secretKey: string, text: string): boolean {
  const match = SIGNED.exec(text);
  return match !== null && sameBytes(signatureOf(secretKey, `${match[1]}}`), Buffer.from(match[2]!, 'hex'));
}

/** Reads every line and holds it to its signature, its number and the line before. */
export async function readHeads(dataDirectory: string, secretKey: string): Promise<ReadHeads> {
  const lines: HeadLine[] = [];
  const faults: HeadFileFault[] = [];
  /** Lines since the last sound one that cannot be trusted, nor their numbers: each may stand for one. */
  let doubtful = 0;
  for (const file of await filesOf(dataDirectory)) {
    const content = await readFile(join(folderOf(dataDirectory), file), 'utf8');
    for (const [index, text] of content.replace(/\n$/, '').split('\n').entries()) {
      const line = isSigned(secretKey, text) ? parsed(text) : null;
      const last = lines.at(-1);
      const next = (last?.sequence ?? 0) + doubtful + 1;
      const repeated = line !== null && line.sequence <= (last?.sequence ?? 0);
      if (line && line.sequence > next) faults.push({ kind: 'heads-missing', from: next, to: line.sequence - 1 });
      const follows = line && (line.sequence !== (last?.sequence ?? 0) + 1 || line.previous === (last?.mac ?? ''));
      if (line && follows && !repeated) {
        lines.push(line);
        doubtful = 0;
      } else {
        faults.push({ kind: 'heads-altered', file, line: index + 1 });
        if (!repeated) doubtful += 1;
      }
    }
  }
  return { lines, faults, reached: (lines.at(-1)?.sequence ?? 0) + doubtful };
}

/** The newest line that is signed; where none is (the secret was changed), the newest that can be read. */
export async function lastHeadLine(
  dataDirectory: string,
  secretKey: string,
): Promise<{ line: HeadLine; file: string } | null> {
  let readable: { line: HeadLine; file: string } | null = null;
  for (const file of (await filesOf(dataDirectory)).reverse()) {
    const content = await readFile(join(folderOf(dataDirectory), file), 'utf8');
    for (const text of content.split('\n').reverse()) {
      const line = parsed(text);
      if (line && isSigned(secretKey, text)) return { line, file };
      if (line) readable ??= { line, file };
    }
  }
  return readable;
}

/**
 * Appends a line and has it on the disk before it returns. One caller at a time.
 * @param month `YYYY-MM`: whose file
 */
export async function appendHeads(
  dataDirectory: string,
  secretKey: string,
  month: string,
  content: { at: Date; heads: ExportedHead[] },
): Promise<HeadLine> {
  const folder = folderOf(dataDirectory);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const last = await lastHeadLine(dataDirectory, secretKey);
  // A clock that was set back does not put a later line into an earlier file.
  const file = [`${month}.jsonl`, last?.file ?? ''].sort().at(-1)!;
  const unsigned: Omit<HeadLine, 'mac'> = {
    keeper: last?.line.keeper ?? newId(),
    sequence: (last?.line.sequence ?? 0) + 1,
    at: content.at.toISOString(),
    heads: content.heads,
    previous: last?.line.mac ?? '',
  };
  const text = JSON.stringify(unsigned);
  const mac = signatureOf(secretKey, text).toString('hex');
  await appendDurably(folder, file, `${text.slice(0, -1)},"mac":"${mac}"}\n`);
  return { ...unsigned, mac };
}

async function appendDurably(folder: string, file: string, line: string): Promise<void> {
  const path = join(folder, file);
  await dropTornLine(path);
  const handle = await open(path, 'a', 0o600);
  try {
    await handle.writeFile(line);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const directory = await open(folder, 'r');
  await directory.sync().finally(() => directory.close());
}

/** Half a line from a power cut was never told to anybody as an export. */
async function dropTornLine(path: string): Promise<void> {
  const content = await readFile(path).catch(() => Buffer.alloc(0));
  if (content.length > 0 && content.at(-1) !== LINE_FEED) await truncate(path, content.lastIndexOf(LINE_FEED) + 1);
}
