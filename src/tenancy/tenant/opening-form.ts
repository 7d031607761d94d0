import { z } from 'zod';
import { UNIT_FORMS, type UnitForm, type UnitLevel } from '../plan/types.js';
import { themeField } from '../site/edit-site.js';
import { type TenantNames, tenantNameFields } from './rename-tenant.js';

/** A county (or city, or another unit) as an operator asks for it, on one page. */
export interface OpeningForm extends TenantNames {
  parentTenantId: string;
  /** Six digits. */
  regionCode: string;
  level: UnitLevel;
  form: UnitForm;
  /** Hostname under the base domain: nongan. */
  slug: string;
  /** Key of the blueprint of its portal. */
  blueprint: string;
  /** Null: the theme of its level. */
  theme?: string | null;
  demonstration: boolean;
  /** Opens the townships and departments that the plan knows along with it. */
  subSites?: boolean;
  /** The first administrator, in words of the room that makes the account. */
  administrator?: unknown;
}

export const UNIT_FORM_NAMES: Record<UnitForm, string> = {
  province: '省',
  city: '市',
  prefecture: '自治州、地区',
  administration: '管理委员会',
  county: '县',
  'autonomous-county': '自治县',
  'county-city': '县级市',
  district: '区',
  'development-zone': '开发区',
};

/** From the top down: a unit stands below one of a higher level. */
export const LEVELS: readonly UnitLevel[] = ['province', 'city', 'county'];

export const openingFields = (options: { themes: readonly string[]; blueprints: readonly string[] }) => ({
  ...tenantNameFields,
  parentTenantId: z.uuid({ error: '请选择上级单位' }),
  regionCode: z.string({ error: '请填写区划代码' }).regex(/^\d{6}$/, '区划代码是六位数字，例如 220122'),
  level: z.enum(['province', 'city', 'county'], { error: '请选择级别' }),
  form: z.enum(UNIT_FORMS, { error: '请选择类型' }),
  slug: z.string({ error: '请填写域名' }).min(1, '请填写域名'),
  blueprint: z
    .string({ error: '请选择网站结构' })
    .refine((key) => options.blueprints.includes(key), '没有这种网站结构，请从列表里选择'),
  theme: themeField(options.themes),
  demonstration: z.boolean({ error: '请选择是否为演示网站' }),
  subSites: z.boolean({ error: '请选择是否同时开通子站' }).optional(),
});
