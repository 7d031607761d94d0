import module from 'node:module';
import { ensureBuilt } from './compile.mjs';
import { giveUp } from './fitting-node.mjs';

/**
 * Brings `dist/` up to date and runs a program of it in this process. Writes nothing to standard output.
 * @param {string} file name in `dist/`, e.g. `main.js`
 */
export async function runBuilt(file) {
  try {
    await ensureBuilt();
  } catch (error) {
    giveUp(`源码编译失败，请改正后重试：\n${String(error.message).split('Caused by:')[0].trim()}`);
    return;
  }
  module.setSourceMapsSupport(true, { nodeModules: false });
  await import(new URL(`../../dist/${file}`, import.meta.url).href);
}
