import { createHash } from 'node:crypto';
import pg from 'pg';
import { objectKey } from '../../../src/kernel/objects/object-key.js';
import { aDocument, aMedium, type BuiltSite, publish } from '../../builders.js';
import type { TestPlatform } from '../../platform.js';

/** A public document with an attachment whose bytes lie in the object store. */
export interface PublishedFile {
  itemId: string;
  publicationId: string;
  title: string;
  /** Of the document, within its site, without leading slash. */
  path: string;
  /** Of the attachment, likewise. */
  filePath: string;
  name: string;
  sha256: string;
  objectKey: string;
  content: string;
}

export async function aPublishedFile(
  platform: TestPlatform,
  site: BuiltSite,
  channelPath: string,
): Promise<PublishedFile> {
  const content = `${site.label}的附件`;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const key = objectKey({ tenantId: site.tenantId, sha256 });
  const size = Buffer.byteLength(content);
  const medium = aMedium(site, { name: `${site.label}.pdf`, objectKey: key, sha256, size });
  await platform.objects.put(key, Buffer.from(content), { type: 'application/pdf', size, sha256 });
  const title = `${site.label}的一篇稿件`;
  const { itemId, path } = await publish(platform, site, channelPath, aDocument({ title }), [medium]);
  const client = new pg.Client({ connectionString: platform.superuserUrl });
  await client.connect();
  const { rows } = await client.query('SELECT id FROM publication WHERE item_id = $1', [itemId]);
  await client.end();
  return {
    itemId,
    publicationId: rows[0].id,
    title,
    path,
    filePath: `${path.replace(/\.html$/, '')}/${medium.name}`,
    name: medium.name,
    sha256,
    objectKey: key,
    content,
  };
}
