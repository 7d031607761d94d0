#!/usr/bin/env node
// npm run bench [-- --quick] [-- --write]: what visitors feel. npm run bench -- desk [--quick]: lists and rules of the desk.
if (process.argv.includes('desk')) await import('./bench-desk.mjs');
else await import('./lib/bench-visitors.mjs');
