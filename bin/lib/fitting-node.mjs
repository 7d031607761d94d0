// This file and those that import it at the top are read by old Node versions too: nothing newer than Node 14 in here.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OLDEST = [22, 22];

/**
 * Whether this Node is new enough. Where it is not, the program is started again, with the same arguments and streams,
 * by the Node that came with the dependencies, and its end becomes ours; where there is none, a sentence says what to do.
 * @param {string} program `import.meta.url` of the program
 * @returns {boolean} false: do nothing more
 */
export function onFittingNode(program) {
  if (isFitting(process.versions.node)) {
    if (existsSync(path.join(ROOT, 'node_modules/@swc/core'))) return true;
    giveUp('还没有安装依赖：请先在项目目录执行 npm ci。');
    return false;
  }
  const bundled = path.join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
  if (existsSync(bundled)) {
    follow(
      spawn(bundled, [...process.execArgv, fileURLToPath(program), ...process.argv.slice(2)], { stdio: 'inherit' }),
    );
  } else {
    const wanted = `需要 Node ${OLDEST.join('.')} 或更新的版本，当前是 ${process.version}`;
    giveUp(`${wanted}：请在项目目录执行 npm ci（会一并装好合适的 Node），或自行升级 Node。`);
  }
  return false;
}

/** Hands signals on to a child and ends as it ends. */
export function follow(child) {
  const ignore = () => {};
  const handOn = (signal) => child.kill(signal);
  // a terminal sends Ctrl-C to both of us; twice would mean "at once"
  process.on('SIGINT', process.stdin.isTTY ? ignore : handOn);
  process.on('SIGTERM', handOn);
  process.on('SIGHUP', handOn);
  child.on('error', (error) => giveUp(`无法启动 ${child.spawnfile}（${error.code || error.message}）。`));
  child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Ends the program with a sentence. */
export function giveUp(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

function isFitting(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
