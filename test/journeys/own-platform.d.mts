export interface CommandOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Last line of standard output. */
  last: string;
}

export interface OwnPlatform {
  readonly port: number;
  readonly dataDirectory: string;
  readonly env: Record<string, string>;
  readonly pid: number | undefined;
  readonly output: string;
  url(host: string, path?: string): string;
  /** @returns milliseconds until it was ready */
  start(): Promise<number>;
  stop(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void>;
  jiyue(args: string[], cwd?: string): Promise<CommandOutcome>;
  close(): Promise<void>;
}

export const projectRoot: string;
export function ownPlatform(options?: {
  env?: Record<string, string>;
  say?: (line: string) => void;
}): Promise<OwnPlatform>;
