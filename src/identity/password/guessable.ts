/** Words that passwords of this country and this trade are made of. Four letters and more; digits and marks are judged apart. */
const WORDS = `admin administrator root user guest test demo temp login manager master super system sysadmin operator
  security auditor editor password passwd pass word secret default change welcome letmein hello iloveyou dragon monkey
  sunshine princess football qwerty asdf zxcv abcd china beijing jilin changchun zhongguo renmin zhengfu gov website
  wangzhan guanli guanliyuan mima denglu woaini wozuishuai jiyue jituan oracle mysql redis tomcat huawei tencent`
  .split(/\s+/)
  .filter((word) => word.length >= 4)
  .sort((a, b) => b.length - a.length);

/** The keyboard as fingers run over it: rows, and columns from the digits downward. */
const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const COLUMNS = ['1qaz', '2wsx', '3edc', '4rfv', '5tgb', '6yhn', '7ujm', '8ik', '9ol', '0p'];
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const reversed = (text: string): string => [...text].reverse().join('');
const RUNS = [...ROWS, ...COLUMNS, ALPHABET, '0123456789'].flatMap((run) => [run, reversed(run)]);

/** Marks by the digit on their key, and the letters they stand for in “P@ssw0rd”. */
const UNSHIFTED: Record<string, string> = Object.fromEntries([...'!@#$%^&*()'].map((mark, i) => [mark, ROWS[0]![i]!]));
const SPOKEN: Record<string, string> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', $: 's', '5': 's' };

const mapped = (text: string, map: Record<string, string>): string => [...text].map((c) => map[c] ?? c).join('');

/**
 * Characters of a password that a guesser does not get for nothing: common words, years, runs over the keyboard, and the
 * same character or group again count once or not at all. `Admin@123` has 1, `1qaz2wsx` has 0.
 */
export function unguessableLength(password: string): number {
  const small = password.toLowerCase();
  // What is guessed is blanked out in place, so that the readings of the same characters can be laid over each other.
  let left = Array.from({ length: small.length }, () => true);
  const strike = (from: number, length: number) => {
    left = left.map((kept, i) => kept && (i < from || i >= from + length));
  };
  for (const reading of new Set([small, mapped(small, SPOKEN)]))
    for (const word of WORDS)
      for (let at = reading.indexOf(word); at >= 0; at = reading.indexOf(word, at + 1)) strike(at, word.length);
  for (const match of small.matchAll(/(?:19|20)\d{2}(?:[01]\d[0-3]\d)?/g)) strike(match.index, match[0].length);
  for (const reading of new Set([small, mapped(small, UNSHIFTED)]))
    for (let from = 0; from < reading.length; from++)
      for (let length = reading.length - from; length >= 3; length--)
        if (RUNS.some((run) => run.includes(reading.slice(from, from + length)))) {
          strike(from, length);
          break;
        }
  for (const match of small.matchAll(/(.{1,4}?)\1+/gu))
    if (match[0].length > 2) strike(match.index + match[1]!.length, match[0].length - match[1]!.length);
  return left.filter(Boolean).length;
}
