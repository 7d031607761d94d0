#!/usr/bin/env node
// npm run bench -- desk [--quick] [--plans]: lists of a million items over 1,300 sites through the API, with row security on
// and beside it the same SQL without; the compile time of an ability; statements per page at 10 and at 1,300 sites. On a
// database server of its own. Asserts nothing about time. --quick: 10,000 items, for CI. --plans: prints the plans.
import { onFittingNode } from './lib/fitting-node.mjs';

if (onFittingNode(import.meta.url)) {
  const { ensureBuilt } = await import('./lib/compile.mjs');
  await ensureBuilt();
  if (process.argv.includes('--serve')) await (await import('./lib/bench-desk-server.mjs')).serve();
  else await (await import('./lib/bench-desk-run.mjs')).run();
}
