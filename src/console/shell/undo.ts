import { UserError } from '../../kernel/user-error.js';
import { done, Redirect } from './answers.js';
import type { FormBody } from './form.js';

const GONE = '它已经不在，或者不在您的授权范围内。';

/** As what an undo expects to find the thing; absent: the form is no undo. */
export function stillOf(body: unknown): string | undefined {
  const { still } = (body ?? {}) as FormBody;
  return typeof still === 'string' && still !== '' ? still : undefined;
}

/**
 * Takes an act back, by the same command that anybody would do it with. Where it cannot be taken back any more, the page it
 * goes back to says why and shows how things are now.
 * @param run does it, and says so in a sentence
 */
export async function undone(back: string, run: () => Promise<string>): Promise<Redirect> {
  try {
    return done(back, await run());
  } catch (error) {
    if (!(error instanceof UserError) || ![404, 409, 422].includes(error.status)) throw error;
    return new Redirect(back, { tone: 'bad', text: `没有撤销：${error.status === 404 ? GONE : error.message}` });
  }
}
