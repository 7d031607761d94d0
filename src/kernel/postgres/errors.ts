import { errorCatalogue } from '../user-error.js';

/** What can stop the embedded server, and what to do about it. `{log}` is the server's own log. */
export const postgresErrors = errorCatalogue({
  'postgres.no-binary': [
    500,
    '没有适用于本机（{platform}）的内置 PostgreSQL（{reason}）：请重新执行 npm ci（不要加 --omit=optional），或设置 DATABASE_URL 使用已有的 PostgreSQL。',
  ],
  'postgres.damaged': [
    500,
    '数据目录 {directory} 已损坏（{reason}）：请从备份恢复该目录，或将其改名后重新启动以建立新库；日志见 {log}。',
  ],
  'postgres.version-mismatch': [
    500,
    '数据目录 {directory} 属于 PostgreSQL {found}，而内置版本是 {expected}：请用 PostgreSQL {found} 导出数据后再导入，或将该目录改名后重新启动；日志见 {log}。',
  ],
  'postgres.disk-full': [507, '数据目录 {directory} 所在磁盘已满：请清理磁盘空间后重新启动；日志见 {log}。'],
  'postgres.not-writable': [
    500,
    '无法写入数据目录 {directory}（{reason}）：请检查该目录的属主和权限，或用 DATA_DIR 指定另一个目录；日志见 {log}。',
  ],
  'postgres.no-port': [
    500,
    '数据目录 {directory} 的 PostgreSQL 无法在 127.0.0.1 上监听端口：请检查本机回环网络和可用端口后重新启动；日志见 {log}。',
  ],
  'postgres.no-account': [
    500,
    'PostgreSQL 不能以 root 身份运行数据目录 {directory}（{reason}）：请改用普通用户启动，或设置 DATABASE_URL 使用已有的 PostgreSQL；日志见 {log}。',
  ],
  'postgres.wrong-password': [
    500,
    '数据目录 {directory} 的 PostgreSQL 不接受 {file} 中的口令：请恢复该文件后重新启动；日志见 {log}。',
  ],
  'postgres.busy': [
    409,
    '另一个进程（{pid}）正在启动数据目录 {directory} 的 PostgreSQL：请等它完成后再试；日志见 {log}。',
  ],
  'postgres.start-failed': [
    500,
    '内置 PostgreSQL 未能在数据目录 {directory} 上启动（{reason}）：请按日志 {log} 排除原因后重新启动。',
  ],
});

/** Where a message points the reader: the folder given to the platform and the log in it. */
export interface Place {
  directory: string;
  log: string;
}

const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** Makes a failed file operation into the sentence for it; anything unknown is returned as it is. */
export function fileError(error: unknown, place: Place): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return postgresErrors['postgres.disk-full']({ ...place }, { cause: error });
  if (code && NOT_WRITABLE.has(code)) {
    return postgresErrors['postgres.not-writable']({ ...place, reason: code }, { cause: error });
  }
  return error;
}

const SIGNS_OF_DAMAGE =
  /incorrect checksum in control file|database files are incompatible with server|could not (?:read|open) file "(?:[^"]*\/)?global\/pg_control"|could not locate a valid checkpoint record|is not a valid data directory|invalid (?:magic number|primary checkpoint)|could not open (?:file|directory) "(?:[^"]*\/)?(?:pg_wal|base|global|pg_xact|pg_tblspc)\b|could not load .*postgresql\.conf|could not access the server configuration file|invalid checkpoint record/;

/**
 * Makes what initdb or the server wrote before it gave up into the sentence for it. `passing` says that the same start
 * may succeed a moment later: memory of a killed server still in use, or a port taken in between.
 */
export function serverError(output: string, place: Place): { error: Error; passing: boolean } {
  const reason = lastComplaint(output);
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return { error: postgresErrors['postgres.disk-full']({ ...place }), passing: false };
  }
  if (/could not create any TCP\/IP sockets/.test(output)) {
    return { error: postgresErrors['postgres.no-port']({ ...place }), passing: true };
  }
  if (/Permission denied|Read-only file system|wrong ownership|invalid permissions/.test(output)) {
    return { error: postgresErrors['postgres.not-writable']({ ...place, reason }), passing: false };
  }
  if (SIGNS_OF_DAMAGE.test(output)) {
    return { error: postgresErrors['postgres.damaged']({ ...place, reason }), passing: false };
  }
  return { error: postgresErrors['postgres.start-failed']({ ...place, reason }), passing: true };
}

function lastComplaint(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const complaint = lines.findLast((line) => /FATAL|PANIC|error:|ERROR/.test(line)) ?? lines.at(-1) ?? '没有输出';
  return complaint.replace(/^.*?(?=FATAL|PANIC|ERROR|error:)/, '').trim();
}
