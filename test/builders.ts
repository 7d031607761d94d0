import { createHash } from 'node:crypto';
import type { ParsedDocument } from '../src/content/intake/parsed-document.js';
import { PublishItem, type PublishResult, type StoredMedium } from '../src/content/publication/publish-item.js';
import type { TenantScope } from '../src/kernel/database/scope.js';
import { newId } from '../src/kernel/id.js';
import { objectKey } from '../src/kernel/objects/object-key.js';
import { siteTags } from '../src/tenancy/tags.js';
import { OPERATOR, type TestPlatform } from './platform.js';

export interface BuiltSite {
  id: string;
  tenantId: string;
  label: string;
  /** Ids of its channels by path. */
  channels: Record<string, string>;
}

let count = 0;

export const scopeOf = (tenantId: string, purpose?: TenantScope['purpose']): TenantScope => ({
  kind: 'tenant',
  actor: OPERATOR,
  tenantId,
  purpose,
});

/** A tenant with a government, a portal under a hostname, and channels (paths, parents are made as needed). */
export async function aSite(
  platform: TestPlatform,
  options: { slug?: string; level?: 'province' | 'city' | 'county'; channels?: string[] } = {},
): Promise<BuiltSite> {
  count += 1;
  const { slug = `place${count}`, level = 'county', channels: paths = ['ywdt', 'zwgk/zcwj'] } = options;
  const tenantId = newId();
  const [organId, siteId] = [newId(), newId()];
  const code = String(990_000 + count);
  await platform.work.run({ kind: 'cluster', actor: OPERATOR, work: 'provision' }, (tx) =>
    tx.query(`INSERT INTO region (code, level, name) VALUES ($1, $2, $3)`, [code, level, slug]),
  );
  const channels: Record<string, string> = {};
  const tags = [siteTags.directory, siteTags.site(siteId)];
  await platform.work.run(scopeOf(tenantId, 'provision'), async (tx) => {
    await tx.query(
      `INSERT INTO tenant (id, region_code, level, form, name, short_name, government_name, document_prefix, slug, path)
       VALUES ($1, $2, $3, $3, $4, $4, $4, $4, $4, $5)`,
      [tenantId, code, level, slug, `${code}/`],
    );
    await tx.query(
      `INSERT INTO organ (tenant_id, id, kind, key, name, short_name, region_code, telephone) VALUES ($1, $2, 'government', 'government', $3, $3, $4, '0000')`,
      [tenantId, organId, `${slug}人民政府`, code],
    );
    await tx.query(
      `INSERT INTO site (tenant_id, id, kind, level, key, prefix, region_path, region_code, name, short_name, sponsor_id, undertaker_id, demonstration)
       VALUES ($1, $2, 'portal', $3, 'portal', '/', $4, $5, $6, $7, $8, $8, true)`,
      [tenantId, siteId, level, `${code}/`, code, `${slug}人民政府`, slug, organId],
    );
    await tx.query('INSERT INTO hostname (tenant_id, name, under_base, site_id) VALUES ($1, $2, true, $3)', [
      tenantId,
      slug,
      siteId,
    ]);
    await tx.emit({ name: 'tenancy.unit-provisioned', tenantId, tags });
    for (const path of paths) {
      const segments = path.split('/');
      for (const [depth, segment] of segments.entries()) {
        const own = segments.slice(0, depth + 1).join('/');
        if (channels[own]) continue;
        channels[own] = newId();
        const parent = depth === 0 ? null : channels[segments.slice(0, depth).join('/')];
        await tx.query(
          `INSERT INTO channel (tenant_id, id, site_id, parent_id, slug, path, depth, position, name, column_type, item_kind, blueprint_key)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '工作动态', 'article', $10)`,
          [
            tenantId,
            channels[own],
            siteId,
            parent,
            segment,
            own,
            depth + 1,
            Object.keys(channels).length,
            `栏目 ${own}`,
            own.replaceAll('/', '.'),
          ],
        );
      }
    }
  });
  return { id: siteId, tenantId, label: slug, channels };
}

/** A document as the intake would have read it. */
export function aDocument(over: Partial<ParsedDocument> = {}): ParsedDocument {
  count += 1;
  return {
    kind: 'article',
    source: { by: 'id', value: `document-${count}` },
    title: `一篇示例稿件 ${count}`,
    documentNumber: '',
    indexNumber: '',
    category: '',
    organ: '',
    madeOn: null,
    publishedOn: null,
    publishedAt: null,
    validity: '',
    contentSource: '',
    author: '',
    summary: '',
    keywords: [],
    pinned: false,
    html: '<p>正文。</p>',
    contents: [],
    signature: null,
    media: [],
    warnings: [],
    ...over,
  };
}

export function aMedium(site: BuiltSite, over: Partial<StoredMedium> = {}): StoredMedium {
  count += 1;
  const sha256 = createHash('sha256').update(String(count)).digest('hex');
  return {
    name: `file-${count}.pdf`,
    role: 'attachment',
    title: '附件',
    objectKey: objectKey({ tenantId: site.tenantId, sha256 }),
    mediaType: 'application/pdf',
    size: 10,
    sha256,
    width: null,
    height: null,
    ...over,
  };
}

export function publish(
  platform: TestPlatform,
  site: BuiltSite,
  channelPath: string,
  document: ParsedDocument = aDocument(),
  media: StoredMedium[] = [],
): Promise<PublishResult> {
  return new PublishItem(platform.work, platform.calendar).run({
    actor: OPERATOR,
    site,
    channelPath,
    document,
    media,
    fileName: 'test.txt',
  });
}
