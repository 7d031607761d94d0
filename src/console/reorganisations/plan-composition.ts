import { z } from 'zod';
import type { LineFault } from '../../tenancy/reorganisation/plan-line.js';
import { settleLines } from '../../tenancy/reorganisation/settle-lines.js';
import type { FormBody } from '../shell/form.js';
import { linesOf, type Step, stepSchema } from './plan-step.js';
import type { PlanningFacts } from './planning-facts.js';
import {
  addWay,
  faultsOfDetails,
  faultsOfOrgans,
  isAction,
  readEditor,
  type StepEditor,
  startStep,
  textOf,
  withoutUnchanged,
} from './step-editor.js';

const MOST_STEPS = 100;
/** A page brings its steps back as they were written; what cannot be read was not written by it. */
const stepsSchema = z.array(stepSchema).max(MOST_STEPS);

/** A plan that is being written: it goes from page to page and is nowhere kept until it is saved. */
export interface Composition {
  title: string;
  /** From which day on, as it was typed; '': not said yet. */
  day: string;
  /** Which writing of the plan it began from; undefined: of none. */
  draftNumber?: number;
  steps: Step[];
  editor: StepEditor | null;
}

export function readComposition(body: FormBody): Composition {
  return {
    title: textOf(body, 'title'),
    day: textOf(body, 'day'),
    draftNumber: Number.parseInt(textOf(body, 'draft'), 10) || undefined,
    steps: readSteps(body.steps),
    editor: readEditor(body),
  };
}

function readSteps(written: unknown): Step[] {
  try {
    return stepsSchema.parse(JSON.parse(typeof written === 'string' && written !== '' ? written : '[]'));
  } catch {
    return [];
  }
}

export interface Composed {
  composition: Composition;
  /** Of the editor, by field. */
  errors: Record<string, string>;
}

/** What a button of the page does to the plan: `add-merge`, `details`, `way`, `put`, `edit-2`, `drop-2`, `leave`. */
export function compose(now: Composition, command: string, facts: PlanningFacts): Composed {
  const [verb = '', object = ''] = command.split('-');
  const { steps, editor } = now;
  const as = (changes: Partial<Composition>, errors: Record<string, string> = {}): Composed => ({
    composition: { ...now, ...changes },
    errors,
  });
  switch (verb) {
    case 'add':
      return isAction(object) ? as({ editor: startStep(object) }) : as({});
    case 'edit': {
      const step = steps[Number(object)];
      return step ? as({ editor: { step, stage: 'details', at: Number(object) } }) : as({});
    }
    case 'drop':
      return as({ steps: steps.filter((_, i) => i !== Number(object)), editor: null });
    case 'leave':
      return as({ editor: null });
  }
  return editor ? edit(now, editor, verb, facts) : as({});
}

function edit(now: Composition, editor: StepEditor, verb: string, facts: PlanningFacts): Composed {
  const as = (edited: StepEditor, errors: Record<string, string> = {}): Composed => ({
    composition: { ...now, editor: edited },
    errors,
  });
  if (verb === 'organs') return as({ ...editor, stage: 'organs' });
  if (verb === 'way') return as(addWay(editor));
  if (verb !== 'details' && verb !== 'put') return as(editor);
  const unchosen = faultsOfOrgans(editor.step, facts);
  if (Object.keys(unchosen).length > 0) return as({ ...editor, stage: 'organs' }, unchosen);
  if (verb === 'details' || editor.stage === 'organs') return as({ ...editor, stage: 'details' });
  const step = withoutUnchanged(withoutEmptyWays(editor.step), facts);
  const errors = faultsOfDetails(step);
  if (Object.keys(errors).length > 0) return as({ ...editor, step }, errors);
  const replaces = editor.at !== null && editor.at < now.steps.length;
  const steps = replaces ? now.steps.with(editor.at!, step) : [...now.steps, step].slice(0, MOST_STEPS);
  return { composition: { ...now, steps, editor: null }, errors: {} };
}

/** Ways that nobody wrote anything into. */
function withoutEmptyWays(step: Step): Step {
  const isEmpty = ({ to, name, people, channels, rest }: Step['ways'][number]) =>
    !to && !name && !rest && people.length === 0 && channels.length === 0;
  const used = step.ways.filter((way) => !isEmpty(way));
  return step.action === 'split' && used.length >= 2 ? { ...step, ways: used } : step;
}

/** What is wrong with each step as the plan stands now, in the words of the plan itself. `row`: the step, from 1. */
export function faultsOfSteps(steps: readonly Step[], facts: PlanningFacts): LineFault[] {
  const inputs = steps.flatMap((step, at) => linesOf(step, facts).map((line) => ({ row: at + 1, ...line })));
  return settleLines(inputs, facts.known).faults.map(({ row, sentence }) => ({
    row,
    sentence: sentence.replace(/第 (\d+) 行/g, '第 $1 步'),
  }));
}
