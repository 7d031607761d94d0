import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { entities } from './entities.js';
import { readConfig } from './kernel/config/config.js';
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
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    const late = sleep(10_000, 'late', { ref: false });
    await Promise.race([
      (async () => {
        await web?.close();
        await removeRunFile(config.dataDirectory);
        await platform.close();
      })(),
      late,
    ]);
    process.exit(0);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGHUP', () => void stop('SIGHUP'));
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
  const province = directory.province();
  const county = directory.at(`nongan.${directory.baseDomain}`, '/');
  const city = directory.at(`changchun.${directory.baseDomain}`, '/');
  const township = directory.at(county?.host ?? '', '/xz/kaian/');
  const rows = [province, city, county, township].flatMap((site) =>
    site ? [`  ${site.name.padEnd(12, '　')}${origin(site.host)}${site.prefix}`] : [],
  );
  return [
    '',
    `集约平台已就绪，承载 ${directory.size} 个站点。在浏览器里打开：`,
    ...rows,
    '',
    '  发布一篇自己的文稿：npm run jiyue -- publish samples/first-document.md --site nongan.localhost --channel ywdt/tzgg',
    '  打不开 *.localhost？npm run jiyue -- hosts',
    ...(embedded ? ['  内置的 PostgreSQL 只供试用和测试，正式使用请配置外部数据库（README）。'] : []),
    '  按 Ctrl+C 停止。',
    '',
    '',
  ].join('\n');
}

main().catch(sayAndExit);
