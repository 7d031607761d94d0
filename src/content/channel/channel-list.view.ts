import { ROLES, type Role } from '../../authority/role.js';
import { listAddress, one, type Query } from '../../console/shell/list.js';
import type { Light } from './channel-light.js';
import type { ChannelTreeRow } from './channel-tree.js';

export const CHANNELS = '/channels';

/** What is asked of the list in its address. */
export interface ChannelFilter {
  search: string;
  /** Id of an organ; `none`: nobody is named. */
  organ: string;
  light: Light | '';
  /** Paths whose channels below are folded away. */
  shut: ReadonlySet<string>;
  /** Buttons that move are shown. */
  arranging: boolean;
}

export const LIGHTS: Record<Light, string> = { bad: '已超期', warn: '将超期', ok: '按期更新', off: '未承诺' };

export function readFilter(query: Query): ChannelFilter {
  const light = one(query, 'light');
  const shut = typeof query.shut === 'string' ? query.shut.slice(0, 4000) : '';
  return {
    search: one(query, 'q'),
    organ: one(query, 'organ'),
    light: Object.hasOwn(LIGHTS, light) ? (light as Light) : '',
    shut: new Set(shut.split(',').filter(Boolean)),
    arranging: one(query, 'arrange') === '1',
  };
}

/** The address of the list as it is, with some of it changed. */
export const channelsAddress = (filter: ChannelFilter, changes: Record<string, string | null> = {}): string =>
  listAddress(
    CHANNELS,
    {},
    {
      q: filter.search,
      organ: filter.organ,
      light: filter.light,
      shut: [...filter.shut].join(','),
      arrange: filter.arranging ? '1' : null,
      ...changes,
    },
  );

/** The channel that stands at the side: the one asked for, else the first that is found, else the first. */
export function selectedRow(tree: readonly ChannelTreeRow[], filter: ChannelFilter, id: string): ChannelTreeRow | null {
  const asked = tree.find((row) => row.id === id);
  const first = isSearching(filter) ? tree.find((row) => matches(row, filter)) : tree[0];
  return asked ?? first ?? null;
}

/** The rows that are shown: what matches with those above it; without a search, all that is not folded away. */
export function shownRows(tree: readonly ChannelTreeRow[], filter: ChannelFilter): ChannelTreeRow[] {
  if (!isSearching(filter)) {
    const folded = [...filter.shut].map((path) => `${path}/`);
    return tree.filter((row) => !folded.some((path) => row.path.startsWith(path)));
  }
  const found = tree.filter((row) => matches(row, filter)).map((row) => row.path);
  return tree.filter((row) => found.some((path) => path === row.path || path.startsWith(`${row.path}/`)));
}

export const isSearching = ({ search, organ, light }: ChannelFilter): boolean => Boolean(search || organ || light);

function matches(row: ChannelTreeRow, { search, organ, light }: ChannelFilter): boolean {
  const words = search.toLowerCase().replace(/^\/+|\/+$/g, '');
  return (
    (words === '' || row.name.toLowerCase().includes(words) || row.path.includes(words)) &&
    (organ === '' || (organ === 'none' ? row.organ === null : row.organ?.id === organ)) &&
    (light === '' || row.light === light)
  );
}

/** Rows as `tree` of parts/tree.njk wants them; the page writes their cells. */
export function treeRows(tree: readonly ChannelTreeRow[], filter: ChannelFilter, selected: string | null) {
  const parents = new Set(tree.map((row) => row.parentId));
  const byId = new Map(tree.map((row) => [row.id, row]));
  const siblingsOf = Map.groupBy(tree, (row) => row.parentId);
  return shownRows(tree, filter).map((row) => {
    const siblings = siblingsOf.get(row.parentId) ?? [];
    const at = siblings.indexOf(row);
    const above = row.parentId ? byId.get(row.parentId) : undefined;
    const isOpen = isSearching(filter) || !filter.shut.has(row.path);
    return {
      id: row.id,
      parent: row.parentId,
      depth: Math.min(row.depth, 5),
      name: row.name,
      slug: row.slug,
      href: `${channelsAddress(filter, { at: row.id })}#row-${row.id}`,
      open: parents.has(row.id) ? isOpen : null,
      toggle: `${channelsAddress(filter, { at: selected, shut: toggled(filter.shut, row.path) })}#row-${row.id}`,
      selected: row.id === selected,
      mayMove: row.may.arrange,
      can: { up: at > 0, down: at < siblings.length - 1, in: at > 0, out: above?.may.arrange ?? false },
      kind: row.columnType.split(',').length > 1 ? `${row.columnType.split(',')[0]}等` : row.columnType,
      organ: row.organ?.name ?? (hasOrganAbove(row, byId) ? '同上级' : '未指定'),
      light: lightInWords(row),
      published: row.published,
      roles: roleChips(row.grants),
    };
  });
}

function toggled(shut: ReadonlySet<string>, path: string): string {
  const next = new Set(shut);
  if (!next.delete(path)) next.add(path);
  return [...next].join(',');
}

/** Whether a channel above names the organ that answers, then for this one too. */
function hasOrganAbove(row: ChannelTreeRow, byId: ReadonlyMap<string, ChannelTreeRow>): boolean {
  const above = row.parentId ? byId.get(row.parentId) : undefined;
  return above !== undefined && (above.organ !== null || hasOrganAbove(above, byId));
}

/** A light with its figures, and with the word that they mean. */
export interface LightInWords {
  tone: Light;
  text: string;
  /** '' where the text says it already. */
  word: string;
}

/** The channel's own light, or the worse one of what lies below. */
export function lightInWords(row: ChannelTreeRow): LightInWords {
  const { light, below } = row;
  const say = (tone: Light, text: string, word = ''): LightInWords => ({ tone, text, word });
  if (row.state === 'hidden') return say('off', '已隐藏');
  if (row.stateAbove === 'hidden') return say('off', '随上级隐藏');
  if (row.state === 'closed') return say('off', '已关闭');
  if (row.stateAbove === 'closed') return say('off', '随上级关闭');
  if (light !== 'bad' && below?.light === 'bad') return say('bad', `下级 ${below.channels} 项超期`);
  if (light !== 'bad' && light !== 'warn' && below?.light === 'warn')
    return say('warn', `下级 ${below.channels} 项将超期`);
  if (light === 'off') return below?.light === 'ok' ? say('ok', '下级按期') : say('off', '未承诺');
  if (!row.lastOn) return say(light, '还没有稿件', light === 'ok' ? '' : LIGHTS[light]);
  return say(light, `${row.days === 0 ? '今天' : row.days} / ${row.updateDays} 天`, LIGHTS[light]);
}

/** What each role is for, in one word on a chip, in their order. */
const DUTIES: Partial<Record<Role, string>> = {
  'channel-manager': '管理',
  editor: '起草',
  reviewer: '审核',
  'secrecy-reviewer': '保密',
  publisher: '签发',
  liaison: '报送',
  'media-partner': '供稿',
  contractor: '维护',
};
export const dutyOf = (role: Role): string => DUTIES[role] ?? ROLES[role].name;
/** Without whom a text does not come out: shown, dashed, where it comes from above. */
const NEEDED: readonly Role[] = ['editor', 'reviewer', 'publisher'];

export interface RoleChip {
  label: string;
  inherited: boolean;
}

function roleChips(grants: ChannelTreeRow['grants']): RoleChip[] {
  const countOf = new Map(grants.map((grant) => [grant.role, grant]));
  const own = grants.some((grant) => grant.own > 0);
  if (!own) return grants.some((grant) => NEEDED.includes(grant.role)) ? [{ label: '继承', inherited: true }] : [];
  return (Object.keys(DUTIES) as Role[]).flatMap((role): RoleChip[] => {
    const count = countOf.get(role);
    if (!count) return [];
    if (count.own > 0) return [{ label: `${dutyOf(role)} ${count.own}`, inherited: false }];
    return NEEDED.includes(role) ? [{ label: dutyOf(role), inherited: true }] : [];
  });
}
