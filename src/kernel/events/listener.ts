import type { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../logging/log.js';

/**
 * One connection that listens to a channel of PostgreSQL, and comes back by itself when it breaks. `onWake` runs at each
 * notification, after each (re)connection and at least every `everyMs`; never twice at once.
 */
export class Listener {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;
  /** So that an outage is said once, not each second. */
  private away = false;

  constructor(
    private readonly options: {
      url: string;
      name: string;
      channel: string;
      everyMs: number;
      log: Log;
      onWake: (client: pg.Client) => Promise<void>;
    },
  ) {}

  async start(): Promise<void> {
    await this.connect();
    await this.wake();
    this.timer = setInterval(() => void this.wake(), this.options.everyMs);
  }

  /** Runs `onWake` now, or once more when it is running. */
  async wake(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.work().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.running;
    await this.client?.end().catch(() => {});
    this.client = null;
  }

  private async work(): Promise<void> {
    const { log, name } = this.options;
    do {
      this.again = false;
      if (this.stopped) return;
      try {
        const client = this.client ?? (await this.connect());
        await this.options.onWake(client);
        if (this.away) log.info({ listener: name }, 'listener has its database again');
        this.away = false;
      } catch (error) {
        if (!this.away) log.warn({ err: error, listener: name }, 'listener lost its database, tries again each second');
        this.away = true;
        const broken = this.client;
        this.client = null;
        broken?.removeAllListeners('notification');
        (broken as unknown as { connection: { stream: Socket } } | null)?.connection.stream.destroy();
        return;
      }
    } while (this.again);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: this.options.name,
      connectionTimeoutMillis: 5_000,
      // A connection that hangs is as good as none: without an answer in time it is given up and made anew.
      query_timeout: 5_000,
      statement_timeout: 5_000,
      keepAlive: true,
    });
    client.on('error', () => {
      if (this.client === client) this.client = null;
    });
    client.on('notification', () => void this.wake());
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(this.options.channel)}`);
    this.client = client;
    return client;
  }
}
