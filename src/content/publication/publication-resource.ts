import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Api } from '../../console/api/api.js';
import type { Paging } from '../../console/api/api-request.js';
import { idField, instantField, resource, textField, type ValueOf } from '../../console/api/resource.js';
import { addressIn, SITE_HOST, SITE_PLACE, type SitePlace } from '../../console/api/site-place.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { inOrderOfIndexes, type PlaceFilter, placesInSight } from './places-in-sight.js';

export const publicationResource = resource(
  'Publication',
  '刊载',
  {
    id: idField('刊载的 id'),
    siteId: idField('网站的 id'),
    channelId: idField('栏目的 id'),
    itemId: idField('稿件的 id'),
    title: z.string().nullable().describe('标题；稿件属于别的单位、不在权限之内时为 null'),
    address: z.string().nullable().describe('公众看到的地址；没有域名时为 null'),
    path: textField('在网站里的地址'),
    state: z.enum(['public', 'withdrawn']).describe('public 公开，withdrawn 已撤下'),
    pinned: z.boolean().describe('是否置顶'),
    placedAt: instantField('在栏目里排列用的时间'),
    visibleFrom: instantField('从何时起公众看得到'),
    visibleUntil: z.iso.datetime().nullable().describe('到何时为止；null 为一直'),
  },
  {
    id: '019a2b3c-0000-7000-8000-00000000e001',
    siteId: '019a2b3c-0000-7000-8000-00000000a001',
    channelId: '019a2b3c-0000-7000-8000-00000000c001',
    itemId: '019a2b3c-0000-7000-8000-00000000d001',
    title: '关于做好冬季取暖工作的通知（示例）',
    address: 'https://qingsong.example/zwgk/zcwj/202611/t20261123_1000123.html',
    path: 'zwgk/zcwj/202611/t20261123_1000123.html',
    state: 'public',
    pinned: false,
    placedAt: '2026-11-23T01:12:00.000Z',
    visibleFrom: '2026-11-23T01:12:00.000Z',
    visibleUntil: null,
  },
);
export type PublicationValue = ValueOf<typeof publicationResource>;

type Instants = 'placedAt' | 'visibleFrom' | 'visibleUntil';
type Row = Omit<PublicationValue, 'address' | Instants> &
  SitePlace & {
    placedAt: Date;
    visibleFrom: Date;
    visibleUntil: Date | null;
    /** `placedAt` to the microsecond. */
    placed: string;
  };

const COLUMNS = `p.id, p.site_id AS "siteId", p.channel_id AS "channelId", p.item_id AS "itemId", r.title, p.path, p.state,
  p.pinned, p.placed_at AS "placedAt", p.placed_at::text AS placed, p.visible_from AS "visibleFrom",
  p.visible_until AS "visibleUntil", ${SITE_PLACE}`;
// A text of another tenant is behind its wall.
const SURROUNDINGS = `JOIN site s ON s.tenant_id = p.tenant_id AND s.id = p.site_id ${SITE_HOST}
  LEFT JOIN release r ON r.tenant_id = p.source_tenant_id AND r.item_id = p.item_id`;

export function publicationValue(api: Api, row: Row): PublicationValue {
  const { host, underBase, prefix, placed, placedAt, visibleFrom, visibleUntil, ...publication } = row;
  return {
    ...publication,
    address: addressIn(api, { host, underBase, prefix }, row.path),
    placedAt: placedAt.toISOString(),
    visibleFrom: visibleFrom.toISOString(),
    visibleUntil: visibleUntil?.toISOString() ?? null,
  };
}

const IN_PLACE = {
  tenant: 'p.tenant_id = place.tenant_id',
  site: 'p.tenant_id = place.tenant_id AND p.site_id = place.site_id',
  channel: 'p.tenant_id = place.tenant_id AND p.channel_id = place.channel_id',
};

const LAST = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'] as const;

/**
 * Publications in the channels that the caller may see, newest first; one more than asked for. Two statements; OFFSET 0 keeps
 * the steps in the order in which they are written.
 */
export async function findPublications(
  tx: Tx<Scope>,
  ctx: DeskContext,
  filter: PlaceFilter,
  page: Paging,
): Promise<Row[]> {
  const { places, parameters } = placesInSight(ctx.ability, 'item.read', filter, [...(page.after ?? LAST)]);
  if (places.length === 0) return [];
  await inOrderOfIndexes(tx);
  const order = 'placed_at DESC, id DESC';
  const rows = places.map(
    ({ kind, from }) => `SELECT found.* FROM ${from} CROSS JOIN LATERAL (
      SELECT p.tenant_id, p.id, p.placed_at FROM publication p
      WHERE ${IN_PLACE[kind]} AND (p.placed_at, p.id) < ($1::timestamptz, $2::uuid)
      ORDER BY p.placed_at DESC, p.id DESC LIMIT ${page.limit + 1}) AS found`,
  );
  return tx.query<Row>(
    `SELECT ${COLUMNS}
     FROM (SELECT DISTINCT tenant_id, id, placed_at FROM (${rows.join(' UNION ALL ')}) AS every
       ORDER BY ${order} LIMIT ${page.limit + 1}) AS found
     CROSS JOIN LATERAL (
       SELECT p.* FROM publication p WHERE p.tenant_id = found.tenant_id AND p.id = found.id OFFSET 0) AS p ${SURROUNDINGS}
     ORDER BY p.placed_at DESC, p.id DESC`,
    parameters,
  );
}

export const placeOfPublication = (row: Row): string[] => [row.placed, row.id];

/** @throws UserError `authority.missing` for one that is not there or that the caller may not see, alike */
export async function findPublication(tx: Tx<Scope>, ctx: DeskContext, publicationId: string): Promise<Row> {
  const facts = { tenantId: 'c.tenant_id', siteId: 'c.site_id', channelPath: 'c.path' };
  const id = isUuid(publicationId) ? publicationId : null;
  const { sql, parameters } = conditionSql(ctx.ability, 'item.read', facts, [id]);
  const [row] = await tx.query<Row>(
    `SELECT ${COLUMNS} FROM publication p JOIN channel c ON c.tenant_id = p.tenant_id AND c.id = p.channel_id ${SURROUNDINGS}
     WHERE p.id = $1 AND ${sql}`,
    parameters,
  );
  if (!row) throw authorityErrors['authority.missing']();
  return row;
}
