#!/usr/bin/env node
// npm run permissions: prints docs/permissions.md from the rules.
import { writeFile } from 'node:fs/promises';
import { ensureBuilt } from './build.mjs';
import { onFittingNode } from './lib/fitting-node.mjs';

if (onFittingNode(import.meta.url)) {
  await ensureBuilt();
  const { permissionsMarkdown } = await import(new URL('../dist/permissions.js', import.meta.url).href);
  await writeFile(new URL('../docs/permissions.md', import.meta.url), permissionsMarkdown());
}
