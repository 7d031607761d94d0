/** Who acts: shown in the audit. `name` is an account's or a system operator's, never empty. */
export interface Actor {
  kind: 'operator' | 'system';
  name: string;
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
  work: 'provision' | 'relay' | 'clock';
}

export type Scope = TenantScope | SubtreeScope | ClusterScope;

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
