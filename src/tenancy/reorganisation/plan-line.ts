/** What happens to an organ, and the word for it in a plan. */
export const ACTIONS = { merge: '合并', split: '拆分', rename: '更名', close: '撤销' } as const;
export type PlanAction = keyof typeof ACTIONS;

/** What becomes of the sub-site of an organ that ends, and the word for it in a plan. */
export const FATES = { stays: '保留', archived: '归档', redirected: '并入' } as const;
export type SubSiteFate = keyof typeof FATES;

/** What an organ is called and where it is reached. */
export interface OrganFacts {
  name: string;
  shortName: string;
  telephone: string;
  address: string;
}

/**
 * One line of a plan: an organ and one that it goes to. All lines of a plan happen at once, on what stood before it. An
 * organ ends unless it is renamed or a line leads to itself.
 */
export interface PlanLine {
  action: PlanAction;
  fromId: string;
  fromName: string;
  /** An organ that exists or one that the plan makes; of a renaming: `fromId`. */
  toId: string;
  toName: string;
  /** What changes of the organ `toId`, when it exists already. */
  facts: Partial<OrganFacts>;
  /** Of a split: who goes this way. */
  accountIds: string[];
  /** Of a split: channels that go this way. `underId`: a channel below which they move; null: they stay where they are. */
  channels: { id: string; underId: string | null }[];
  /** Of a split: whoever and whatever no line names goes this way. */
  rest: boolean;
  /** What becomes of its sub-sites; null: said by no word, so they stay with the successor (of a split: with the rest). */
  fate: SubSiteFate | null;
  /** Number of the line where people wrote it. */
  row: number;
}

/** An organ that a plan makes. */
export interface MadeOrgan {
  id: string;
  name: string;
  /** Empty: made from the name. */
  shortName: string;
  /** Empty: as that of `likeId`. */
  telephone: string;
  address: string;
  /** The first organ that goes into it: kind, place, office hours and introduction are taken from it. */
  likeId: string;
}

export type PlanState = 'draft' | 'tried' | 'scheduled' | 'applied' | 'taken-back' | 'cancelled';

export const STATES: Record<PlanState, string> = {
  draft: '还没有试算通过',
  tried: '已试算，还没有排期',
  scheduled: '已排期',
  applied: '已经执行',
  'taken-back': '已经收回',
  cancelled: '已经取消',
};

/** One line as people write it, in the words of the table. All fields are text, trimmed, '' when empty. */
export interface LineInput {
  row: number;
  action: string;
  from: string;
  to: string;
  shortName: string;
  telephone: string;
  address: string;
  people: string;
  channels: string;
  under: string;
  subSite: string;
}

/** Columns of the table, by the field of a line. */
export const COLUMNS = {
  action: '动作',
  from: '原机关',
  to: '新机关',
  shortName: '新机关简称',
  telephone: '电话',
  address: '地址',
  people: '人员',
  channels: '栏目',
  under: '移到栏目',
  subSite: '子站',
} as const satisfies Record<Exclude<keyof LineInput, 'row'>, string>;

/** Of a table alone: from which day on the plan holds, in any of its lines. */
export const DAY_COLUMN = '生效日期';

export interface LineFault {
  /** 0: of the plan as a whole. */
  row: number;
  sentence: string;
}

/** `第 3 行：…` for each, in their order. */
export const faultText = (faults: readonly LineFault[]): string =>
  faults.map(({ row, sentence }) => (row > 0 ? `第 ${row} 行：${sentence}` : sentence)).join('\n');
