import { Command } from 'commander';
import type { CommandContext } from './command-context.js';

/**
 * The operators' commands, each loaded when it is called. Where they are run decides what they work with: the command line
 * opens the platform of this machine, the isolation matrix one of its own.
 */
export function commandsOver(context: () => CommandContext): Command {
  const program = new Command('npm run jiyue --')
    .description('集约平台的运维命令。结果在标准输出的最后一行，其余说明在标准错误。')
    .helpOption('-h, --help', '显示帮助')
    .helpCommand('help [command]', '显示某个命令的帮助')
    .configureHelp(CHINESE_HELP)
    .configureOutput({ outputError: (text, write) => write(chinese(text)) })
    .exitOverride();

  program
    .command('provision')
    .description('按 blueprints/ 开通全省的网站；已有的不重复、不覆盖本地改动')
    .option('--unit <区划代码>', '只开通一个单位（及其缺少的上级），如 220122')
    .option('--verbose', '列出没有开设网站的农场、公司等')
    .action(async (options) => (await import('./provision.js')).provision(context(), options));
  program
    .command('publish')
    .description('发布一篇文稿（.txt .html .md），或一个目录里的所有文稿')
    .argument('<文件或目录>')
    .requiredOption('--site <网站>', '主机名，子站写作 主机名/xz/名称，如 nongan.localhost/xz/kaian')
    .option('--channel <栏目路径>', '如 zwgk/zcwj；不填则列出该站的栏目')
    .action(async (file, options) => (await import('./publish.js')).publish(context(), file, options));
  program
    .command('channels')
    .description('列出一个网站的栏目：继承自蓝本的、本地改过的、自建的')
    .argument('<网站>')
    .action(async (site) => (await import('./channels.js')).channels(context(), site));
  program
    .command('sites')
    .description('列出网站及其地址')
    .argument('[名称或代码的一部分]')
    .action(async (part) => (await import('./sites.js')).sites(context(), part));
  program
    .command('hosts')
    .description('列出可加入 hosts 文件的行，用于 *.localhost 打不开的机器')
    .option('--ip <地址>', '平台所在机器的地址', '127.0.0.1')
    .action(async (options) => (await import('./sites.js')).hosts(context(), options));
  program
    .command('demo')
    .description('开通演示网站并发布示例稿件（外部数据库用；内置数据库在第一次启动时自动执行）')
    .action(async () => (await import('./demo.js')).demo(context()));
  program
    .command('migrate')
    .description('升级数据库结构（外部数据库，用 DATABASE_OWNER_URL 连接）')
    .option('--roles <超级用户连接地址>', '先由超级用户创建数据库角色')
    .option('--print', '只打印创建角色的语句，不执行')
    .action(async (options) => (await import('./migrate.js')).migrateCommand(context(), options));

  const audit = program.command('audit').description('审计记录：核对是否被改动，导出链头');
  audit
    .command('verify')
    .description('逐条重算各单位审计记录的校验值，并与导出的链头比对；发现问题时退出码为 1')
    .option('--tenant <单位>', '只核对一个单位：名称、简称或标识，如 农安县 或 nongan')
    .action(async (options) => (await import('./audit.js')).auditVerify(context(), options));
  audit
    .command('export-heads')
    .description('把各单位审计记录的链头导出到数据目录（平台运行时每天自动导出）')
    .action(async () => (await import('./audit.js')).auditExportHeads(context()));
  program
    .command('operator')
    .description('平台自己的人员：operator 平台运维员、security 安全管理员、auditor 审计员')
    .command('reset')
    .description('为其中一人发放新的一次性密码（原密码、动态口令和登录作废）')
    .argument('[账号]', 'operator、security 或 auditor', 'operator')
    .action(async (login) => (await import('./operator.js')).resetOperator(context(), login));

  const reorganise = program.command('reorganise').description('机构改革：机关的合并、拆分、更名和撤销');
  reorganise
    .command('try')
    .description('按表格起草一个方案并试算，列出会改变什么；什么都不改。表格见 samples/reorganisation.csv')
    .argument('<文件.csv>')
    .requiredOption('--unit <单位>', '区划代码或主机名，如 220122 或 nongan')
    .option('--title <名称>', '方案名称，默认为文件名')
    .option(
      '--day <日期>',
      '生效日期，如 2026-12-01：按这一天试算，通过后即排期；表格里写了“生效日期”的，只记下，不排期',
    )
    .action(async (file, options) => (await import('./reorganise.js')).tryReorganisation(context(), file, options));
  reorganise
    .command('apply')
    .description('执行一个方案；不写编号则执行所有到期的方案')
    .argument('[编号]')
    .action(async (id) => (await import('./reorganise.js')).applyReorganisations(context(), id));
  reorganise
    .command('take-back')
    .description('收回一个已执行的方案')
    .argument('<编号>')
    .action(async (id) => (await import('./reorganise.js')).takeBackReorganisation(context(), id));
  reorganise
    .command('list')
    .description('列出机构改革方案及其状态')
    .option('--unit <单位>', '只列一个单位的')
    .action(async (options) => (await import('./reorganise.js')).listReorganisations(context(), options));

  return program;
}

/** Headings of the help texts, in the operator's language. */
const CHINESE_HELP = {
  showGlobalOptions: false,
  styleTitle: (title: string): string =>
    ({ 'Usage:': '用法：', 'Options:': '选项：', 'Commands:': '命令：', 'Arguments:': '参数：' })[title] ?? title,
  styleUsage: (usage: string): string => usage.replace('[options]', '[选项]').replace('[command]', '[命令]'),
  styleDescriptionText: (text: string): string => text.replace(/\(default: (.+)\)$/, '（默认 $1）'),
};

/** Commander's own sentences, in the operator's language. */
function chinese(text: string): string {
  return text
    .replace(/^error: unknown command '(.+)'/, '没有命令“$1”。用 --help 查看所有命令。')
    .replace(/^error: unknown option '(.+)'/, '没有选项“$1”。用 --help 查看可用的选项。')
    .replace(/^error: missing required argument '(.+)'/, '缺少参数“$1”。用 --help 查看用法。')
    .replace(/^error: required option '(.+)' not specified/, '缺少选项“$1”。')
    .replace(/^error: option '(.+)' argument missing/, '选项“$1”后面缺少内容。')
    .replace(/^error: too many arguments.*/, '参数太多。用 --help 查看用法。')
    .replace(/\(Did you mean (.+)\?\)/, '是不是 $1？');
}
