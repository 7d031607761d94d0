import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { conditionSql } from '../../authority/condition-sql.js';
import type { DeskContext } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { Scope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Api } from './api.js';
import type { Paging } from './api-request.js';
import { idField, instantField, resource, textField, type ValueOf } from './resource.js';
import { addressIn, SITE_HOST, SITE_PLACE, type SitePlace } from './site-place.js';

const KINDS = ['portal', 'department', 'township'] as const;
const STATES = ['open', 'suspended', 'retired'] as const;

export const siteKind = z.enum(KINDS).describe('portal 门户，department 部门子站，township 乡镇子站');
export const siteState = z.enum(STATES).describe('open 开放，suspended 停用，retired 已撤销');

export const siteResource = resource(
  'Site',
  '网站',
  {
    id: idField('网站的 id'),
    tenantId: idField('所属单位的 id'),
    tenantName: textField('所属单位'),
    parentSiteId: z.uuid().nullable().describe('子站所在的门户；门户为 null'),
    kind: siteKind,
    level: z.enum(['province', 'city', 'county', 'township']).describe('级别'),
    name: textField('全称'),
    shortName: textField('简称'),
    tagline: textField('标语'),
    address: z.string().nullable().describe('首页地址；没有域名时为 null'),
    identificationCode: textField('网站标识码'),
    icpNumber: textField('ICP备案号'),
    publicSecurityNumber: textField('公安机关备案号'),
    state: siteState,
    createdAt: instantField('开通时间'),
  },
  {
    id: '019a2b3c-0000-7000-8000-00000000a001',
    tenantId: '019a2b3c-0000-7000-8000-000000000101',
    tenantName: '青松县',
    parentSiteId: null,
    kind: 'portal',
    level: 'county',
    name: '青松县人民政府',
    shortName: '青松',
    tagline: '',
    address: 'https://qingsong.example/',
    identificationCode: '',
    icpNumber: '',
    publicSecurityNumber: '',
    state: 'open',
    createdAt: '2026-11-01T00:00:00.000Z',
  },
);
export type SiteValue = ValueOf<typeof siteResource>;

type Row = Omit<SiteValue, 'address' | 'createdAt'> & SitePlace & { createdAt: Date };

const COLUMNS = `s.id, s.tenant_id AS "tenantId", t.name AS "tenantName", s.parent_site_id AS "parentSiteId", s.kind,
  s.level, s.name, s.short_name AS "shortName", s.tagline, s.identification_code AS "identificationCode",
  s.icp_number AS "icpNumber", s.public_security_number AS "publicSecurityNumber", s.state, s.created_at AS "createdAt",
  ${SITE_PLACE}`;
const TABLES = `site s JOIN tenant t ON t.id = s.tenant_id ${SITE_HOST}`;
const FACTS = { tenantId: 's.tenant_id', siteId: 's.id' } as const;

export function siteValue(api: Api, { host, underBase, prefix, createdAt, ...site }: Row): SiteValue {
  return {
    ...site,
    address: addressIn(api, { host, underBase, prefix }),
    createdAt: createdAt.toISOString(),
  };
}

export interface SiteFilter {
  kind?: (typeof KINDS)[number];
  state?: (typeof STATES)[number];
}

/** Sites that the caller may enter, in the order in which they were opened; one row more than asked for. */
export function findSites(tx: Tx<Scope>, ctx: DeskContext, filter: SiteFilter, page: Paging): Promise<Row[]> {
  const given = [filter.kind ?? null, filter.state ?? null, page.after?.[0] ?? null, page.limit + 1];
  const { sql, parameters } = conditionSql(ctx.ability, 'site.enter', FACTS, given);
  return tx.query<Row>(
    `SELECT ${COLUMNS} FROM ${TABLES}
     WHERE ($1::text IS NULL OR s.kind = $1) AND ($2::text IS NULL OR s.state = $2) AND ($3::uuid IS NULL OR s.id > $3)
       AND ${sql}
     ORDER BY s.id LIMIT $4`,
    parameters,
  );
}

/** @throws UserError `authority.missing` for one that is not there or that the caller may not enter, alike */
export async function findSite(tx: Tx<Scope>, ctx: DeskContext, siteId: string): Promise<Row> {
  const { sql, parameters } = conditionSql(ctx.ability, 'site.enter', FACTS, [isUuid(siteId) ? siteId : null]);
  const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM ${TABLES} WHERE s.id = $1 AND ${sql}`, parameters);
  if (!row) throw authorityErrors['authority.missing']();
  return row;
}
