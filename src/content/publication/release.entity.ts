import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EditionFields } from '../item/edition.entity.js';
import type { ItemKind } from '../item/item.entity.js';

/** The edition of an item that is public now, ready for delivery. */
@Entity('release')
export class Release {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid', { name: 'item_id' }) itemId: string;
  @Column('uuid', { name: 'edition_id' }) editionId: string;
  @Column('bigint') serial: string;
  @Column('text') kind: ItemKind;
  @Column('text') state: 'public' | 'withdrawn';
  @Column('text') title: string;
  @Column('text') html: string;
  @Column('text') summary: string;
  @Column('jsonb') fields: EditionFields;
  @Column('text', { name: 'document_number' }) documentNumber: string;
  @Column('text') validity: string;
  @Column('jsonb', { nullable: true }) picture: { name: string; alt: string; width: number; height: number } | null;
  /** PubDate: when it was first published here, or the day on which it was published elsewhere before (at 00:00). */
  @Column('timestamptz', { name: 'published_at' }) publishedAt: Date;
  @Column('boolean', { name: 'originally_published' }) originallyPublished: boolean;
  @Column('timestamptz', { name: 'released_at' }) releasedAt: Date;
}

/** A release in one channel of one site. */
@Entity('publication')
export class Publication {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'site_id' }) siteId: string;
  @Column('uuid', { name: 'channel_id' }) channelId: string;
  @Column('uuid', { name: 'source_tenant_id' }) sourceTenantId: string;
  @Column('uuid', { name: 'item_id' }) itemId: string;
  /** Address within the site, without leading slash; fixed. */
  @Column('text') path: string;
  @Column('text') state: 'public' | 'withdrawn';
  @Column('boolean') pinned: boolean;
  @Column('timestamptz', { name: 'placed_at' }) placedAt: Date;
  @Column('timestamptz', { name: 'visible_from' }) visibleFrom: Date;
  @Column('timestamptz', { name: 'visible_until', nullable: true }) visibleUntil: Date | null;
}
