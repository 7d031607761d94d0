import { unguessableLength } from './guessable.js';
import { hashPassword, verifyPassword } from './hash-password.js';
import { faultsOfPassword, requireGoodPassword } from './password-rules.js';

const owner = { login: 'nongan-zhangsan', name: '张小丽', hashes: [] as string[] };
const faults = (password: string) => faultsOfPassword(password, owner);

it.each([
  'Kd7!vqRm2x',
  'xiaomao.Chi7tiao!yu',
  'the river froze in march',
  '竹外桃花三两枝，春江水暖鸭先知。',
  'bluE7-lamp_stove',
])('takes %s', async (password) => {
  expect(await faults(password)).toEqual([]);
});

it.each([
  ['Kd7!vqR', ['只有 7 个字符']],
  ['kdvqrmwtzpy', ['不足三种']],
  ['kd7vqrmwtzp', ['不足三种']],
  ['Nongan-9!vqRmx', ['含有登录名']],
  ['ZhangSan-9!vqRm', ['含有登录名']],
  ['Zhangxiaoli9!vq', ['姓名或其拼音']],
  ['张小丽-9Kd!vqRm', ['姓名或其拼音']],
  ['Admin@123456', ['太容易猜']],
  ['admin@123', ['只有 9 个字符', '太容易猜']],
  ['P@ssw0rd2024!', ['太容易猜']],
  ['1qaz2wsx', ['只有 8 个字符', '不足三种', '太容易猜']],
  ['1qaz2wsx!QAZ', ['太容易猜']],
  ['!QAZ2wsx3edc', ['太容易猜']],
  ['Qwertyuiop123', ['太容易猜']],
  ['aaaaaaaaaaaaaaaa', ['太容易猜']],
  ['Abc123Abc123Abc123', ['太容易猜']],
  ['Changchun@20240315', ['太容易猜']],
  ['', ['只有 0 个字符', '不足三种', '太容易猜']],
  ['Kd7!'.repeat(40), ['超过 128']],
])('refuses %s and says every reason', async (password, reasons) => {
  const found = await faults(password);
  expect(found).toHaveLength(reasons.length);
  for (const [i, reason] of reasons.entries()) expect(found[i]).toContain(reason);
});

it('counts what a guesser does not get for nothing', () => {
  expect(unguessableLength('Admin@123')).toBe(1);
  expect(unguessableLength('1qaz2wsx')).toBe(0);
  expect(unguessableLength('kd7vqrmwtz')).toBe(10);
});

it('refuses the last five, present one included, and takes the sixth again', async () => {
  const used = ['Kd7!vqRm2x', 'Kd7!vqRm2y', 'Kd7!vqRm2z', 'Kd7!vqRm2u', 'Kd7!vqRm2v', 'Kd7!vqRm2w'];
  const hashes = await Promise.all(used.map(hashPassword));
  for (const password of used.slice(0, 5))
    expect(await faultsOfPassword(password, { ...owner, hashes })).toEqual([expect.stringContaining('最近 5 次用过')]);
  expect(await faultsOfPassword(used[5]!, { ...owner, hashes })).toEqual([]);
  await expect(requireGoodPassword(used[0]!, { ...owner, hashes })).rejects.toMatchObject({
    code: 'identity.password-weak',
    status: 422,
  });
});

describe('a hash', () => {
  it('is Argon2id with its own salt and knows its password, in whatever form it was typed', async () => {
    const [one, other] = await Promise.all([hashPassword('Ａbc-密码'), hashPassword('Ａbc-密码')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword(one!, 'Abc-密码')).toBe(true);
    expect(await verifyPassword(one!, 'abc-密码')).toBe(false);
  });

  it('of nobody fits no password, nor does one that is too long', async () => {
    expect(await verifyPassword(null, '')).toBe(false);
    expect(await verifyPassword(null, 'Kd7!vqRm2x')).toBe(false);
    expect(await verifyPassword(await hashPassword(''), 'x'.repeat(129))).toBe(false);
  });

  it('is made by at most two at once, and a crowd beyond the queue is sent away', async () => {
    const made = await Promise.allSettled(Array.from({ length: 130 }, () => hashPassword('Kd7!vqRm2x')));
    const refused = made.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one.reason).toMatchObject({ code: 'identity.busy', status: 503 });
    expect(made.length - refused.length).toBeGreaterThanOrEqual(100);
  });
});
