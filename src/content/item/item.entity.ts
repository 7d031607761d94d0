import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ItemKind = 'article' | 'policy-document';

/** One thing written; what visitors read are its editions. */
@Entity('item')
export class Item {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'site_id' }) siteId: string;
  /** Number of the installation, in the item's addresses. Given by the database. */
  @Column('bigint') serial: string;
  @Column('text') kind: ItemKind;
  @Column('text', { name: 'source_by' }) sourceBy: 'index-number' | 'id' | 'file-name';
  @Column('text', { name: 'source_value' }) sourceValue: string;
}
