import { makeDemonstration } from '../demonstration.js';
import type { CommandContext } from './command-context.js';

/** `demo`: what the first start with the embedded database does by itself. */
export async function demo(context: CommandContext): Promise<void> {
  await context.withPlatform(makeDemonstration);
  context.result('演示网站已开通');
}
