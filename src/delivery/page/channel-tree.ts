import type { ChannelRow } from './queries.js';

/** The channels of one site for one page: which are shown, what lies below which. */
export class ChannelTree {
  private readonly byId: Map<string, ChannelRow>;
  private readonly below = new Map<string | null, ChannelRow[]>();
  private readonly shown = new Set<string>();

  constructor(rows: ChannelRow[]) {
    this.byId = new Map(rows.map((row) => [row.id, row]));
    for (const row of rows) {
      const list = this.below.get(row.parentId);
      if (list) list.push(row);
      else this.below.set(row.parentId, [row]);
      // An empty channel is not shown (STANDARDS §2); a filled one brings up those above it.
      if (row.filled)
        for (let up: ChannelRow | undefined = row; up && !this.shown.has(up.id); up = this.get(up.parentId))
          this.shown.add(up.id);
    }
  }

  get(id: string | null): ChannelRow | undefined {
    return id === null ? undefined : this.byId.get(id);
  }

  isShown(channel: ChannelRow): boolean {
    return this.shown.has(channel.id);
  }

  byPath(path: string): ChannelRow | undefined {
    return [...this.byId.values()].find((channel) => channel.path === path);
  }

  byKey(key: string): ChannelRow | undefined {
    return [...this.byId.values()].find((channel) => channel.blueprintKey === key);
  }

  /** Shown channels directly below; `null`: the first level. */
  under(parent: ChannelRow | null): ChannelRow[] {
    return (this.below.get(parent?.id ?? null) ?? []).filter((channel) => this.isShown(channel));
  }

  /** The channel and all below it that have something to list. */
  reach(channel: ChannelRow): string[] {
    return [channel.id, ...this.under(channel).flatMap((child) => this.reach(child))];
  }

  /** From the first level down to the channel itself. */
  lineage(channel: ChannelRow): ChannelRow[] {
    const parent = this.get(channel.parentId);
    return parent ? [...this.lineage(parent), channel] : [channel];
  }
}
