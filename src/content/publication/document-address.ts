/** `zwgk/zcwj/202611/t20261123_1000123.html`: channel, day of first publication, serial (DESIGN §7); no leading slash. */
export function documentPath(channelPath: string, day: string, serial: string): string {
  const digits = day.replaceAll('-', '');
  return `${channelPath}/${digits.slice(0, 6)}/t${digits}_${serial}.html`;
}

const DOCUMENT = /^((?:[a-z0-9-]+\/)+)(\d{6})\/t(\d{8})_(\d{1,18})(\.html|\/([^/]+))$/;

/** What a path within a site asks for, when it has the form of a document's or its attachment's address; else null. */
export function readDocumentPath(path: string): { documentPath: string; serial: string; file: string | null } | null {
  const match = DOCUMENT.exec(path);
  if (!match) return null;
  const [, channel, month, day, serial, , file] = match;
  if (!day!.startsWith(month!)) return null;
  return { documentPath: `${channel}${month}/t${day}_${serial}.html`, serial: serial!, file: file ?? null };
}

/** The folder of a document's files, as seen from the document itself: `t20261123_1000123/`. */
export const filesFolder = (documentPathOrName: string): string =>
  `${documentPathOrName.slice(documentPathOrName.lastIndexOf('/') + 1).replace(/\.html$/, '')}/`;
