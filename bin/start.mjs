#!/usr/bin/env node
// npm start: the platform, built when its sources are newer.
import { onFittingNode } from './lib/fitting-node.mjs';

if (onFittingNode(import.meta.url)) {
  const { runBuilt } = await import('./lib/run-built.mjs');
  await runBuilt('main.js');
}
