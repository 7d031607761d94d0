import { errorCatalogue } from '../kernel/user-error.js';

export const accessErrors = errorCatalogue({
  'access.role-scope': [422, '“{role}”不能授予到{scope}。可以授予：{allowed}。'],
  'access.role-not-givable': [403, '您不能授予“{role}”。可以授予它的是：{givers}，并且其授权注明“可以转授”。'],
  'access.own-end-first': [422, '您自己的授权到 {day} 为止，授给别人的不能更晚。请把截止日期改到这一天或更早。'],
  'access.end-required': [422, '“{role}”必须有截止日期，最长两年。'],
  'access.end-day': [422, '没有“{day}”这一天。请填日历上有的日期。'],
  'access.end-past': [422, '截止日期 {day} 已经过去。请填今天或以后的日期。'],
  'access.end-after-account': [422, '该账号本身到 {day} 为止，授权不能更晚。'],
  'access.separate-duties': [
    409,
    '平台运维员、安全管理员、审计员不能由同一个人担任（三员分立）。该账号已担任其中一项，请另选一人，或先收回原来的。',
  ],
  'access.already-granted': [409, '{name}已经在这里担任{role}，不用重复授权。'],
  'access.changed-since': [
    409,
    '“{name}的{role}授权”在这之后又有改动，为了不盖掉别人的改动，保留现在的样子。需要时请再授权一次。',
  ],
  'access.not-givable-on': [422, '“{role}”没有可以转授的内容，不能勾选“可以转授”。'],
  'access.account-closed': [409, '账号“{login}”已注销，不能授权。'],
  'access.place-gone': [409, '这个栏目或网站已经不在了。请重新选择。'],
  'access.last-holder': [
    409,
    '{name}是{place}唯一能登录的{role}，收回后就没有人能管理了。请先另请一位{role}，再收回。',
  ],
  'access.authority-gone': [409, '您的授权刚刚被收回，这次操作没有执行。'],
  'access.above-you': [403, '账号“{login}”还担任{roles}，超出您可以管理的范围。请联系安全管理员或该网站的管理员办理。'],
  'access.account-changed': [409, '账号“{login}”担任的工作刚刚有变动，这次操作没有执行。请再看一看，再试一次。'],
  'access.account-unknown': [422, '没有登录名或姓名是“{who}”的账号，或不在您可以管理的范围内。请核对，或先新建账号。'],
  'access.account-several': [422, '叫“{who}”的不止一人：{logins}。请填登录名。'],
  'access.charge-locked': [409, '账号“{login}”已锁定，不能负责。请先解锁，或另选一人。'],
  'access.charge-oneself': [422, '不能给自己授权。由您自己负责的，不用填负责账号。'],
  'access.charge-not-givable': [
    403,
    '您不能在这里授予“{role}”，所以不指定负责账号；建好以后由可以转授的{givers}授权。',
  ],
  'access.charge-nothing': [409, '这类网站的蓝本没有写给负责账号什么，所以不指定负责账号；建好以后再授权。'],
  'access.blueprint-grant': [
    500,
    'blueprints/{kind}.json 的 grants 不对：“{role}”没有可以转授的内容，请去掉 mayGiveOn。',
  ],
  'access.hand-over-self': [422, '不能移交给同一个账号。请另选一个。'],
  'access.hand-over-locked': [409, '账号“{login}”已锁定，不能接手。请先解锁，或另选一人。'],
  'access.hand-over-ended': [409, '账号“{login}”的最后一天是 {day}，已经过去，不能接手。请先延长，或另选一人。'],
  'access.hand-over-separate': [409, '移交后{name}会同时担任三员中的两项（三员分立）。请另选一人接手{role}。'],
});
