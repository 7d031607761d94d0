import 'reflect-metadata';
import { CommanderError } from 'commander';
import { contextOf } from './commands/command-context.js';
import { commandsOver } from './commands/program.js';
import { readConfig } from './kernel/config/config.js';
import { loadEnvironment, sayAndExit } from './process.js';

async function main(): Promise<void> {
  const program = commandsOver(() => contextOf(readConfig(loadEnvironment())));
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

// `… | head` closes our output when it has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
main().then(() => process.exit(process.exitCode ?? 0), sayAndExit);
