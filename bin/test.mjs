#!/usr/bin/env node
// npm test [-- JEST ARGUMENTS]: all tests, or those whose path matches.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { follow, onFittingNode } from './lib/fitting-node.mjs';

if (onFittingNode(import.meta.url)) {
  const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
  const options = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const env = { ...process.env, NODE_OPTIONS: options.filter(Boolean).join(' ') };
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  follow(spawn(process.execPath, [jest, ...process.argv.slice(2)], { stdio: 'inherit', env, cwd }));
}
