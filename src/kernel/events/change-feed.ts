import type { Connections } from '../database/connections.js';
import type { Log } from '../logging/log.js';
import { Listener } from './listener.js';

const BATCH = 1_000;
/** Changes remembered to judge renderings that were under way while they came. */
const REMEMBERED = 2_000;

interface Change {
  position: number;
  tags: string[];
}

/** Hears of changes: tags of pages that are no longer true, or `null`: changes were missed, nothing stored can be trusted. */
export type ChangeListener = (tags: string[] | null) => void;

/**
 * This node's reading of the numbered changes, from its own position on, at each NOTIFY and each second.
 * `position` is how far it has read; `changedSince` tells whether any of some tags changed after a position.
 */
export class ChangeFeed {
  private at = 0;
  private recent: Change[] = [];
  private readonly listeners: ChangeListener[] = [];
  private readonly listener: Listener;
  private primed = false;
  private readAtMs = 0;

  constructor(connections: Connections, log: Log) {
    this.listener = new Listener({
      url: connections.urls.visitor,
      name: 'jiyue change feed',
      channel: 'jiyue_change',
      everyMs: 1_000,
      log,
      onWake: async (client) => {
        if (!this.primed) {
          const { rows } = await client.query<{ at: string }>('SELECT coalesce(max(position), 0) AS at FROM change');
          this.at = Number(rows[0]?.at ?? 0);
          this.primed = true;
        }
        for (let read = BATCH; read === BATCH; ) {
          const { rows } = await client.query<{ position: string; tags: string[] }>({
            name: 'changes-after',
            text: `SELECT position, tags FROM change WHERE position > $1 ORDER BY position LIMIT ${BATCH}`,
            values: [this.at],
          });
          read = rows.length;
          this.readAtMs = Date.now();
          this.take(rows.map((row) => ({ position: Number(row.position), tags: row.tags })));
        }
      },
    });
  }

  start = () => this.listener.start();
  stop = () => this.listener.stop();

  /** Milliseconds since the changes were last read. */
  get age(): number {
    return Date.now() - this.readAtMs;
  }

  get position(): number {
    return this.at;
  }

  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** True also when the feed no longer remembers that far back. */
  changedSince(position: number, tags: ReadonlySet<string>): boolean {
    if (position === this.at) return false;
    const oldest = this.recent[0]?.position ?? this.at + 1;
    if (position < oldest - 1) return true;
    return this.recent.some((change) => change.position > position && change.tags.some((tag) => tags.has(tag)));
  }

  private take(changes: Change[]): void {
    const [first] = changes;
    if (!first) return;
    const missed = first.position !== this.at + 1;
    this.at = changes.at(-1)!.position;
    if (missed) this.recent = [];
    this.recent.push(...changes);
    if (this.recent.length > REMEMBERED) this.recent = this.recent.slice(-REMEMBERED);
    const tags = missed ? null : [...new Set(changes.flatMap((change) => change.tags))];
    for (const listener of this.listeners) listener(tags);
  }
}
