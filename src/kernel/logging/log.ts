import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured logs on standard error (standard output belongs to the results of commands). Times in UTC, one JSON a line. */
export function openLog(level: string): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.secretKey'],
        censor: '***',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

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
