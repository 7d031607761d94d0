#!/usr/bin/env node
// npm run lock:complete: adds to package-lock.json the optional packages for other platforms that the registry in use
// did not serve, and which npm then leaves out: without them `npm ci` refuses the lock ("Missing: … from lock file").
// npm run lock:check: says what is missing and whether addresses of a registry are in the lock, and exits with 1.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock, missingPackages, resolvedPackages } from './lib/lock.mjs';

const check = process.argv.includes('--check');
const file =
  process.argv.slice(2).find((argument) => !argument.startsWith('--')) ??
  new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingPackages(lock);

if (check) {
  const resolved = resolvedPackages(lock);
  if (missing.length > 0) {
    const first = `${missing.length} optional packages of other platforms (${missing[0].name} and so on)`;
    console.error(`package-lock.json lacks ${first}: run npm run lock:complete`);
  }
  if (resolved.length > 0) {
    const first = `${resolved.length} addresses of a registry (${resolved[0]} and so on)`;
    console.error(`package-lock.json holds ${first}: install again with the project's .npmrc`);
  }
  if (missing.length + resolved.length > 0) process.exitCode = 1;
  else console.log('package-lock.json is complete for all platforms and names no registry');
} else {
  writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
  console.log(`${missing.length} platform packages added to package-lock.json`);
}
