import { userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { entities } from '../entities.js';
import type { Config } from '../kernel/config/config.js';
import type { Actor } from '../kernel/database/scope.js';
import { openLog } from '../kernel/logging/log.js';
import { openPlatform, type Platform } from '../kernel/platform/platform.js';
import { readRunFile } from '../kernel/platform/run-file.js';
import { originOf } from '../origin.js';

/** What a command works with. Results go to standard output, the last line alone; everything else to standard error. */
export interface CommandContext {
  config: Config;
  /** A named system operator: JIYUE_OPERATOR, else the account on this machine. */
  actor: Actor;
  /** A path as the operator wrote it, from where the operator stands. */
  path(written: string): string;
  /** Opens the platform for the command and closes it behind. */
  withPlatform<T>(work: (platform: Platform) => Promise<T>): Promise<T>;
  /** Where visitors reach the platform that runs on this data: its port may not be the one configured here. */
  visitors(): Promise<{ origin: (host: string) => string; running: boolean }>;
  say(line: string): void;
  result(line: string): void;
}

export function contextOf(config: Config): CommandContext {
  const name = process.env.JIYUE_OPERATOR?.trim() || `${userInfo().username}@cli`;
  const cwd = process.env.JIYUE_CWD ?? process.cwd();
  return {
    config,
    actor: { kind: 'operator', name },
    path: (written) => (isAbsolute(written) ? written : resolve(cwd, written)),
    withPlatform: async (work) => {
      const log = openLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
      const platform = await openPlatform(config, log, entities, 'command');
      try {
        return await work(platform);
      } finally {
        await platform.close();
      }
    },
    visitors: async () => {
      const run = config.database ? null : await readRunFile(config.dataDirectory);
      return {
        origin: originOf({ ...config, port: run?.port ?? config.port }),
        running: run !== null || config.database !== null,
      };
    },
    say: (line) => process.stderr.write(`${line}\n`),
    result: (line) => process.stdout.write(`${line}\n`),
  };
}
