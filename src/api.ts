import { API, Api, type ApiPlaces } from './console/api/api.js';
import { ApiDocuments } from './console/api/api-documents.js';
import { ApiFallback } from './console/api/api-fallback.js';
import { SiteApi } from './console/api/site.api.js';
import type { ControllerClass } from './console/shell/declared-routes.js';
import { ChannelApi } from './content/channel/channel.api.js';
import { ItemApi } from './content/item/item.api.js';
import { PublicationApi } from './content/publication/publication.api.js';
import type { Platform } from './kernel/platform/platform.js';
import { rules } from './policies.js';

/** Every resource of the API, in the order of its documents. */
const resources: ControllerClass[] = [SiteApi, ChannelApi, ItemApi, PublicationApi];

/** With the documents, and the answer to addresses that lead nowhere. */
export const apiControllers: ControllerClass[] = [...resources, ApiDocuments, ApiFallback];

/** The API over an open platform: for `guardApiDoor`, and what its controllers stand on. */
export function openApi(platform: Platform, places: ApiPlaces) {
  const api = new Api(platform, rules, places, resources);
  return { api, providers: [{ provide: API, useValue: api }] };
}
