import { identityErrors } from '../errors.js';
import { unguessableLength } from './guessable.js';
import { LONGEST_PASSWORD, verifyPassword } from './hash-password.js';

/** GB/T 22239-2019 §8.1.4 asks for 8 of three kinds; ours are a little longer. */
export const SHORTEST_PASSWORD = 10;
/** From this length on it may be of one kind: a sentence. */
export const PASSPHRASE = 16;
const KINDS = 3;
const SURPRISE = 6;
/** Passwords that may not come again. */
export const FORMER_PASSWORDS = 5;
/** Days after which those whose duties ask for a second factor choose another. */
export const PASSWORD_DAYS = 90;

/** The rules as one sentence, for the form. */
export const PASSWORD_RULES = `至少 ${SHORTEST_PASSWORD} 个字符，大写字母、小写字母、数字、其他符号中至少有三种；或者用 ${PASSPHRASE} 个字符以上的一句话。不要含登录名或姓名拼音，不要用常见的词、年份和键盘上相邻的键。`;

export interface PasswordOwner {
  login: string;
  name: string;
  /** The present hash first, then the former ones. */
  hashes: readonly string[];
}

/** Every rule that a password breaks, as an end of the sentence “密码不合要求：…”; none: it may be taken. */
export async function faultsOfPassword(password: string, owner: PasswordOwner): Promise<string[]> {
  const characters = [...password.normalize('NFKC')];
  const faults: string[] = [];
  if (characters.length < SHORTEST_PASSWORD)
    faults.push(`只有 ${characters.length} 个字符，至少要 ${SHORTEST_PASSWORD} 个`);
  if (password.length > LONGEST_PASSWORD) return [...faults, `超过 ${LONGEST_PASSWORD} 个字符`];
  if (characters.length < PASSPHRASE && kindsOf(characters) < KINDS)
    faults.push('大写字母、小写字母、数字、其他符号中不足三种');
  const personal = await personalPart(password, owner);
  if (personal) faults.push(personal);
  if (unguessableLength(password) < SURPRISE) faults.push('太容易猜：多是常见的词、年份、重复或键盘上相邻的键');
  // Comparing costs a hashing each: only what is good so far.
  if (faults.length === 0 && (await isOneOf(owner.hashes.slice(0, FORMER_PASSWORDS), password)))
    faults.push(`最近 ${FORMER_PASSWORDS} 次用过`);
  return faults;
}

/** @throws UserError `identity.password-weak` with every rule that is broken */
export async function requireGoodPassword(password: string, owner: PasswordOwner): Promise<void> {
  const faults = await faultsOfPassword(password, owner);
  if (faults.length > 0) throw identityErrors['identity.password-weak']({ reasons: faults.join('；') });
}

const kindsOf = (characters: string[]): number =>
  [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => characters.some((c) => kind.test(c))).length;

async function personalPart(password: string, { login, name }: PasswordOwner): Promise<string | null> {
  const small = password.toLowerCase();
  const logins = [login, ...login.split('-')].filter((part) => part.length >= 4);
  if (logins.some((part) => small.includes(part))) return '含有登录名';
  // Loaded with the first new password: its dictionary is no part of serving.
  const { pinyin } = await import('pinyin-pro');
  const reading = pinyin(name, { toneType: 'none', type: 'array', v: true }).join('').toLowerCase();
  const written = name.replace(/\s/g, '');
  if (
    (reading.length >= 4 && small.includes(reading)) ||
    (written.length >= 2 && small.includes(written.toLowerCase()))
  )
    return '含有姓名或其拼音';
  return null;
}

async function isOneOf(hashes: readonly string[], password: string): Promise<boolean> {
  for (const hashed of hashes) if (await verifyPassword(hashed, password)) return true;
  return false;
}
