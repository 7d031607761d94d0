// npm run bench [-- --quick] [-- --write]: the platform's figures and, in the same run, what they are compared with.
// Asserts nothing about time. --quick: a smoke run for CI. --write: also into docs/performance.md.
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { ownPlatform, projectRoot } from '../../test/journeys/own-platform.mjs';
import { whilePeopleSignIn } from './bench-sign-in.mjs';
import { toTheEnd } from './to-the-end.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 5;
const SECONDS = quick ? 1 : 4;
const rows = [];
const row = (what, figure, target = '', compared = '') => {
  rows.push([what, figure, target, compared]);
  console.log(`${what.padEnd(52)} ${figure.padEnd(34)} ${target.padEnd(14)} ${compared}`);
};
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const spread = (numbers, digits = 0) =>
  `${at(numbers, 0.5).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}–${Math.max(...numbers).toFixed(digits)})`;

const platform = await ownPlatform();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** One request on a connection that is kept; milliseconds until the last byte. */
function ask(host, path) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    request({ host: '127.0.0.1', port: platform.port, path, headers: { host }, agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ ms: performance.now() - began, status: response.statusCode, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const rssOf = async (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''))?.[1] ?? 0) / 1024;

async function requestsPerSecond(port, host, connections) {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/`,
    headers: { host },
    connections,
    duration: SECONDS,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers other than 2xx, ${result.errors} errors`);
  return { rps: result.requests.average, p99: result.latency.p99 };
}

/** The same bytes from Node's bare http server, in a process of its own. */
async function bareNode(body) {
  const { spawn } = await import('node:child_process');
  const code = `
    const http = require('node:http');
    const chunks = [];
    process.stdin.on('data', (c) => chunks.push(c)).on('end', () => {
      const body = Buffer.concat(chunks);
      const server = http.createServer((q, s) => { s.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': body.length }); s.end(body); });
      server.listen(0, '127.0.0.1', () => console.log(server.address().port));
    });`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(body);
  const port = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(Number(chunk))));
  return { port, stop: () => child.kill() };
}

let bare = null;
const work = async () => {
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}\n`);
  const first = await platform.start();
  const provisioned = /个网站，用时 ([\d.]+) 秒/.exec(platform.output)?.[1];
  row('first start, with build, province and samples', `${(first / 1000).toFixed(1)} s`, '< 90 s');
  row('  of which the province (1,299 sites)', `${provisioned} s`, '< 60 s');
  const restarts = [];
  for (let i = 0; i < (quick ? 1 : 3); i++) {
    await platform.stop();
    restarts.push((await platform.start()) / 1000);
  }
  row('later start', `${spread(restarts, 1)} s`, '< 5 s');
  row('memory of the web process, all sites, idle', `${(await rssOf(platform.pid)).toFixed(0)} MB`, '< 300 MB');

  const list = await platform.jiyue(['sites']);
  const sites = list.stdout
    .trim()
    .split('\n')
    .map((line) => new URL(line.split('\t')[0]));
  const step = Math.max(1, Math.floor(sites.length / (quick ? 40 : 400)));
  const homes = sites.filter((_, i) => i % step === 0);
  await ask('jl.localhost', '/no-such-page/');
  const cold = [];
  for (const url of homes) cold.push((await ask(url.hostname, url.pathname)).ms);
  row(
    `cold page, ${cold.length} home pages of sites never visited`,
    `p50 ${at(cold, 0.5).toFixed(1)}  p99 ${at(cold, 0.99).toFixed(1)}  max ${Math.max(...cold).toFixed(1)} ms`,
    '< 50 ms',
  );
  const documents = [];
  for (const host of ['jl', 'changchun', 'jilin', 'nongan', 'dehui', 'shulan', 'siping', 'yanbian'].map(
    (n) => `${n}.localhost`,
  ))
    for (const path of ['/zwgk/', '/zwgk/zcwj/', '/ywdt/', '/ywdt/tzgg/']) {
      const page = await ask(host, path);
      if (page.status !== 200) continue;
      documents.push(page.ms);
      for (const [, link] of page.body.toString().matchAll(/href="(\/[^"]+\/t\d{8}_\d+\.html)"/g))
        documents.push((await ask(host, link)).ms);
    }
  row(
    `cold page, ${documents.length} channels and documents`,
    `p50 ${at(documents, 0.5).toFixed(1)}  p99 ${at(documents, 0.99).toFixed(1)}  max ${Math.max(...documents).toFixed(1)} ms`,
    '< 50 ms',
  );

  const warm = [];
  for (let i = 0; i < (quick ? 50 : 500); i++) warm.push((await ask('jl.localhost', '/')).ms);
  row('warm page, one after another', `p50 ${at(warm, 0.5).toFixed(2)}  p99 ${at(warm, 0.99).toFixed(2)} ms`);

  const signing = await whilePeopleSignIn({ platform, ask, people: 20, rounds: quick ? 100 : 2_000 });
  row(
    `visitor’s page while 20 people sign in (${(signing.signedIn / signing.seconds).toFixed(0)} sign-ins/s)`,
    `p50 ${at(signing.beside, 0.5).toFixed(2)}  p99 ${at(signing.beside, 0.99).toFixed(2)} ms`,
    '',
    `alone: p50 ${at(signing.alone, 0.5).toFixed(2)}  p99 ${at(signing.alone, 0.99).toFixed(2)} ms`,
  );

  const { body } = await ask('jl.localhost', '/');
  bare = await bareNode(body);
  const [ours, theirs] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push((await requestsPerSecond(platform.port, 'jl.localhost', 16)).rps);
    theirs.push((await requestsPerSecond(bare.port, 'jl.localhost', 16)).rps);
  }
  bare.stop();
  row(
    `warm page of ${Math.round(body.length / 1024)} KB, requests a second`,
    spread(ours),
    '',
    `bare Node http, same bytes: ${spread(theirs)}`,
  );
  row(
    '  ratio, round by round',
    spread(
      ours.map((n, i) => n / theirs[i]),
      2,
    ),
  );

  const { parseDocument } = await import('../../dist/content/intake/parsed-document.js');
  const clause = '（一）落实责任。各部门要亲自部署，做到有 计划、有检查，按时完成，\n\n并及时报送情况。\n\n';
  const long = Buffer.from(
    `标题: 示例\n\n一、要求\n\n${clause.repeat(Math.ceil(200_000 / Buffer.byteLength(clause)))}`,
  );
  const readings = [];
  for (let i = 0; i < (quick ? 2 : 10); i++) {
    const began = performance.now();
    parseDocument({ bytes: long, name: 'long.txt' });
    readings.push(performance.now() - began);
  }
  row('reading a document of 200 KB', `${spread(readings)} ms`);

  const lags = [];
  const text = await readFile(join(projectRoot, 'samples', 'first-document.md'), 'utf8');
  for (let i = 0; i < (quick ? 2 : 10); i++) {
    const file = join(platform.dataDirectory, 'bench.md');
    await writeFile(file, text.replace(/标题:.*/, `标题: 第 ${i} 次更新（示例）`));
    const before = (await ask('nongan.localhost', '/ywdt/tzgg/')).body;
    const command = platform.jiyue(['publish', file, '--site', 'nongan.localhost', '--channel', 'ywdt/tzgg']);
    let done = 0;
    const ended = command.then((outcome) => {
      if (outcome.code !== 0) throw new Error(outcome.stderr);
      done = performance.now();
    });
    let shown = 0;
    while (!shown || !done) {
      if (!shown && !(await ask('nongan.localhost', '/ywdt/tzgg/')).body.equals(before)) shown = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (done && performance.now() - done > 10_000) throw new Error('not shown after 10 s');
    }
    await ended;
    lags.push(Math.max(0, shown - done));
  }
  row(
    `published → shown, after the command’s end, ${lags.length} times`,
    `p50 ${at(lags, 0.5).toFixed(0)}  max ${Math.max(...lags).toFixed(0)} ms`,
    '< 1000 ms',
  );
  row('memory of the web process after all this', `${(await rssOf(platform.pid)).toFixed(0)} MB`, '< 300 MB');

  if (process.argv.includes('--write')) {
    const table = [
      '| What | Measured | Wanted | Compared with |',
      '|---|---|---|---|',
      ...rows.map((r) => `| ${r.map((c) => c.trim()).join(' | ')} |`),
    ];
    const text = `# Performance\n\nMade by \`npm run bench -- --write\`: ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}, the embedded PostgreSQL on the\nsame machine, the load from the same machine. Medians with (least–most).\n\n${table.join('\n')}\n`;
    await writeFile(join(projectRoot, 'docs', 'performance.md'), text);
  }
};

await toTheEnd(work, async () => {
  agent.destroy();
  bare?.stop();
  await platform.close();
});
