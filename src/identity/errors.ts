import { errorCatalogue } from '../kernel/user-error.js';

export const identityErrors = errorCatalogue({
  // Signing in: until the password is right, every refusal reads the same.
  'identity.wrong-password': [401, '账号或密码不正确，还可以再试 {left} 次。忘记密码请联系本单位管理员。'],
  'identity.too-many-attempts': [
    429,
    '不正确的次数太多，请在 {minutes} 分钟后再试。以前登录过这个账号的浏览器不受他人尝试的影响；急需登录请联系管理员。',
  ],
  'identity.busy': [503, '此刻登录的人太多，请稍等片刻再试。'],
  'identity.account-locked': [403, '账号已被管理员锁定，不能登录。请联系本单位管理员。'],
  'identity.account-dormant': [403, '账号超过 90 天没有使用，已自动锁定。请联系本单位管理员解锁。'],
  'identity.account-ended': [403, '账号的使用期限到 {day} 为止，现已过期。需要继续使用请联系本单位管理员。'],
  'identity.account-closed': [403, '账号已注销，不能登录。'],
  'identity.one-time-expired': [403, '一次性密码已过期（72 小时内有效）。请联系管理员重新发放。'],
  'identity.outside-ranges': [
    403,
    '您的岗位只能从规定的网络地址登录，当前地址 {address} 不在其中。请换到办公网络登录。',
  ],
  'identity.session-gone': [401, '登录已过期或已被结束，请重新登录。'],
  'identity.step-done': [409, '这一步已经完成，请返回工作台。'],

  'identity.wrong-code': [422, '动态口令不正确或已用过，还可以再试 {left} 次。请等验证器显示下一个口令再输入。'],
  'identity.wrong-recovery-code': [422, '恢复码不正确或已用过，还可以再试 {left} 次。'],
  'identity.code-attempts': [401, '连续输错 {limit} 次，已退出，请重新登录。'],
  'identity.wrong-enrolment-code': [422, '口令不正确。请确认手机时间准确，输入验证器此刻显示的 6 位数字。'],
  'identity.second-factor-set': [409, '已经设置过动态口令。需要更换时，请管理员为您重设。'],
  'identity.second-factor-unset': [409, '还没有设置动态口令。'],

  'identity.password-weak': [422, '密码不合要求：{reasons}。'],
  'identity.current-password-wrong': [422, '当前密码不正确，还可以再试 {left} 次。'],

  // Accounts.
  'identity.login-form': [422, '登录名“{login}”不合要求：应为 2 到 20 个小写字母或数字，以字母开头。'],
  'identity.login-taken': [409, '登录名“{login}”已被使用，请换一个。'],
  'identity.name-form': [422, '请填写姓名，不超过 40 个字。'],
  'identity.telephone-form': [
    422,
    '电话“{telephone}”写得不对。应为 11 位手机号，或带区号的固定电话，例如 0431-12345678。',
  ],
  'identity.email-form': [422, '邮箱“{email}”写得不对。例如 zhangsan@example.cn。'],
  'identity.end-required': [422, '外包服务人员的账号必须有截止日期。'],
  'identity.end-past': [422, '截止日期 {day} 已经过去。请填今天或以后的日期。'],
  'identity.end-too-far': [422, '截止日期最晚为 {day}（两年以内）。'],
  'identity.organ-unknown': [422, '所选的机关不在本单位里。请重新选择。'],
  'identity.account-missing': [404, '没有找到这个账号。'],
  'identity.account-gone': [409, '账号“{login}”已注销，不能再作更改。'],
  'identity.not-locked': [409, '账号“{login}”没有被锁定。'],
  'identity.extend-first': [409, '账号“{login}”的使用期限到 {day} 为止。请先延长期限，再解锁。'],

  // Invitations.
  'identity.invitation-unknown': [404, '这个链接无效。请核对是否完整，或请管理员重新发送。'],
  'identity.invitation-expired': [410, '这个链接已于 {moment} 过期。请管理员重新发送。'],
  'identity.invitation-used': [
    410,
    '这个链接已经用过，每个链接只能用一次。请直接登录；不是您本人用的，请立即告诉管理员。',
  ],
  'identity.invitation-withdrawn': [410, '这个链接已作废。请使用管理员最近一次发给您的链接。'],
  'identity.invitation-outgrown': [
    410,
    '这个链接生成以后，账号又得到了别人给的授权。为了安全，链接已经作废，请联系管理员重新生成一个。',
  ],
  'identity.joined-already': [409, '账号“{login}”已经启用，不用再邀请。忘记密码请用“重设”。'],

  // Outside provider.
  'identity.provider-away': [503, '统一身份认证暂时连不上，请稍后再试，或用账号和密码登录。'],
  'identity.provider-stale': [400, '这次统一身份认证登录已过期或不是从本页发起的，请重新开始。'],
  'identity.provider-refused': [403, '统一身份认证没有通过（{why}）。请重新开始，或用账号和密码登录。'],
  'identity.provider-unlinked': [
    403,
    '您的统一身份认证账号还没有和这里的账号关联。请先用账号和密码登录，在“我的账号”里关联。',
  ],
  'identity.provider-linked-elsewhere': [409, '这个统一身份认证账号已经和另一个账号关联，不能重复关联。'],

  // Address ranges.
  'identity.range-form': [422, '地址范围“{range}”写得不对。例如 10.20.0.0/16、192.0.2.8 或 2001:db8::/32。'],
  'identity.range-everything': [422, '“{range}”包括所有地址。不需要限制时，请删去全部范围。'],
  'identity.range-taken': [409, '已经有地址范围 {range}。'],
  'identity.range-missing': [404, '没有找到这个地址范围，可能已被删除。'],
  'identity.range-excludes-you': [409, '这样改之后，您当前的地址 {address} 就不能登录了。请先把它所在的范围加进去。'],
});
