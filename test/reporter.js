import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Ends the output of a run: what was not run and why, then the count. `JIYUE_TEST_COUNTS` names a file for the count. */
export default class Reporter {
  onRunComplete(_contexts, results) {
    // a suite that could not even be loaded has no tests to count
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const count = `${results.numPassedTests} passed, ${failed} failed`;
    const lines = [...notRunLines(), `tests: ${count}`];
    // Jest writes its own summary after the last reporter
    process.once('exit', () => console.log(lines.join('\n')));
    if (process.env.JIYUE_TEST_COUNTS) appendFileSync(process.env.JIYUE_TEST_COUNTS, `${count}\n`);
  }
}

/** The folder of the run is gone when the process ends, so this is read before. */
function notRunLines() {
  try {
    const text = readFileSync(path.join(process.env.JIYUE_TEST_RUN, 'not-run'), 'utf8');
    return [...new Set(text.split('\n').filter(Boolean))].sort();
  } catch {
    return [];
  }
}
