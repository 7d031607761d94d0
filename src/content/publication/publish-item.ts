import { createHash } from 'node:crypto';
import type { Actor, TenantScope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { newId } from '../../kernel/id.js';
import type { Calendar } from '../../kernel/time/calendar.js';
import type { Channel } from '../channel/channel.entity.js';
import { findChannelForPublishing } from '../channel/channel.queries.js';
import { contentErrors } from '../errors.js';
import type { ParsedDocument } from '../intake/parsed-document.js';
import { Edition, type EditionFields, EditionMedia } from '../item/edition.entity.js';
import { Item } from '../item/item.entity.js';
import { endClaims } from '../media/claim-objects.js';
import { changedPages } from './changed-pages.js';
import { documentPath } from './document-address.js';
import { Publication, Release } from './release.entity.js';
import { requireNotFrozen } from './require-not-frozen.js';

type PublishTx = Tx<TenantScope>;

/** A medium whose bytes are already in the object store. */
export interface StoredMedium {
  name: string;
  role: 'image' | 'attachment';
  title: string;
  objectKey: string;
  mediaType: string;
  size: number;
  sha256: string;
  width: number | null;
  height: number | null;
}

export interface PublishRequest {
  actor: Actor;
  site: { id: string; tenantId: string; label: string };
  channelPath: string;
  document: ParsedDocument;
  media: StoredMedium[];
  /** Shown in messages. */
  fileName: string;
}

export interface PublishResult {
  /** `unchanged`: the very text is public already. */
  outcome: 'published' | 'new-edition' | 'unchanged';
  itemId: string;
  serial: string;
  /** Path within the site, without leading slash. */
  path: string;
  edition: number;
  /** Where the document stands, when that is not the channel that was named. */
  standsIn: string | null;
  /** Title of the edition that was public before; null at the first. */
  formerTitle: string | null;
  /** Day of first publication, YYYY-MM-DD, which no later edition changes. */
  publishedOn: string;
}

/**
 * Publishes a document by an operator's hand: a new item, or the next edition of the one it is known to be. Edition,
 * release, publication, audit and event are one transaction; the address never changes once given.
 */
export class PublishItem {
  constructor(
    private readonly work: UnitOfWork,
    private readonly calendar: Calendar,
  ) {}

  run(request: PublishRequest): Promise<PublishResult> {
    const { actor, site } = request;
    const scope: TenantScope = { kind: 'tenant', actor, tenantId: site.tenantId, purpose: 'publish' };
    return this.work.run(scope, async (tx) => {
      const now = new Date();
      await requireNotFrozen(tx, site.id);
      const channel = await findChannelForPublishing(tx, site, request.channelPath);
      const item = await findOrMakeItem(tx, request, channel);
      const edition = await nextEdition(tx, request, item);
      await endClaims(
        tx,
        request.media.map((medium) => medium.objectKey),
      );
      const released = await tx.manager.findOneBy(Release, { tenantId: item.tenantId, itemId: item.id });
      const placed = await tx.manager.findOneBy(Publication, {
        tenantId: item.tenantId,
        siteId: site.id,
        itemId: item.id,
      });
      const result = async (outcome: PublishResult['outcome'], publication: Publication, publishedAt: Date) => ({
        outcome,
        itemId: item.id,
        serial: item.serial,
        path: publication.path,
        edition: edition.number,
        standsIn: await elsewhere(tx, publication, channel),
        formerTitle: released?.title ?? null,
        publishedOn: this.calendar.day(publishedAt),
      });
      if (!edition.isNew && released && placed && placed.pinned === request.document.pinned)
        return result('unchanged', placed, released.publishedAt);

      const dated = released ?? pubDateOf(this.calendar, request.document, request.fileName, now);
      const release = await releaseEdition(tx, request, item, edition.id, dated, now);
      const publication = placed
        ? await keepPlace(tx, placed, request.document.pinned)
        : await place(tx, { request, item, channel, release, day: this.calendar.day(release.publishedAt), now });

      tx.audit(placed ? 'item.edition-published' : 'item.published', `item:${item.id}`, {
        title: release.title,
        edition: edition.number,
        path: publication.path,
        site: site.label,
        basis: 'operator-command',
      });
      await tx.emit({
        name: 'content.item-published',
        tenantId: item.tenantId,
        tags: await changedPages(tx, publication),
        payload: { itemId: item.id, edition: edition.number },
      });
      return result(placed ? 'new-edition' : 'published', publication, release.publishedAt);
    });
  }
}

/** Given at the first publication, for good. */
type PubDate = Pick<Release, 'publishedAt' | 'originallyPublished'>;

/**
 * A document that was published elsewhere before keeps that day (at 00:00 when its time is unknown) and is marked so;
 * everything else is published now (DESIGN §7, docs/decisions/0004).
 * @throws UserError `content.published-in-future`
 */
export function pubDateOf(calendar: Calendar, document: ParsedDocument, fileName: string, now: Date): PubDate {
  if (!document.publishedOn || document.publishedOn === calendar.day(now))
    return { publishedAt: now, originallyPublished: false };
  const stated = calendar.instant(document.publishedAt ?? document.publishedOn);
  if (stated > now) throw contentErrors['content.published-in-future']({ file: fileName, day: document.publishedOn });
  return { publishedAt: stated, originallyPublished: true };
}

async function elsewhere(tx: PublishTx, publication: Publication, named: Channel): Promise<string | null> {
  if (publication.channelId === named.id) return null;
  const [row] = await tx.query<{ path: string }>('SELECT path FROM channel WHERE tenant_id = $1 AND id = $2', [
    publication.tenantId,
    publication.channelId,
  ]);
  return row?.path ?? null;
}

/**
 * The same source on the same site is the same item, the name of a file within its channel, wherever that stands now; two
 * commands at once wait for each other on its row.
 */
async function findOrMakeItem(tx: PublishTx, { site, document }: PublishRequest, channel: Channel): Promise<Item> {
  const { by, value } = document.source;
  const sourceValue = by === 'file-name' ? `${channel.id}/${value}` : value;
  await tx.query(
    `INSERT INTO item (tenant_id, id, site_id, kind, source_by, source_value) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (tenant_id, site_id, source_by, source_value) DO NOTHING`,
    [site.tenantId, newId(), site.id, document.kind, by, sourceValue],
  );
  return tx.manager.findOneOrFail(Item, {
    where: { tenantId: site.tenantId, siteId: site.id, sourceBy: by, sourceValue },
    lock: { mode: 'pessimistic_write' },
  });
}

async function nextEdition(tx: PublishTx, { actor, document, media }: PublishRequest, item: Item) {
  const fields = fieldsOf(document);
  const digest = createHash('sha256')
    .update(
      JSON.stringify([
        document.title,
        document.html,
        fields,
        document.publishedOn,
        media.map((m) => [m.name, m.role, m.title, m.sha256]),
      ]),
    )
    .digest('hex');
  const [latest] = await tx.manager.find(Edition, {
    select: { tenantId: true, id: true, number: true, digest: true },
    where: { tenantId: item.tenantId, itemId: item.id },
    order: { number: 'DESC' },
    take: 1,
  });
  if (latest?.digest === digest) return { id: latest.id, number: latest.number, isNew: false };

  const edition = { tenantId: item.tenantId, id: newId(), itemId: item.id, number: (latest?.number ?? 0) + 1 };
  await tx.manager.insert(Edition, {
    ...edition,
    title: document.title,
    html: document.html,
    fields: fields as never,
    digest,
    createdBy: actor.name,
  });
  if (media.length > 0)
    await tx.manager.insert(
      EditionMedia,
      media.map((medium, position) => ({ tenantId: item.tenantId, editionId: edition.id, position, ...medium })),
    );
  return { id: edition.id, number: edition.number, isNew: true };
}

function fieldsOf(document: ParsedDocument): EditionFields {
  return {
    indexNumber: document.indexNumber,
    category: document.category,
    organ: document.organ,
    madeOn: document.madeOn ?? '',
    documentNumber: document.documentNumber,
    validity: document.validity,
    source: document.contentSource,
    author: document.author,
    summary: document.summary,
    keywords: document.keywords,
    contents: document.contents,
    signature: document.signature,
  };
}

async function releaseEdition(
  tx: PublishTx,
  { document, media }: PublishRequest,
  item: Item,
  editionId: string,
  { publishedAt, originallyPublished }: PubDate,
  now: Date,
): Promise<Release> {
  const image = media.find((m) => m.role === 'image' && m.width && m.height);
  const release: Release = {
    tenantId: item.tenantId,
    itemId: item.id,
    editionId,
    serial: item.serial,
    kind: document.kind,
    state: 'public',
    title: document.title,
    html: document.html,
    summary: document.summary,
    fields: fieldsOf(document),
    documentNumber: document.documentNumber,
    validity: document.validity,
    picture: image
      ? { name: image.name, alt: image.title, width: image.width as number, height: image.height as number }
      : null,
    publishedAt,
    originallyPublished,
    releasedAt: now,
  };
  await tx.manager.upsert(Release, release as never, ['tenantId', 'itemId']);
  await tx.query('DELETE FROM attachment WHERE tenant_id = $1 AND item_id = $2', [item.tenantId, item.id]);
  await tx.query(
    `INSERT INTO attachment (tenant_id, item_id, name, role, position, title, object_key, media_type, size, sha256, width, height)
     SELECT tenant_id, $2, name, role, position, title, object_key, media_type, size, sha256, width, height
     FROM edition_media WHERE tenant_id = $1 AND edition_id = $3`,
    [item.tenantId, item.id, editionId],
  );
  return release;
}

async function place(
  tx: PublishTx,
  at: { request: PublishRequest; item: Item; channel: Channel; release: Release; day: string; now: Date },
): Promise<Publication> {
  const publication: Publication = {
    tenantId: at.item.tenantId,
    id: newId(),
    siteId: at.channel.siteId,
    channelId: at.channel.id,
    sourceTenantId: at.item.tenantId,
    itemId: at.item.id,
    path: documentPath(at.channel.path, at.day, at.item.serial),
    state: 'public',
    pinned: at.request.document.pinned,
    placedAt: at.release.publishedAt,
    visibleFrom: at.now,
    visibleUntil: null,
  };
  // From the database's own clock on, by which visitors' queries decide.
  await tx.manager.insert(Publication, { ...publication, visibleFrom: () => 'now()' });
  return publication;
}

async function keepPlace(tx: PublishTx, placed: Publication, pinned: boolean): Promise<Publication> {
  if (placed.pinned !== pinned)
    await tx.manager.update(Publication, { tenantId: placed.tenantId, id: placed.id }, { pinned });
  return { ...placed, pinned };
}
