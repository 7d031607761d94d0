import { appendFileSync } from 'node:fs';
import path from 'node:path';

/** What a machine may lack. A name in `JIYUE_REQUIRE` (separated by commas) must not be lacking. */
export type Facility = 'browser' | 's3' | 'pg15' | 'ordinary-user' | 'small-disk' | 'root';

/** The temporary folder of this run of Jest. Throws when Jest runs without test/global-setup.js. */
export function testRunDirectory(): string {
  const directory = process.env.JIYUE_TEST_RUN;
  if (!directory) throw new Error('JIYUE_TEST_RUN is not set: run Jest with the project’s jest.config.js');
  return directory;
}

/**
 * Notes that something was not tested because this machine lacks a facility; test/reporter.js lists it at the end of
 * the run as `NOT RUN: facility (reason)`. Throws when `JIYUE_REQUIRE` names the facility.
 */
export function notRun(facility: Facility, reason: string): void {
  if (process.env.JIYUE_REQUIRE?.split(',').includes(facility)) {
    throw new Error(`JIYUE_REQUIRE names ${facility}, but: ${reason}`);
  }
  appendFileSync(path.join(testRunDirectory(), 'not-run'), `NOT RUN: ${facility} (${reason.replaceAll('\n', ' ')})\n`);
}

/** `describe`, or `describe.skip` with a note when a reason says what is lacking: `describeWith('browser', lack)(…)`. */
export function describeWith(facility: Facility, lacking: string | null): jest.Describe | typeof describe.skip {
  if (lacking === null) return describe;
  notRun(facility, lacking);
  return describe.skip; // the machine lacks the facility; listed as NOT RUN, refused in CI by JIYUE_REQUIRE
}
