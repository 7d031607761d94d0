import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a text says of itself beside its body; public once released. Unknown fields are ''. */
export interface EditionFields {
  indexNumber: string;
  category: string;
  organ: string;
  /** YYYY-MM-DD */
  madeOn: string;
  documentNumber: string;
  validity: '' | '有效' | '已修改' | '失效' | '废止';
  source: string;
  author: string;
  summary: string;
  keywords: string[];
  contents: { id: string; text: string }[];
  signature: { organ: string; date: string } | null;
}

/** An immutable text of an item. */
@Entity('edition')
export class Edition {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'item_id' }) itemId: string;
  /** 1, 2, 3 … within the item. */
  @Column('int') number: number;
  @Column('text') title: string;
  /** Cleaned; media are referred to as `media:NAME`. */
  @Column('text') html: string;
  @Column('jsonb') fields: EditionFields;
  /** SHA-256 over all that a visitor could see: the same text sent again is no new edition. */
  @Column('text') digest: string;
  @Column('text', { name: 'created_by' }) createdBy: string;
}

/** A picture or an attachment of an edition; its bytes are in the object store. */
@Entity('edition_media')
export class EditionMedia {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid', { name: 'edition_id' }) editionId: string;
  @PrimaryColumn('text') name: string;
  @Column('text') role: 'image' | 'attachment';
  @Column('int') position: number;
  @Column('text') title: string;
  @Column('text', { name: 'object_key' }) objectKey: string;
  @Column('text', { name: 'media_type' }) mediaType: string;
  /** Bytes. */
  @Column('bigint') size: number;
  @Column('text') sha256: string;
  /** Pixels; null for attachments. */
  @Column('int', { nullable: true }) width: number | null;
  @Column('int', { nullable: true }) height: number | null;
}
