import { conditionSql } from '../../authority/condition-sql.js';
import { acrossTenants, type DeskContext, maySomewhere, reading } from '../../authority/desk-context.js';
import { authorityErrors } from '../../authority/errors.js';
import type { ClusterScope, Scope } from '../../kernel/database/scope.js';
import type { Tx, UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { type HostnameName, hostOf, readHostname } from './hostname-name.js';

export interface HostnameRecord extends HostnameName {
  host: string;
  tenantId: string;
  siteId: string;
  isPrimary: boolean;
  createdAt: Date;
  endedAt: Date | null;
}

const COLUMNS = `h.name, h.under_base AS "underBase", h.tenant_id AS "tenantId", h.site_id AS "siteId",
  h.is_primary AS "isPrimary", h.created_at AS "createdAt", h.ended_at AS "endedAt"`;

const READ = { tenantId: 'h.tenant_id', siteId: 'h.site_id' };

/** The hostnames of a site that the caller may read: the primary first, then those that redirect, then ended ones. */
export async function findHostnames(
  tx: Tx<Scope>,
  ctx: DeskContext,
  siteId: string,
  baseDomain: string,
): Promise<HostnameRecord[]> {
  const { sql, parameters } = conditionSql(ctx.ability, 'hostname.read', READ, [siteId]);
  const rows = await tx.query<Omit<HostnameRecord, 'host'>>(
    `SELECT ${COLUMNS} FROM hostname h WHERE h.site_id = $1 AND ${sql}
     ORDER BY h.is_primary DESC, h.ended_at IS NOT NULL, h.created_at DESC, h.name`,
    parameters,
  );
  return rows.map((row) => ({ ...row, host: hostOf(row, baseDomain) }));
}

/**
 * A hostname the caller may read, by the name as written.
 * @throws UserError `authority.missing`, the same for one that nobody has, that is another's, or that is no name
 */
export async function findHostname(
  tx: Tx<Scope>,
  ctx: DeskContext,
  written: string,
  baseDomain: string,
): Promise<HostnameRecord> {
  const read = readHostname(written, baseDomain);
  const { name, underBase } = 'fault' in read ? { name: '', underBase: false } : read;
  const { sql, parameters } = conditionSql(ctx.ability, 'hostname.read', READ, [name, underBase]);
  const [found] = await tx.query<Omit<HostnameRecord, 'host'>>(
    `SELECT ${COLUMNS} FROM hostname h WHERE h.name = $1 AND h.under_base = $2 AND ${sql}`,
    parameters,
  );
  if (!found) throw authorityErrors['authority.missing']();
  return { ...found, host: hostOf(found, baseDomain) };
}

/** Whether any tenant has the name, also as one that redirects or was ended. Says nothing of whose it is. */
export async function isHostnameTaken(tx: Tx<ClusterScope>, { name, underBase }: HostnameName): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>(
    `SELECT EXISTS (SELECT FROM hostname WHERE name = $1 AND under_base = $2)
       OR ($2 AND EXISTS (SELECT FROM tenant WHERE slug = $1 AND state <> 'deleted')) AS taken`,
    [name, underBase],
  );
  return row!.taken;
}

export const TAKEN = '这个域名已被使用，请换一个';

/** Whether a name can be had, while it is typed. */
export class CheckHostname {
  constructor(
    private readonly work: UnitOfWork,
    private readonly baseDomain: string,
  ) {}

  /**
   * @returns the host it would be, or (fault) why not
   * @throws UserError `authority.refused` for those who change no hostnames
   */
  async run(ctx: DeskContext, written: string): Promise<{ host: string; fault: null } | { host: null; fault: string }> {
    if (!maySomewhere(ctx, 'hostname.change'))
      throw authorityErrors['authority.refused']({ action: 'hostname.change' });
    const read = readHostname(written, this.baseDomain);
    if ('fault' in read) return { host: null, fault: read.fault };
    const taken = await this.work.run(acrossTenants(ctx, 'provision'), (tx) => isHostnameTaken(tx, read));
    return taken ? { host: null, fault: TAKEN } : { host: hostOf(read, this.baseDomain), fault: null };
  }
}

/** As `findHostname`, in a transaction of its own. */
export const readHostnameOf = (
  work: UnitOfWork,
  ctx: DeskContext,
  written: string,
  baseDomain: string,
): Promise<HostnameRecord> => work.run(reading(ctx), (tx) => findHostname(tx, ctx, written, baseDomain));
