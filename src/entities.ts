import { Channel } from './content/channel/channel.entity.js';
import { Edition, EditionMedia } from './content/item/edition.entity.js';
import { Item } from './content/item/item.entity.js';
import { Publication, Release } from './content/publication/release.entity.js';

/** Every entity of every room, for TypeORM. */
export const entities = [Channel, Edition, EditionMedia, Item, Publication, Release];
