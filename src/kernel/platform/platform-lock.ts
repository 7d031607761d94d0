import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const PLATFORM_LOCK = 5310927140;

/**
 * Whether another platform serves this data directory is told by a session advisory lock in its embedded server: it
 * ends with the process that holds it, however that ends.
 */
export class PlatformLock {
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

  /** Whether commands (or a server) still use the database beside this process. */
  async othersAtWork(): Promise<boolean> {
    const { rows } = await this.client.query<{ others: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_stat_activity
         WHERE application_name LIKE 'jiyue%' AND pid <> pg_backend_pid()) AS others`,
    );
    return rows[0]?.others === true;
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => {});
  }
}
