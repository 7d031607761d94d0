import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './kernel/config/project-root.js';
import { UserError } from './kernel/user-error.js';

/** The environment, completed by `.env` of the project; what is set already wins. On a terminal logs begin at `warn`. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  const file = join(projectRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  if (process.stdout.isTTY && !process.env.LOG_LEVEL) process.env.LOG_LEVEL = 'warn';
  return process.env;
}

/** Ends the process: one sentence for what a person can mend, the whole error for a defect. */
export function sayAndExit(error: unknown): never {
  if (error instanceof UserError) process.stderr.write(`${error.message}\n`);
  else {
    process.stderr.write('程序出错了，这是一个缺陷。请把下面的内容发给平台维护人员：\n');
    console.error(error);
  }
  process.exit(1);
}
