import { errorCatalogue } from './user-error.js';

export const kernelErrors = errorCatalogue({
  'kernel.bad-variable': [500, '环境变量 {name} 的值“{value}”不对：{why}。请改正后再启动。'],
  'kernel.bad-variables': [500, '有 {count} 个环境变量不对，请改正后再启动：\n{list}'],
  'kernel.platform-running': [
    409,
    '平台已在运行（进程 {pid}，端口 {port}），数据目录 {directory} 正由它使用。请直接使用，或先停掉它。',
  ],
  'kernel.platform-starting': [409, '另一个 npm start 正在启动（数据目录 {directory}），请稍候，不要重复启动。'],
  'kernel.secret-differs': [
    500,
    'SECRET_KEY 与正在运行的平台所用的不同，连不上它的数据库。请使用同一个 SECRET_KEY（平台没有设置时就不要设置）。',
  ],
  'kernel.secret-damaged': [
    500,
    '密钥文件 {file} 已损坏（应至少 32 个字符）。请从备份恢复；没有备份时删去它，下次启动会重新生成。',
  ],
  'kernel.database-account': [
    500,
    '{name} 用的数据库账号 {account} {why}，会绕过网站之间的隔离，不能使用。请改用 {wanted}（见 README）。',
  ],
  'kernel.database-lost': [500, '内置的 PostgreSQL 意外停止，平台随之停止，数据没有丢失。请重新执行 npm start。'],
  'kernel.database-refused': [
    500,
    '数据库拒绝了这一步（{why}）。请确认数据库归 jiyue_owner 所有：先由超级用户执行 migrate --roles，或执行 migrate --print 给出的语句。',
  ],
  'kernel.port-taken': [409, '端口 {port} 已被其他程序占用。请停掉那个程序，或换一个端口：PORT=8081 npm start'],
  'kernel.port-refused': [500, '无法监听 {host}:{port}（{why}）。请检查 HOST 和 PORT。'],
  'kernel.data-directory': [
    500,
    '数据目录 {directory} 不可用（{why}）。请检查磁盘空间和权限，或用 DATA_DIR 指定别的目录。',
  ],
  'kernel.disk-full': [507, '磁盘空间不足，本次操作没有写入任何内容。请清理磁盘后重试。'],
  'kernel.database-away': [503, '连不上数据库（{why}）。请确认数据库正在运行、连接地址正确。'],
  'kernel.database-busy': [503, '别的操作占用着同样的数据，这一步等得太久，没有执行，什么也没有改动。请过几分钟再试。'],
  'kernel.schema-newer': [500, '数据库结构（{found}）比本程序（{known}）新。请使用新版程序，不要用旧版程序打开。'],
  'kernel.schema-older': [500, '数据库结构还没有升级（缺 {missing}）。请先执行：npm run jiyue -- migrate'],
  'kernel.migration-changed': [500, '已执行过的结构变更 {name} 被改动了。请恢复原文件，另写一个新的变更。'],
  'kernel.migration-failed': [500, '执行结构变更 {name} 时出错：{why}。数据库保持变更前的样子。'],
});
