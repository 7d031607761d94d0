#!/usr/bin/env node
// Compiles src/ into dist/ with swc: `node bin/build.mjs [--force]`. Start, CLI and tests call ensureBuilt() instead.
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/compile.mjs';

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const started = performance.now();
  const { compiled, removed } = await ensureBuilt({ force: process.argv.includes('--force') });
  console.log(`build: ${compiled} compiled, ${removed} removed, ${Math.round(performance.now() - started)} ms`);
}

export { ensureBuilt };
