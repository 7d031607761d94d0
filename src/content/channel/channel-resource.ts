import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { conditionSql } from '../../authority/condition-sql.js';
import { type DeskContext, may } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Api } from '../../console/api/api.js';
import type { Paging } from '../../console/api/api-request.js';
import { idField, instantField, resource, textField, type ValueOf } from '../../console/api/resource.js';
import { addressIn, SITE_HOST, SITE_PLACE, type SitePlace } from '../../console/api/site-place.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { CHANNEL_FACTS, type SiteRef } from './site-channels.js';

const state = (what: string) =>
  z.enum(['open', 'closed', 'hidden']).describe(`${what}：open 开放，closed 停止更新，hidden 隐藏`);
const days = (what: string) => z.int().nullable().describe(what);

export const channelResource = resource(
  'Channel',
  '栏目',
  {
    id: idField('栏目的 id'),
    siteId: idField('所在网站的 id'),
    parentId: z.uuid().nullable().describe('上级栏目的 id；第一级为 null'),
    slug: textField('地址的最后一段'),
    path: textField('从第一级起的地址'),
    depth: z.int().describe('第几级'),
    position: z.int().describe('在同级中的次序，小的在前'),
    name: textField('栏目名'),
    address: z.string().nullable().describe('公众看到的地址；没有域名时为 null'),
    description: textField('说明'),
    keywords: z.array(z.string()).describe('关键词'),
    columnType: textField('政府网站标准的栏目类型，几个时用逗号分开'),
    itemKind: z.enum(['article', 'policy-document']).describe('稿件的种类：article 文章，policy-document 政策文件'),
    updateDays: days('承诺多少天更新一次；null 为有变化时更新'),
    limitDays: days('超过多少天算未更新；null 为不计'),
    organId: z.uuid().nullable().describe('负责的机关；null 为同上级栏目'),
    responsibleName: textField('负责人'),
    responsibleTelephone: textField('负责人的电话'),
    state: state('栏目自己的状态'),
    stateAbove: state('各上级栏目中最严的状态，对本栏目同样有效'),
    inherited: z.boolean().describe('是否来自统一的网站结构'),
    createdAt: instantField('建立时间'),
  },
  {
    id: '019a2b3c-0000-7000-8000-00000000c001',
    siteId: '019a2b3c-0000-7000-8000-00000000a001',
    parentId: '019a2b3c-0000-7000-8000-00000000c000',
    slug: 'jy',
    path: 'zwgk/jy',
    depth: 2,
    position: 3,
    name: '教育',
    address: 'https://qingsong.example/zwgk/jy/',
    description: '教育领域的政府信息公开。',
    keywords: ['教育', '招生'],
    columnType: '工作动态',
    itemKind: 'article',
    updateDays: 30,
    limitDays: 90,
    organId: null,
    responsibleName: '张三',
    responsibleTelephone: '0431-00000000',
    state: 'open',
    stateAbove: 'open',
    inherited: false,
    createdAt: '2026-11-01T00:00:00.000Z',
  },
);
export type ChannelValue = ValueOf<typeof channelResource>;

type Row = Omit<ChannelValue, 'address' | 'createdAt'> & SitePlace & { tenantId: string; createdAt: Date };

const COLUMNS = `c.tenant_id AS "tenantId", c.id, c.site_id AS "siteId", c.parent_id AS "parentId", c.slug, c.path, c.depth,
  c.position, c.name, c.description, c.keywords, c.column_type AS "columnType", c.item_kind AS "itemKind",
  c.update_days AS "updateDays", c.limit_days AS "limitDays", c.organ_id AS "organId",
  c.responsible_name AS "responsibleName", c.responsible_telephone AS "responsibleTelephone", c.state,
  c.state_above AS "stateAbove", c.blueprint_key IS NOT NULL AS inherited, c.created_at AS "createdAt", ${SITE_PLACE}`;
const TABLES = `channel c JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id ${SITE_HOST}`;

export function channelValue(api: Api, row: Row): ChannelValue {
  const { tenantId, host, underBase, prefix, createdAt, ...channel } = row;
  return {
    ...channel,
    address: addressIn(api, { host, underBase, prefix }, `${channel.path}/`),
    createdAt: createdAt.toISOString(),
  };
}

/** @throws UserError `authority.missing` for one that is not there or that the caller may not see, alike */
export async function findChannel(tx: Tx<Scope>, ctx: DeskContext, channelId: string): Promise<Row> {
  const id = isUuid(channelId) ? channelId : null;
  const { sql, parameters } = conditionSql(ctx.ability, 'channel.read', CHANNEL_FACTS, [id]);
  const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE c.id = $1 AND ${sql}`, parameters);
  if (!row) throw authorityErrors['authority.missing']();
  return row;
}

/**
 * The channels of a site that the caller may see, each after the one above it; one more than asked for. Two statements.
 * @throws UserError `authority.missing` when there is no such site, or nothing of it may be seen
 */
export async function findChannels(tx: Tx<Scope>, ctx: DeskContext, siteId: string, page: Paging): Promise<Row[]> {
  const site = await findSiteOfChannels(tx, ctx, siteId);
  const given = [site.tenantId, site.id, page.after?.[0] ?? '', page.limit + 1];
  const { sql, parameters } = conditionSql(ctx.ability, 'channel.read', CHANNEL_FACTS, given);
  return tx.query<Row>(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE c.tenant_id = $1 AND c.site_id = $2 AND c.path > $3 AND ${sql}
     ORDER BY c.path LIMIT $4`,
    parameters,
  );
}

/**
 * A site whose channels, or some of them, the caller may see.
 * @throws UserError `authority.missing`
 */
export async function findSiteOfChannels(tx: Tx<Scope>, ctx: DeskContext, siteId: string): Promise<SiteRef> {
  const id = isUuid(siteId) ? siteId : null;
  const { sql, parameters } = conditionSql(ctx.ability, 'channel.read', CHANNEL_FACTS, [id]);
  const [site] = await tx.query<SiteRef & { seen: boolean }>(
    `SELECT s.tenant_id AS "tenantId", s.id, EXISTS (
       SELECT FROM channel c WHERE c.tenant_id = s.tenant_id AND c.site_id = s.id AND ${sql}) AS seen
     FROM site s WHERE s.id = $1`,
    parameters,
  );
  if (site && (site.seen || may(ctx, 'channel.read', { tenantId: site.tenantId, siteId: site.id }))) return site;
  throw authorityErrors['authority.missing']();
}
