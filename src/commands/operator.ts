import { FIRST_PEOPLE, type FirstLogin, FirstPeople } from '../access/first-people.js';
import { preparePlatformAccount } from '../identity/account/prepare-platform-account.js';
import { UserError } from '../kernel/user-error.js';
import type { CommandContext } from './command-context.js';

/**
 * `operator reset`: another one-time password for one of the first three people. Whoever runs the machine can come back
 * in; the platform's audit says who did it. The last line is the password alone.
 */
export async function resetOperator(context: CommandContext, login: string): Promise<void> {
  if (!Object.hasOwn(FIRST_PEOPLE, login))
    throw new UserError(
      'operator.unknown',
      400,
      `没有“${login}”。可以是：operator（平台运维员）、security（安全管理员）、auditor（审计员）。`,
    );
  await context.withPlatform(async (platform) => {
    const people = new FirstPeople(platform.work, preparePlatformAccount(platform.secretKey));
    const { name, password } = await people.reset(context.actor, login as FirstLogin);
    const { origin, running } = await context.visitors();
    context.say(`${name}的账号 ${login} 已重设：原来的密码和动态口令作废，登录都已退出。`);
    context.say(`登录地址：${origin(`console.${platform.config.baseDomain}`)}/`);
    context.say('一次性密码（72 小时内有效，只显示这一次）：');
    context.result(password);
    if (!running) context.say('平台没有在运行，执行 npm start 后即可登录。');
  });
}
