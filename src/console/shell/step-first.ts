/** Somebody has to sign in first, or to finish signing in: where to. */
export class StepFirst extends Error {
  constructor(
    readonly to: string,
    /** There is no session (any more), and so nothing but signing in that could be done. */
    readonly over = false,
    /** There was one: whoever was at work is told why they are to sign in again. */
    readonly lapsed = false,
  ) {
    super(to);
  }
}
