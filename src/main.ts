import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { entities } from './entities.js';
import { readConfig } from './kernel/config/config.js';
import { kernelErrors } from './kernel/errors.js';
import { openLog } from './kernel/logging/log.js';
import { isInstalled } from './kernel/platform/installation.js';
import { openPlatform } from './kernel/platform/platform.js';
import { removeRunFile, writeRunFile } from './kernel/platform/run-file.js';
import { originOf } from './origin.js';
import { loadEnvironment, sayAndExit } from './process.js';
import { requireFreePort, startWeb, type Web } from './web.js';

/** The web process with its jobs: `npm start`. */
async function main(): Promise<void> {
  const config = readConfig(loadEnvironment());
  const log = openLog(config.logLevel);
  const platform = await openPlatform(config, log, entities, 'server');
  let web: Web | null = null;
  let stopping = false;
  const stop = async (why: string, exitCode: number) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    const orderly = (async () => {
      await web?.close();
      await removeRunFile(config.dataDirectory);
      await platform.close();
    })().catch((error) => log.error({ err: error }, 'the stop was not orderly'));
    await Promise.race([orderly, sleep(10_000, null, { ref: false })]);
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal, 0));
  platform.onDatabaseLost(() => {
    if (!stopping) process.stderr.write(`${kernelErrors['kernel.database-lost']().message}\n`);
    void stop('the embedded PostgreSQL ended', 1);
  });
  try {
    await requireFreePort(config.host, config.port);
    if (platform.embedded && !(await isInstalled(platform, 'demonstration'))) {
      // Loaded for the first start alone: pinyin, divisions and Markdown are no part of serving.
      const { makeDemonstration } = await import('./demonstration.js');
      await makeDemonstration(platform);
    }
    web = await startWeb(platform);
    await writeRunFile(config.dataDirectory, {
      pid: process.pid,
      host: config.host,
      port: config.port,
      version: config.version,
      startedAt: new Date().toISOString(),
    });
  } catch (error) {
    if (stopping) return;
    await platform.close();
    throw error;
  }
  log.info({ port: config.port, sites: web.directory.size, version: config.version }, 'platform ready');
  process.stdout.write(welcome(web, originOf(config), platform.embedded));
}

/** The short table of addresses to open. */
function welcome(web: Web, origin: (host: string) => string, embedded: boolean): string {
  const { directory } = web;
  const { baseDomain } = directory;
  if (directory.size === 0)
    return '\n集约平台已就绪，但还没有站点。开通站点：npm run jiyue -- provision（演示稿件：npm run jiyue -- demo）\n\n';
  const county = directory.at(`nongan.${baseDomain}`, '/');
  const rows = [
    directory.province(),
    directory.at(`changchun.${baseDomain}`, '/'),
    county,
    county && directory.at(county.host, '/xz/kaian/'),
  ].flatMap((site) => (site ? [`  ${site.name.padEnd(12, '　')}${origin(site.host)}${site.prefix}`] : []));
  const first = `npm run jiyue -- publish samples/first-document.md --site ${county?.host ?? directory.province()?.host} --channel ywdt/tzgg`;
  return [
    '',
    `集约平台已就绪，承载 ${directory.size} 个站点。在浏览器里打开：`,
    ...rows,
    '',
    `  发布一篇自己的文稿：${first}`,
    `  打不开 *.${baseDomain}？npm run jiyue -- hosts`,
    ...(embedded ? ['  内置的 PostgreSQL 只供试用和测试，正式使用请配置外部数据库（README）。'] : []),
    '  按 Ctrl+C 停止。',
    '',
    '',
  ].join('\n');
}

main().catch(sayAndExit);
