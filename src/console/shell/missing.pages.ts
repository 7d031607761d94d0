import { consoleErrors } from './errors.js';
import { DeskRoutes, DoesOwn, ShowsOwn } from './route.js';

const WHY = 'an address that is no page: the same answer for all';

/** Every other address of the desk; registered last. */
@DeskRoutes()
export class MissingPages {
  @ShowsOwn('*', WHY)
  show(): never {
    throw consoleErrors['console.no-page']();
  }

  @DoesOwn('*', WHY)
  act(): never {
    throw consoleErrors['console.no-page']();
  }
}
