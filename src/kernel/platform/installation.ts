import type { ClusterScope } from '../database/scope.js';
import type { Platform } from './platform.js';

const SCOPE: ClusterScope = { kind: 'cluster', actor: { kind: 'system', name: 'installation' }, work: 'provision' };

/** Parts of an installation that are made once, by the first start. */
export type InstalledPart = 'demonstration';

export const isInstalled = (platform: Platform, part: InstalledPart): Promise<boolean> =>
  platform.work.run(SCOPE, async (tx) => {
    const [row] = await tx.query<{ value: unknown }>('SELECT value FROM installation WHERE key = $1', [part]);
    return row?.value === 'complete';
  });

export const noteInstalled = async (platform: Platform, part: InstalledPart): Promise<void> => {
  await platform.work.run(SCOPE, (tx) =>
    tx.query(
      `INSERT INTO installation (key, value) VALUES ($1, '"complete"') ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [part],
    ),
  );
};
