import { explainDatabaseError } from '../kernel/database/explain.js';
import { migrate } from '../kernel/database/migrate.js';
import { ensureRoles, superuserSql } from '../kernel/database/roles.js';
import { UserError } from '../kernel/user-error.js';
import type { CommandContext } from './command-context.js';

/** `migrate`: roles by a superuser (once), then the schema as jiyue_owner. */
export async function migrateCommand(
  context: CommandContext,
  options: { roles?: string; print?: boolean },
): Promise<void> {
  if (options.print) {
    const { roles, database } = await superuserSql();
    context.result(`${roles.trimEnd()}\n\n${database.trimEnd()}`);
    return;
  }
  if (options.roles) {
    const database = databaseOf(options.roles);
    await ensureRoles(options.roles, { database }).catch((error) => {
      throw explainDatabaseError(error);
    });
    context.say(`角色已就绪，数据库 ${database} 归 jiyue_owner 所有。请为各角色设置口令（ALTER ROLE … PASSWORD …）。`);
  }
  const owner = context.config.database?.owner;
  if (!owner) {
    if (options.roles) return;
    throw new UserError(
      'migrate.no-owner',
      400,
      '没有填写 DATABASE_OWNER_URL。外部数据库的结构由 jiyue_owner 升级；内置数据库在启动时自动升级，不需要这个命令。',
    );
  }
  const run = await migrate(owner);
  context.result(run.length > 0 ? `已执行：${run.join('、')}` : '结构已是最新');
}

/** @throws UserError when it is no address of a database */
function databaseOf(written: string): string {
  const url = URL.canParse(written) ? new URL(written) : null;
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '');
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !database)
    throw new UserError(
      'migrate.bad-address',
      400,
      '--roles 后面应为超级用户的连接地址，例如 postgres://postgres:口令@127.0.0.1:5432/jiyue（最后是平台所用的数据库名）。',
    );
  return database;
}
