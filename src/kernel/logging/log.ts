import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';

export type Log = Logger;

/**
 * What a statement that failed was given, and what PostgreSQL quotes of the row: hashes of passwords, telephones, texts. What
 * it was and which rule it broke says enough.
 */
const VALUES = ['parameters', 'detail', 'where', 'hint'];

export const logOptions = (level: string): LoggerOptions => ({
  level,
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: [
      'req.headers.cookie',
      'req.headers.authorization',
      '*.password',
      '*.secretKey',
      ...VALUES.flatMap((value) => [`err.${value}`, `err.driverError.${value}`]),
    ],
    censor: '***',
  },
});

/** Structured logs on standard error (standard output belongs to the results of commands). Times in UTC, one JSON a line. */
export const openLog = (level: string): Log => pino(logOptions(level), pino.destination({ dest: 2, sync: true }));

/** What Nest says about itself goes into the same log, at `debug`: it is about wiring, not about sites. */
export function nestLogger(log: Log): LoggerService {
  const child = log.child({ part: 'nest' });
  return {
    log: (message: unknown) => child.debug(String(message)),
    debug: (message: unknown) => child.debug(String(message)),
    verbose: (message: unknown) => child.trace(String(message)),
    warn: (message: unknown) => child.warn(String(message)),
    error: (message: unknown, stack?: unknown) => child.error({ stack }, String(message)),
    fatal: (message: unknown) => child.fatal(String(message)),
  };
}
