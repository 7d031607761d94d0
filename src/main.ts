import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { FirstPeople, type OneTimePassword } from './access/first-people.js';
import { entities } from './entities.js';
import { preparePlatformAccount } from './identity/account/prepare-platform-account.js';
import { readConfig } from './kernel/config/config.js';
import { kernelErrors } from './kernel/errors.js';
import { startJobs } from './kernel/jobs/start-jobs.js';
import { openLog } from './kernel/logging/log.js';
import { isInstalled } from './kernel/platform/installation.js';
import { openPlatform } from './kernel/platform/platform.js';
import { removeRunFile, writeRunFile } from './kernel/platform/run-file.js';
import { originOf } from './origin.js';
import { loadEnvironment, sayAndExit } from './process.js';
import { FillReadings } from './tenancy/site/fill-readings.js';
import { requireFreePort, startWeb, type Web } from './web.js';

/** The web process with its jobs: `npm start`. */
async function main(): Promise<void> {
  const config = readConfig(loadEnvironment());
  const log = openLog(config.logLevel);
  const platform = await openPlatform(config, log, entities, 'server');
  let web: Web | null = null;
  let stopping = false;
  let firstPeople: OneTimePassword[] = [];
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
    await startJobs(platform, web.jobs);
    await writeRunFile(config.dataDirectory, {
      pid: process.pid,
      host: config.host,
      port: config.port,
      version: config.version,
      startedAt: new Date().toISOString(),
    });
    // Sites of an installation from before: what the switcher finds them by.
    void new FillReadings(platform.work)
      .run({ kind: 'system', name: '首次启动' })
      .catch((error) => log.error({ err: error, part: 'tenancy' }, 'readings of names could not be filled'));
    // Last, when nothing more can fail before they are shown.
    const people = new FirstPeople(platform.work, preparePlatformAccount(platform.secretKey));
    firstPeople = await people.makeMissing({ kind: 'system', name: '首次启动' });
  } catch (error) {
    if (stopping) return;
    stopping = true;
    await web?.close();
    await platform.close();
    throw error;
  }
  log.info({ port: config.port, sites: web.directory.size, version: config.version }, 'platform ready');
  process.stdout.write(welcome(web, originOf(config), platform.embedded, firstPeople));
}

/** The short table of addresses to open. */
function welcome(
  web: Web,
  origin: (host: string) => string,
  embedded: boolean,
  firstPeople: OneTimePassword[],
): string {
  const { directory } = web;
  const { baseDomain } = directory;
  if (directory.size === 0)
    return [
      '',
      '集约平台已就绪，但还没有网站。开通网站：npm run jiyue -- provision（演示稿件：npm run jiyue -- demo）',
      ...deskLines(origin(web.deskHost), firstPeople),
      '',
      '',
    ].join('\n');
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
    `集约平台已就绪，承载 ${directory.size} 个网站。在浏览器里打开：`,
    ...rows,
    ...deskLines(origin(web.deskHost), firstPeople),
    '',
    `  发布一篇自己的文稿：${first}`,
    `  打不开 *.${baseDomain}？npm run jiyue -- hosts`,
    ...(embedded ? ['  内置的 PostgreSQL 只供试用和测试，正式使用请配置外部数据库（README）。'] : []),
    '  按 Ctrl+C 停止。',
    '',
    '',
  ].join('\n');
}

/** Where one signs in; at the first start with whom. The passwords stand nowhere else. */
function deskLines(address: string, firstPeople: OneTimePassword[]): string[] {
  if (firstPeople.length === 0) return ['', `  工作台：${address}/`];
  return [
    '',
    `工作台：${address}/　头三个人的一次性密码（只显示这一次，72 小时内有效，登录后须换掉）：`,
    ...firstPeople.map(({ login, name, password }) => `  ${name.padEnd(7, '　')}${login.padEnd(10)}${password}`),
    '  忘了？npm run jiyue -- operator reset',
  ];
}

main().catch(sayAndExit);
