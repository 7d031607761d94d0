#!/usr/bin/env node
// npm run jiyue -- COMMAND …: the operators' commands. Relative paths count from JIYUE_CWD, where the user stands.
import { onFittingNode } from './lib/fitting-node.mjs';

// npm goes to the project's folder and tells in INIT_CWD where it came from; a program that npm runs may start us
// itself, and then that is not where our user stands
const startedByNpm = process.env.npm_lifecycle_event === 'jiyue';
process.env.JIYUE_CWD = (startedByNpm && process.env.INIT_CWD) || process.cwd();

if (onFittingNode(import.meta.url)) {
  const { runBuilt } = await import('./lib/run-built.mjs');
  await runBuilt('cli.js');
}
