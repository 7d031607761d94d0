import { z } from 'zod';

export const HOME_LEVELS = ['province', 'city', 'county', 'township'] as const;
export type HomeLevel = (typeof HOME_LEVELS)[number];

/** Icons that every theme draws (themes/README.md). */
const ICONS = [
  ...(['page', 'briefcase', 'letter', 'book', 'speech', 'flag', 'house', 'building', 'people'] as const),
  ...(['news', 'notice', 'explain', 'chart', 'map', 'calendar', 'phone'] as const),
] as const;

/** Most entrances that may stand in a layout; the first six whose channels have something in them are shown. */
const ENTRANCES = 8;

export interface LayoutBlock {
  kind: 'lead' | 'list' | 'dated' | 'register' | 'recommended' | 'tiles' | 'sites' | 'contact';
  /** Columns of twelve. */
  span: 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12;
  heading: string;
  note: string;
  /** Key of the channel it shows; none for recommended, sites and contact. */
  channel?: string;
  /** Most entries of a list. */
  limit?: number;
  /** Which sites of the region are linked. */
  sites?: 'cities' | 'counties' | 'townships' | 'departments';
}

export interface HomeLayout {
  /** `links` are keys of channels. The slogan may carry {地名}. */
  hero: { slogan: string; linksLabel: string; links: string[] } | null;
  quick: { channel: string; text: string; note: string; icon: (typeof ICONS)[number] }[];
  /** Spans of a row make twelve, or it is three blocks a, b, b with a + b = 12: the second and third stand on each other. */
  rows: { ground: boolean; blocks: LayoutBlock[] }[];
}

const text = z.string().trim().min(1);

/** What each kind of block needs beside heading and span. */
const NEEDS: Record<LayoutBlock['kind'], readonly ('channel' | 'limit' | 'sites')[]> = {
  lead: ['channel', 'limit'],
  list: ['channel', 'limit'],
  dated: ['channel', 'limit'],
  register: ['channel', 'limit'],
  recommended: ['limit'],
  tiles: ['channel'],
  sites: ['sites'],
  contact: [],
};

const block = z
  .strictObject({
    kind: z.enum(['lead', 'list', 'dated', 'register', 'recommended', 'tiles', 'sites', 'contact']),
    span: z.union([3, 4, 5, 6, 7, 8, 9, 12].map((span) => z.literal(span as LayoutBlock['span']))),
    heading: text,
    note: z.string(),
    channel: text.optional(),
    limit: z.number().int().min(1).max(20).optional(),
    sites: z.enum(['cities', 'counties', 'townships', 'departments']).optional(),
  })
  .superRefine((it, context) => {
    for (const field of ['channel', 'limit', 'sites'] as const) {
      const needed = NEEDS[it.kind].includes(field);
      if (needed !== (it[field] !== undefined))
        context.addIssue({
          code: 'custom',
          path: [field],
          message: needed ? `“${it.kind}”区块要写明 ${field}` : `“${it.kind}”区块没有 ${field} 这一项`,
        });
    }
  });

const row = z
  .strictObject({ ground: z.boolean(), blocks: z.array(block).min(1) })
  .superRefine(({ blocks }, context) => {
    const [a, b, c] = blocks.map(({ span }) => span);
    const sum = blocks.reduce((total, { span }) => total + span, 0);
    const stacked = blocks.length === 3 && b === c && a! + b! === 12 && a! >= b!;
    if (sum !== 12 && !stacked)
      context.addIssue({
        code: 'custom',
        path: ['blocks'],
        message: `一行的 span 合计应为 12（现在是 ${sum}）；或者三块 a、b、b，a 与 b 合计 12，后两块上下叠放`,
      });
  });

const layout = z.strictObject({
  hero: z.strictObject({ slogan: text, linksLabel: text, links: z.array(text) }).nullable(),
  quick: z.array(z.strictObject({ channel: text, text, note: z.string(), icon: z.enum(ICONS) })).max(ENTRANCES),
  rows: z.array(row).min(1),
});

/** A home page per level; `{ "as": "province" }` says that it is the same as another level's. */
export const homesSchema = z
  .partialRecord(z.enum(HOME_LEVELS), z.union([z.strictObject({ as: z.enum(HOME_LEVELS) }), layout]))
  .transform((written, context) => {
    const homes: Partial<Record<HomeLevel, HomeLayout>> = {};
    for (const level of HOME_LEVELS) {
      const found = written[level];
      const meant = found && 'as' in found ? written[found.as] : found;
      if (!found) continue;
      if (!meant || 'as' in meant) {
        context.addIssue({ code: 'custom', path: [level, 'as'], message: '所指的级别要有自己写全的首页' });
        return z.NEVER;
      }
      homes[level] = meant;
    }
    return homes;
  });

/** A channel that a layout refers to, and where in the layout; `kind` when a block does. */
export interface NamedChannel {
  key: string;
  path: PropertyKey[];
  kind: LayoutBlock['kind'] | null;
}

export function channelsNamedIn({ hero, quick, rows }: HomeLayout): NamedChannel[] {
  return [
    ...(hero?.links ?? []).map((key, i) => ({ key, path: ['hero', 'links', i], kind: null })),
    ...quick.map(({ channel }, i) => ({ key: channel, path: ['quick', i, 'channel'], kind: null })),
    ...rows.flatMap(({ blocks }, i) =>
      blocks.flatMap(({ channel, kind }, j) =>
        channel === undefined ? [] : [{ key: channel, path: ['rows', i, 'blocks', j, 'channel'], kind }],
      ),
    ),
  ];
}
