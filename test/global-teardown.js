import { closeTestRun } from './test-run.js';

export default async function globalTeardown() {
  await globalThis.jiyueTestContainer?.stop();
  await closeTestRun(process.env.JIYUE_TEST_RUN);
}
