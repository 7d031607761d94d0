import { keyed } from '../../kernel/crypto/digest.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import { addressGroup } from './address-group.js';

/**
 * Failed attempts are counted before it is known whether they fail: a hundred guesses at once are a hundred. Who then turns
 * out to be right gets the count back.
 *
 * A known device is counted by itself alone, so that nobody else's guesses, from wherever, keep its owner out (OWASP's
 * device cookies). All other attempts count three times: against account and address, against the address, and against
 * the account; the last holds off a guesser with many addresses, and only devices that are not known.
 */
interface Limit {
  /** Wrong attempts until it is blocked. */
  failures: number;
  /** Minutes from the first of them after which the count begins again. */
  window: number;
  /** Minutes it is blocked the first time; each further time twice as long, up to `longest`. */
  block: number;
  longest: number;
}

export const LIMITS = {
  device: { failures: 5, window: 24 * 60, block: 15, longest: 120 },
  pair: { failures: 5, window: 24 * 60, block: 15, longest: 120 },
  address: { failures: 50, window: 10, block: 10, longest: 10 },
  account: { failures: 20, window: 60, block: 60, longest: 60 },
  /** Codes of the second step, after which the session is dropped. */
  session: { failures: 5, window: 60, block: 60, longest: 60 },
} as const satisfies Record<string, Limit>;
type Kind = keyof typeof LIMITS;

interface Counter {
  kind: Kind;
  key: Buffer;
}

export interface Attempt {
  /** Counters that this attempt was added to; `blocked`: it was the one too many. */
  counted: (Counter & { failures: number; blocked: boolean })[];
  /** What may still go wrong after it. */
  left: number;
  /** Minutes for which the next one is held off, if this one is wrong; 0: not. */
  blocks: number;
}
export interface HeldOff {
  minutes: number;
}

const keyOf = (secretKey: string, kind: Kind, what: string): Buffer =>
  keyed(secretKey, `identity.throttle-${kind}`, what);

/** @param login as typed, whether anybody has it or not */
export const countersOf = (
  secretKey: string,
  who: { login: string; address: string; device: string | null; sessionId?: string },
): Counter[] => {
  const group = addressGroup(who.address);
  const counter = (kind: Kind, what: string): Counter => ({ kind, key: keyOf(secretKey, kind, what) });
  return [
    ...(who.device !== null
      ? [counter('device', `${who.login} ${who.device}`)]
      : [counter('pair', `${who.login} ${group}`), counter('address', group), counter('account', who.login)]),
    ...(who.sessionId ? [counter('session', who.sessionId)] : []),
  ];
};

/** Counts an attempt, unless it has to wait: then nothing is counted. */
export async function beginAttempt(tx: Tx<ClusterScope>, counters: Counter[]): Promise<Attempt | HeldOff> {
  const waiting = await tx.query<{ minutes: number }>(
    `SELECT ceil(extract(epoch FROM max(blocked_until) - now()) / 60)::int AS minutes FROM throttle
     WHERE key = ANY ($1) AND blocked_until > now() HAVING count(*) > 0`,
    [counters.map(({ key }) => key)],
  );
  if (waiting[0]) return { minutes: waiting[0].minutes };
  const counted: Attempt['counted'] = [];
  // In one order, so that two attempts never wait for each other.
  for (const counter of [...counters].sort((a, b) => Buffer.compare(a.key, b.key))) {
    const added = await add(tx, counter);
    if (!added) {
      await forgive(tx, { counted });
      return { minutes: LIMITS[counter.kind].block };
    }
    counted.push({ ...counter, ...added });
  }
  const left = counted.map(
    ({ kind, failures }) => LIMITS[kind].failures - (((failures - 1) % LIMITS[kind].failures) + 1),
  );
  const blocks = counted.filter(({ blocked }) => blocked).map((counter) => minutesOf(counter.kind, counter.failures));
  return { counted, left: Math.min(...left), blocks: Math.max(0, ...blocks) };
}

const minutesOf = (kind: Kind, failures: number): number => {
  const { failures: limit, block, longest } = LIMITS[kind];
  return Math.min(longest, block * 2 ** (failures / limit - 1));
};

/** @returns null when another attempt has just blocked it */
async function add(tx: Tx<ClusterScope>, { kind, key }: Counter) {
  const { failures: limit, window, block, longest } = LIMITS[kind];
  const [row] = await tx.query<{ failures: number; blocked: boolean }>(
    `INSERT INTO throttle AS t (key, failures, since) VALUES ($1, 1, now())
     ON CONFLICT (key) DO UPDATE SET
       failures = CASE WHEN t.since < now() - make_interval(mins => $3) THEN 1 ELSE t.failures + 1 END,
       since = CASE WHEN t.since < now() - make_interval(mins => $3) THEN now() ELSE t.since END,
       blocked_until = CASE WHEN t.since >= now() - make_interval(mins => $3) AND (t.failures + 1) % $2 = 0
         THEN now() + make_interval(mins => least($5, $4 * 2 ^ ((t.failures + 1) / $2 - 1))::int) END
     WHERE t.blocked_until IS NULL OR t.blocked_until <= now()
     RETURNING failures, blocked_until IS NOT NULL AS blocked`,
    [key, limit, window, block, longest],
  );
  return row ?? null;
}

/** The attempt was right, if only as far as it went: it is taken back, earlier ones stay. */
export async function forgive(tx: Tx<ClusterScope>, attempt: Pick<Attempt, 'counted'>): Promise<void> {
  for (const { key, blocked } of attempt.counted)
    await tx.query(
      `UPDATE throttle SET failures = greatest(failures - 1, 0), blocked_until = CASE WHEN $2 THEN NULL ELSE blocked_until END
       WHERE key = $1`,
      [key, blocked],
    );
}

/** Somebody is in: what went wrong before from this device, or from this address for this account, was they. */
export async function clearAttempts(tx: Tx<ClusterScope>, attempt: Pick<Attempt, 'counted'>): Promise<void> {
  const own = attempt.counted.filter(({ kind }) => kind !== 'address' && kind !== 'account');
  await forgive(tx, { counted: attempt.counted.filter((counter) => !own.includes(counter)) });
  await tx.query('DELETE FROM throttle WHERE key = ANY ($1)', [own.map(({ key }) => key)]);
}

/** Lets devices that are not known try an account again at once: the machine's operator says so. */
export const forgetAttempts = async (tx: Tx<ClusterScope>, secretKey: string, login: string): Promise<void> => {
  await tx.query('DELETE FROM throttle WHERE key = $1', [keyOf(secretKey, 'account', login)]);
};

/** Counts that no longer hold anybody off. Daily. @returns how many */
export async function pruneThrottle(tx: Tx<ClusterScope>): Promise<number> {
  const gone = await tx.query(
    `WITH gone AS (DELETE FROM throttle WHERE since < now() - interval '2 days'
       AND (blocked_until IS NULL OR blocked_until < now()) RETURNING 1) SELECT FROM gone`,
  );
  return gone.length;
}
