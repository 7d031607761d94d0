import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const PLATFORM_LOCK = 5310927140;
/** Sessions that were closed a moment ago still stand in pg_stat_activity for some milliseconds. */
const FADING_MS = 1_000;

/**
 * Whether another platform serves this data directory is told by a session advisory lock in its embedded server: it
 * ends with the process that holds it, however that ends.
 */
export class PlatformLock {
  private leaving = false;

  private constructor(private readonly client: pg.Client) {}

  /**
   * @param patience milliseconds for the connection of a killed platform to be noticed by PostgreSQL
   * @returns null when another process holds it
   */
  static async take(superuserUrl: string, patience: number): Promise<PlatformLock | null> {
    const client = new pg.Client({ connectionString: superuserUrl, application_name: 'jiyue platform lock' });
    client.on('error', () => {});
    await client.connect();
    const deadline = Date.now() + patience;
    for (;;) {
      const { rows } = await client.query<{ won: boolean }>('SELECT pg_try_advisory_lock($1) AS won', [PLATFORM_LOCK]);
      if (rows[0]?.won) return new PlatformLock(client);
      if (Date.now() >= deadline) break;
      await sleep(100);
    }
    await client.end();
    return null;
  }

  /** Whether commands (or a server) still use the database beside this process, whose own sessions are closed. */
  async othersAtWork(): Promise<boolean> {
    for (const deadline = Date.now() + FADING_MS; ; await sleep(50)) {
      const { rows } = await this.client.query<{ others: boolean }>(
        `SELECT EXISTS (SELECT FROM pg_stat_activity
           WHERE application_name LIKE 'jiyue%' AND pid <> pg_backend_pid()) AS others`,
      );
      if (rows[0]?.others !== true) return false;
      if (Date.now() > deadline) return true;
    }
  }

  /** The server ended, or was killed, while the lock was held. */
  onLost(tell: () => void): void {
    this.client.once('end', () => {
      if (!this.leaving) tell();
    });
  }

  async release(): Promise<void> {
    this.leaving = true;
    await this.client.end().catch(() => {});
  }
}

/** One session that shows a process at work, from the moment it found the server on. */
export class Presence {
  private constructor(private readonly client: pg.Client) {}

  static async announce(superuserUrl: string): Promise<Presence> {
    const client = new pg.Client({ connectionString: superuserUrl, application_name: 'jiyue presence' });
    client.on('error', () => {});
    await client.connect();
    return new Presence(client);
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => {});
  }
}
