import { ACTIONS, type PlanAction } from '../../tenancy/reorganisation/plan-line.js';
import type { Way } from './plan-step.js';
import type { PlanningFacts } from './planning-facts.js';
import type { StepEditor } from './step-editor.js';

/** What `field` of parts/form.njk wants. */
interface Field {
  name: string;
  label: string;
  value: string;
  type?: 'select' | 'tel';
  options?: { value: string; label: string }[];
  hint?: string;
  error?: string;
  required?: boolean;
  maxlength?: number;
  whole?: true;
}

type Errors = Readonly<Record<string, string>>;

const ABOUT: Record<PlanAction, string> = {
  merge: '几个机关并成一个。人员、栏目和授权一起过去，原机关撤并。',
  split: '一个机关分成几个。逐个写明去向，没有写明的随“其余”走。',
  rename: '机关不变，只改名称、简称、电话或地址。',
  close: '机关撤销，由另一个现有的机关接续。',
};
const NEW = '';

/** The editor as the page shows it: the choice of organs, then fields for each way, people and channels of a split. */
export function editorView({ step, stage, at }: StepEditor, facts: PlanningFacts, errors: Errors) {
  const { action, from, ways } = step;
  return {
    title: `${at === null ? '增加一步' : `修改第 ${at + 1} 步`}：${ACTIONS[action]}`,
    about: ABOUT[action],
    stage,
    action,
    at: at === null ? '' : String(at),
    ways: ways.length,
    from: from.map((id) => ({ id, name: facts.nameOf(id), weight: facts.weightOf(id) })),
    organs: {
      several: action === 'merge',
      label: action === 'merge' ? '要合并的机关' : `要${ACTIONS[action]}的机关`,
      options: facts.movable.map((organ) => ({ value: organ.id, label: organ.name })),
      values: from,
      error: errors.from ?? null,
    },
    targets: ways.map((way, i) => ({
      title: targetTitle(action, i),
      fields: targetFields(action, way, i, from, facts, errors),
    })),
    fates: action === 'merge' || action === 'close' ? fateFields(ways[0]!, from, facts) : [],
    splitting: action === 'split' ? splitting(ways, from[0] ?? '', facts, errors) : null,
    moving: action === 'merge' || action === 'close' ? moving(ways[0]!, from, facts) : null,
  };
}

const targetTitle = (action: PlanAction, i: number): string =>
  ({ merge: '并成哪个机关', split: `去向 ${i + 1}`, rename: '改成什么', close: '由谁接续' })[action];

function targetFields(
  action: PlanAction,
  way: Way,
  i: number,
  from: readonly string[],
  facts: PlanningFacts,
  errors: Errors,
): Field[] {
  const at = (name: string) => `way${i}-${name}`;
  const field = (name: keyof Way, label: string, more: Partial<Field> = {}): Field => ({
    name: at(name),
    label,
    value: String(way[name]),
    error: errors[at(name)],
    ...more,
  });
  const organs = facts.living.map((organ) => ({ value: organ.id, label: organ.name }));
  const choice = (first: string, list = organs, required?: boolean) =>
    field('to', '机关', { type: 'select', whole: true, required, options: [{ value: NEW, label: first }, ...list] });
  if (action === 'close')
    return [
      choice(
        '请选择',
        organs.filter(({ value }) => !from.includes(value)),
        true,
      ),
    ];
  // Renaming changes what stands there; of a new organ what is left empty is taken from the first that goes into it.
  const now = action === 'rename' ? facts.organ(from[0] ?? '') : undefined;
  const contacts = [
    field('shortName', '简称', { value: way.shortName || (now?.shortName ?? ''), maxlength: 20, required: false }),
    field('telephone', '电话', {
      type: 'tel',
      value: way.telephone || (now?.telephone ?? ''),
      maxlength: 40,
      required: false,
    }),
    field('address', '地址', {
      value: way.address || (now?.address ?? ''),
      maxlength: 100,
      whole: true,
      required: false,
    }),
  ];
  if (action === 'rename')
    return [
      field('name', '名称', { value: way.name || (now?.name ?? ''), maxlength: 40, required: true, whole: true }),
      ...contacts,
    ];
  const kept = from[0] && action === 'split' ? `${facts.nameOf(from[0])}（保留）` : '';
  const named = organs.map(({ value, label }) => ({ value, label: kept && value === from[0] ? kept : label }));
  return [
    choice('新设机关', named),
    field('name', '新设机关的名称', { maxlength: 40, whole: true, hint: '选了现有机关的，不填。' }),
    ...contacts,
  ];
}

const FATE_OPTIONS = [
  { value: 'stays', label: '保留，由接续的机关主办' },
  { value: 'archived', label: '归档，不再更新' },
  { value: 'redirected', label: '并入接续机关的子站，旧地址跳转' },
];

const fateFields = (way: Way, from: readonly string[], facts: PlanningFacts): Field[] =>
  from.flatMap((organId) => {
    const sites = facts.subSitesOf(organId);
    if (sites.length === 0 || organId === way.to) return [];
    return [
      {
        name: `fate-${organId}`,
        label: `${facts.nameOf(organId)}的子站 ${sites.map((site) => site.prefix).join('、')}`,
        type: 'select' as const,
        value: way.fates[organId] ?? 'stays',
        options: FATE_OPTIONS,
        whole: true as const,
      },
    ];
  });

/** Who and what goes where, one by one. */
function splitting(ways: readonly Way[], organId: string, facts: PlanningFacts, errors: Errors) {
  const targets = ways.map(({ to, name }, i) => {
    const called = to ? facts.nameOf(to) : name;
    return { value: String(i), label: called ? `去向 ${i + 1}：${called}` : `去向 ${i + 1}` };
  });
  const wayOf = (what: 'people' | 'channels', id: string): string => {
    const i = ways.findIndex((way) => way[what].includes(id));
    return i < 0 ? '' : String(i);
  };
  const sites = facts.subSitesOf(organId);
  const rest = ways.findIndex((way) => way.rest);
  const [fateAt, fate] = ways.flatMap((way, i) => (way.fates[organId] ? [[i, way.fates[organId]]] : []))[0] ?? [];
  return {
    targets: [{ value: '', label: '随其余' }, ...targets],
    rest: {
      name: 'rest',
      label: '其余的人员和栏目归',
      type: 'select',
      value: rest < 0 ? '' : String(rest),
      error: errors.rest,
      hint: '下面没有单独选去向的，都归这里。',
      options: [{ value: '', label: '没有其余，全部单独选' }, ...targets],
      whole: true,
    } satisfies Field,
    subSite:
      sites.length === 0
        ? null
        : ({
            name: 'subSite',
            label: `子站 ${sites.map((site) => site.prefix).join('、')}`,
            type: 'select',
            // Whichever way says so, it is archived.
            value: fate === undefined ? '' : `${fate === 'archived' ? 0 : fateAt}:${fate}`,
            options: [
              { value: '', label: '随其余' },
              ...targets.flatMap(({ value, label }) => [
                { value: `${value}:stays`, label: `由${label}主办` },
                { value: `${value}:redirected`, label: `并入${label}的子站，旧地址跳转` },
              ]),
              { value: '0:archived', label: '归档，不再更新' },
            ],
            whole: true,
          } satisfies Field),
    people: facts
      .peopleOf(organId)
      .map(({ id, name, login }) => ({ field: `person-${id}`, title: name, path: login, value: wayOf('people', id) })),
    channels: facts.channelsOf(organId).map(({ id, name }) => ({
      field: `channel-${id}`,
      title: name,
      path: `/${facts.addressOf(id)}/`,
      value: wayOf('channels', id),
    })),
    under: ways.map((way, i) => underField(`way${i}-under`, `归去向 ${i + 1} 的栏目移到`, way, facts)),
  };
}

/** Channels of what merges or ends may move below another one. */
function moving(way: Way, from: readonly string[], facts: PlanningFacts) {
  const own = from.flatMap((organId) => facts.channelsOf(organId));
  if (own.length === 0) return null;
  return {
    on: way.channels.length > 0 || way.under !== '',
    channels: own.map(({ id, name }) => ({ value: id, label: `${name}（/${facts.addressOf(id)}/）` })),
    values: way.channels,
    under: underField('way0-under', '移到哪个栏目之下', way, facts),
  };
}

const underField = (name: string, label: string, way: Way, facts: PlanningFacts): Field => ({
  name,
  label,
  type: 'select',
  value: way.under,
  options: [
    { value: '', label: '不移动' },
    ...facts.known.channels.map((channel) => ({
      value: channel.id,
      label: `/${facts.addressOf(channel.id)}/ ${channel.name}`,
    })),
  ],
  whole: true,
});
