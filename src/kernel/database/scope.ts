/** Who acts: shown in the audit. `name` is an account's sign-in name or a system operator's, never empty. */
export interface Actor {
  kind: 'account' | 'operator' | 'system';
  name: string;
  /** Of an account. */
  id?: string;
  /** Where the request came from and its number, for the audit. */
  address?: string;
  request?: string;
}

/** Writes and reads one tenant. `publish` is the purpose that may place a release in a channel. */
export interface TenantScope {
  kind: 'tenant';
  actor: Actor;
  tenantId: string;
  purpose?: 'publish' | 'provision';
}

/** Reads some tenants (a subtree), writes none. */
export interface SubtreeScope {
  kind: 'subtree';
  actor: Actor;
  tenantIds: string[];
}

/** Named work across tenants, with a database role of its own; what each work may touch is written in the migrations. */
export interface ClusterScope {
  kind: 'cluster';
  actor: Actor;
  work: ClusterWork;
}

/**
 * provision: opens tenants; relay, clock: news and visibility; audit: reads all chains; identity: sign-in, sessions,
 * credentials; directory: names of accounts that hold a grant in sight; restructure: moves, retires, reorganises.
 */
export type ClusterWork = 'provision' | 'relay' | 'clock' | 'audit' | 'identity' | 'directory' | 'restructure';

export type Scope = TenantScope | SubtreeScope | ClusterScope;

/** The tenant that is the platform itself: the root above the province, home of its operators and of its own audit. */
export const PLATFORM_TENANT = '00000000-0000-7000-8000-000000000000';

/** As the audit states it. */
export function scopeText(scope: Scope): string {
  switch (scope.kind) {
    case 'tenant':
      return scope.purpose ? `tenant:${scope.tenantId}/${scope.purpose}` : `tenant:${scope.tenantId}`;
    case 'subtree':
      return `subtree:${scope.tenantIds.length}`;
    case 'cluster':
      return `cluster:${scope.work}`;
  }
}
