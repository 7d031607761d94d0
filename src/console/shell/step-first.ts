/** Somebody has to sign in first, or to finish signing in: where to. */
export class StepFirst extends Error {
  constructor(
    readonly to: string,
    /** There is no session (any more), and so nothing but signing in that could be done. */
    readonly over = false,
  ) {
    super(to);
  }
}
