import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ChannelState = 'open' | 'closed' | 'hidden';

/** A node of a site's tree. */
@Entity('channel')
export class Channel {
  @PrimaryColumn('uuid', { name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'site_id' }) siteId: string;
  @Column('uuid', { name: 'parent_id', nullable: true }) parentId: string | null;
  @Column('text') slug: string;
  /** Slugs from the root: `zwgk/zcwj`. */
  @Column('text') path: string;
  @Column('smallint') depth: number;
  @Column('int') position: number;
  @Column('text') name: string;
  /** ColumnType of the government-site standard. */
  @Column('text', { name: 'column_type' }) columnType: string;
  @Column('text', { name: 'item_kind' }) itemKind: string;
  @Column('text') description: string;
  @Column('text', { array: true }) keywords: string[];
  /** Promise: days between updates; null: on change. */
  @Column('int', { name: 'update_days', nullable: true }) updateDays: number | null;
  /** Days after which the inspection counts it as not updated. */
  @Column('int', { name: 'limit_days', nullable: true }) limitDays: number | null;
  @Column('boolean') recommended: boolean;
  /** Key in the blueprint it is inherited from; null: made here. */
  @Column('text', { name: 'blueprint_key', nullable: true }) blueprintKey: string | null;
  /** Fields changed here since, which the blueprint no longer touches. */
  @Column('text', { array: true }) overridden: string[];
  /** closed: readable, takes no new texts; hidden: no visitor sees it. */
  @Column('text') state: ChannelState;
  /** The strictest state of the channels above, which counts for this one too. */
  @Column('text', { name: 'state_above' }) stateAbove: ChannelState;
  /** The organ that answers for it; null: whoever answers for the channel above. */
  @Column('uuid', { name: 'organ_id', nullable: true }) organId: string | null;
  @Column('text', { name: 'responsible_name' }) responsibleName: string;
  @Column('text', { name: 'responsible_telephone' }) responsibleTelephone: string;
}
