import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ALL_ROLES, type Role, roleFacts } from '../../authority/role.js';
import {
  channelsNamedIn,
  HOME_LEVELS,
  type HomeLayout,
  type HomeLevel,
  homesSchema,
  type NamedChannel,
} from './blueprint-layout.js';
import { readDataFile, shownName } from './data-file.js';
import { planErrors } from './errors.js';
import { slugSchema } from './slug.js';
import type { UnitLevel } from './types.js';

export type { HomeLayout, HomeLevel, LayoutBlock } from './blueprint-layout.js';

const KINDS = ['portal', 'department', 'township'] as const;

/** Values of the `ColumnType` tag (国办发〔2017〕47号, annex); several are joined by a comma. */
export const COLUMN_TYPES: readonly string[] = [
  ...[
    '概况信息',
    '机构职能',
    '负责人信息',
    '工作动态',
    '政策文件',
    '信息公开指南',
    '信息公开目录',
    '信息公开年报',
    '依申请公开',
  ],
  ...['数据发布', '数据开放', '政策解读', '回应关切', '办事服务', '咨询投诉', '征集调查', '在线访谈'],
];

/** A channel as each site of the kind gets it. */
export interface BlueprintChannel {
  /** How it is known again on every site, whatever name and slug become: never changed, never given to another channel. */
  key: string;
  slug: string;
  /** May carry {地名}, as may description and keywords. */
  name: string;
  columnType: string;
  itemKind: 'article' | 'policy-document';
  description: string;
  keywords: string[];
  /** Promise: days between updates; null: on change. */
  updateDays: number | null;
  /** Days after which an inspection counts it as not updated; null: not counted. */
  limitDays: number | null;
  /** Only on portals and departments of these levels; without it on all. */
  levels?: UnitLevel[];
  /** On the province's portal: what is published here, the recommended blocks of other sites show. */
  recommended?: true;
  channels?: BlueprintChannel[];
}

/** What a new site or channel gives to whom. */
export interface BlueprintGrant {
  /**
   * administrator: the first of a tenant, who is named when it is opened. charge: the account that is named when a
   * sub-site is opened, or a channel is made by hand, to answer for it.
   */
  to: 'administrator' | 'charge';
  role: Role;
  /** administrator: of the new tenant, the new site, or one of its channels. charge: of the new site, or the new channel. */
  over: 'tenant' | 'site' | 'channel';
  /** Key of the channel, of an administrator's `over: channel`. */
  channel?: string;
  mayGiveOn?: true;
}

/** The structure of one kind of site: its channel tree, its home page on each level, what it gives to whom. */
export interface Blueprint {
  kind: (typeof KINDS)[number];
  /** Goes up with every change; each site records the one it was provisioned with. */
  revision: string;
  channels: BlueprintChannel[];
  home: Partial<Record<HomeLevel, HomeLayout>>;
  grants: BlueprintGrant[];
}

/** Levels on which each kind of site exists and therefore needs a home page. */
const LEVELS_OF: Record<Blueprint['kind'], HomeLevel[]> = {
  portal: ['province', 'city', 'county'],
  department: ['province', 'city', 'county'],
  township: ['township'],
};

const text = z.string().trim().min(1);
const withPlace = text.refine((s) => !/[{}]/.test(s.replaceAll('{地名}', '')), '只能有 {地名} 这一种空');
const days = z.number().int().positive().nullable();

const channel: z.ZodType<BlueprintChannel> = z.lazy(() =>
  z
    .strictObject({
      key: z.string().regex(/^[a-z0-9]+(\.[a-z0-9]+)*$/, '只能由小写字母、数字和点组成'),
      // A segment of six digits is a month in the addresses of documents.
      slug: slugSchema.regex(/^[a-z]/, '栏目的 slug 要以字母开头'),
      name: withPlace,
      columnType: z
        .string()
        .refine(
          (types) => types.split(',').every((type) => COLUMN_TYPES.includes(type)),
          `只能取：${COLUMN_TYPES.join('、')}，多个用英文逗号隔开`,
        ),
      itemKind: z.enum(['article', 'policy-document']),
      description: withPlace,
      keywords: z.array(withPlace).min(1),
      updateDays: days,
      limitDays: days,
      levels: z
        .array(z.enum(['province', 'city', 'county']))
        .min(1)
        .optional(),
      recommended: z.literal(true).optional(),
      channels: z.array(channel).min(1).optional(),
    })
    .refine(
      ({ updateDays, limitDays }) =>
        updateDays === null ? limitDays === null : limitDays === null || limitDays >= updateDays,
      {
        path: ['limitDays'],
        message: '期限不能短于承诺的更新天数；没有承诺的写 null',
      },
    ),
);

const grant: z.ZodType<BlueprintGrant> = z
  .strictObject({
    to: z.enum(['administrator', 'charge']),
    role: z.enum(ALL_ROLES as [Role, ...Role[]]),
    over: z.enum(['tenant', 'site', 'channel']),
    channel: z.string().optional(),
    mayGiveOn: z.literal(true).optional(),
  })
  .refine(({ role, over }) => roleFacts(role).scopes.includes(over), {
    path: ['over'],
    message: '这个角色不能授予到这样的范围',
  })
  .refine(({ role }) => !roleFacts(role).temporary, { path: ['role'], message: '有期限的角色不能随网站一起给' })
  .refine(({ to, over }) => to !== 'charge' || over !== 'tenant', {
    path: ['over'],
    message: '负责账号得到的是新的网站（site）或新的栏目（channel），不是整个单位',
  })
  .refine(({ to, channel }) => to !== 'charge' || channel === undefined, {
    path: ['channel'],
    message: '负责账号得到的就是新建的那个栏目，不写栏目的键',
  })
  .refine(({ to, over, channel }) => to === 'charge' || (over === 'channel') === (channel !== undefined), {
    path: ['channel'],
    message: '授予到栏目的要写栏目的键，其他的不写',
  });

const blueprintSchema = z
  .strictObject({
    kind: z.enum(KINDS),
    revision: text,
    channels: z.array(channel).min(1),
    home: homesSchema,
    grants: z.array(grant).default([]),
  })
  .superRefine((blueprint, context) => {
    const fault = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message });
    const known = new Map<string, Placed>();
    for (const placed of placedChannels(blueprint.channels)) {
      if (known.has(placed.channel.key)) fault([...placed.path, 'key'], `“${placed.channel.key}”用了两次`);
      known.set(placed.channel.key, placed);
      const twin = placed.siblings.find((other) => other !== placed.channel && other.slug === placed.channel.slug);
      if (twin) fault([...placed.path, 'slug'], `“${placed.channel.slug}”已由同级的“${twin.name}”使用`);
      if (placed.channel.levels && blueprint.kind === 'township') fault([...placed.path, 'levels'], '乡镇子站不分级别');
    }
    const governs = blueprint.grants.some(({ role, over }) => role === 'tenant-administrator' && over === 'tenant');
    if (blueprint.kind === 'portal' && !governs)
      fault(['grants'], '要把 tenant-administrator 给第一位管理员，否则开通的单位没有人管理');
    for (const [i, given] of blueprint.grants.entries()) {
      const { to, role, over, channel: key } = given;
      if (key !== undefined && !known.has(key)) fault(['grants', i, 'channel'], `没有键为“${key}”的栏目`);
      if (blueprint.kind === 'portal' && to === 'charge' && over === 'site')
        fault(['grants', i, 'over'], '门户网站随单位开通，交给第一位管理员；负责账号在门户网站里只能得到栏目');
      const same = (other: BlueprintGrant) =>
        other.to === to && other.role === role && other.over === over && other.channel === key;
      if (blueprint.grants.findIndex(same) !== i) fault(['grants', i], '与前面的一项重复');
    }
    for (const level of LEVELS_OF[blueprint.kind]) {
      const home = blueprint.home[level];
      if (!home) fault(['home'], `缺少级别 ${level} 的首页`);
      for (const named of home ? channelsNamedIn(home) : []) {
        const reason = faultOfNamed(named, level, known);
        if (reason) fault(['home', level, ...named.path], reason);
      }
      if (home && /[{}]/.test(home.hero?.slogan.replaceAll('{地名}', '') ?? ''))
        fault(['home', level, 'hero', 'slogan'], '只能有 {地名} 这一种空');
    }
    for (const level of Object.keys(blueprint.home) as HomeLevel[])
      if (!LEVELS_OF[blueprint.kind].includes(level)) fault(['home', level], `这一类网站没有级别 ${level}`);
  });

interface Placed {
  channel: BlueprintChannel;
  siblings: BlueprintChannel[];
  path: PropertyKey[];
  /** Levels on which it and all channels above it stand. */
  levels: readonly HomeLevel[];
}

function placedChannels(
  siblings: BlueprintChannel[],
  path: PropertyKey[] = [],
  above: readonly HomeLevel[] = HOME_LEVELS,
): Placed[] {
  return siblings.flatMap((it, i) => {
    const own = [...path, 'channels', i];
    const levels = it.levels ? above.filter((level) => (it.levels as HomeLevel[]).includes(level)) : above;
    return [{ channel: it, siblings, path: own, levels }, ...placedChannels(it.channels ?? [], own, levels)];
  });
}

/** Why a layout of this level cannot show the channel it names; null: it can. */
function faultOfNamed({ key, kind }: NamedChannel, level: HomeLevel, known: Map<string, Placed>): string | null {
  const found = known.get(key);
  if (!found) return `没有键为“${key}”的栏目`;
  if (!found.levels.includes(level)) return `栏目“${key}”在级别 ${level} 的网站上没有`;
  if (kind === 'register' && found.channel.itemKind !== 'policy-document')
    return `“register”区块列政策文件，栏目“${key}”不是`;
  if (kind === 'tiles' && !found.channel.channels) return `“tiles”区块列下级栏目，栏目“${key}”没有下级`;
  return null;
}

/** @throws UserError `plan.file-unreadable`, `plan.file-not-json`, `plan.file-invalid` (names file and field) */
export const loadBlueprint = (file: string): Promise<Blueprint> => readDataFile(file, blueprintSchema);

/**
 * The blueprint of each kind of site: {kind}.json in the folder.
 * @throws UserError `plan.blueprint-missing`, and what loadBlueprint throws
 */
export async function loadBlueprints(folder: string): Promise<Map<Blueprint['kind'], Blueprint>> {
  const files = await readdir(folder).catch((): string[] => []);
  const missing = KINDS.find((kind) => !files.includes(`${kind}.json`));
  if (missing) throw planErrors['plan.blueprint-missing']({ folder: shownName(folder), kind: missing });
  const loaded = await Promise.all(KINDS.map((kind) => readDataFile(join(folder, `${kind}.json`), schemaFor(kind))));
  return new Map(loaded.map((blueprint) => [blueprint.kind, blueprint]));
}

const schemaFor = (kind: Blueprint['kind']) =>
  blueprintSchema.refine((blueprint) => blueprint.kind === kind, {
    path: ['kind'],
    message: `应为“${kind}”，与文件名一致`,
  });
