import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import type { AccountRef } from '../src/identity/account/account.js';
import { insertAccount, type NewAccount } from '../src/identity/account/insert-account.js';
import type { Demands, Duties } from '../src/identity/duties.js';
import { type Identity, openIdentity } from '../src/identity/identity.js';
import type { PostSetting } from '../src/identity/mail/account-mail.js';
import { hashPassword } from '../src/identity/password/hash-password.js';
import { setPassword } from '../src/identity/password/set-password.js';
import type { Entered } from '../src/identity/session/open-session.js';
import type { Caller } from '../src/identity/setting.js';
import type { Config } from '../src/kernel/config/config.js';
import type { ClusterScope } from '../src/kernel/database/scope.js';
import type { Tx } from '../src/kernel/database/unit-of-work.js';
import type { Mailer } from '../src/kernel/mail/mailer.js';
import { type BuiltSite, scopeOf } from './builders.js';
import { OPERATOR, type TestPlatform } from './platform.js';

export interface Person extends AccountRef {
  login: string;
  name: string;
  password: string;
}

/** Nobody's duties ask for anything, but of those who are named. */
export class StatedDuties implements Duties {
  private readonly of = new Map<string, Demands>();

  demand(account: AccountRef, demands: Partial<Demands>): void {
    this.of.set(account.id, { secondFactor: false, shortIdle: false, ...demands });
  }

  async demandsOf(_tx: Tx<ClusterScope>, { id }: AccountRef): Promise<Demands> {
    return this.of.get(id) ?? { secondFactor: false, shortIdle: false };
  }

  linkStands = async (): Promise<boolean> => true;
}

export const PASSWORD = 'Kd7!vqRm2x';
const IDENTITY: ClusterScope = { kind: 'cluster', actor: OPERATOR, work: 'identity' };

let count = 0;

/** The people of a test platform: how they are made, sign in, and grow old. */
export class People {
  readonly duties = new StatedDuties();
  readonly identity: Identity;

  private constructor(
    readonly platform: TestPlatform,
    /** Passes row security: for growing old, and for looking at what nobody else may. */
    readonly superuser: pg.Client,
    options: { mailer?: Mailer; oidc?: Config['oidc']; deskOrigin?: string; later?: PostSetting['later'] },
  ) {
    const config = { ...platform.config, oidc: options.oidc ?? null };
    const { mailer = null, deskOrigin = 'http://console.localhost:8080', later = null } = options;
    this.identity = openIdentity({ ...platform, config }, this.duties, { deskOrigin, mailer, later });
  }

  static async over(
    platform: TestPlatform,
    options: { mailer?: Mailer; oidc?: Config['oidc']; deskOrigin?: string; later?: PostSetting['later'] } = {},
  ): Promise<People> {
    const superuser = new pg.Client({ connectionString: platform.superuserUrl });
    await superuser.connect();
    return new People(platform, superuser, options);
  }

  close = (): Promise<void> => this.superuser.end();

  /** Work 'identity', in the operator's name. */
  cluster = <T>(work: (tx: Tx<ClusterScope>) => Promise<T>): Promise<T> => this.platform.work.run(IDENTITY, work);

  /** Somebody of the site's tenant, with a password; `password: null`: invited, without one. */
  async add(
    site: Pick<BuiltSite, 'tenantId'>,
    over: Partial<Omit<NewAccount, 'password'>> & { password?: string | null } = {},
  ): Promise<Person> {
    count += 1;
    const word = `person${count}`;
    const { password = PASSWORD, ...fields } = over;
    const account = await this.platform.work.run(scopeOf(site.tenantId), (tx) =>
      insertAccount(tx, this.platform.calendar, {
        word,
        name: '李文',
        organId: null,
        email: '',
        telephone: '',
        kind: 'staff',
        endsOn: null,
        ...fields,
      }),
    );
    if (password !== null) {
      const hash = await hashPassword(password);
      await this.cluster((tx) => setPassword(tx, account, { hash }));
      await this.superuser.query(`UPDATE account SET state = 'open' WHERE id = $1`, [account.id]);
    }
    return { ...account, name: fields.name ?? '李文', password: password ?? '' };
  }

  /** Signs in by password alone, from an address that nobody else comes from. */
  signIn(person: Pick<Person, 'login' | 'password'>, caller: Partial<Caller> = {}): Promise<Entered> {
    return this.identity.signIn.withPassword(person, aCaller(caller));
  }

  /** Sets a second factor for a session that may, with the code of this moment: `codeOf(secret, 1)` is good after it. */
  async enrol(token: string, caller: Partial<Caller> = {}, password = PASSWORD) {
    const { secret } = await this.identity.signIn.startEnrolment(token);
    const form = { token, code: codeOf(secret), password };
    const done = await this.identity.signIn.confirmEnrolment(form, aCaller(caller));
    return { ...done, secret };
  }

  /** Until a transaction waits for a lock that the superuser holds. */
  async untilSomebodyWaits(): Promise<void> {
    const waiting = 'SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))';
    for (const deadline = Date.now() + 10_000; (await this.superuser.query(waiting)).rowCount === 0; await sleep(10))
      if (Date.now() > deadline) throw new Error('nobody waits');
  }

  /** What the audit of a tenant says of an account, oldest first. */
  async acts(of: {
    tenantId: string;
    id?: string;
  }): Promise<{ act: string; actor: string; detail: Record<string, unknown> }[]> {
    const { rows } = await this.superuser.query(
      `SELECT act, actor, detail FROM audit WHERE tenant_id = $1 AND ($2::text IS NULL OR subject = 'account:' || $2)
       ORDER BY position`,
      [of.tenantId, of.id ?? null],
    );
    return rows;
  }
}

let addresses = 0;

/** Each comes from an address of its own, unless it says from where. */
export function aCaller(over: Partial<Caller> = {}): Caller {
  addresses += 1;
  const address = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
  return { address, request: `request-${addresses}`, agent: 'Mozilla/5.0 (test)', device: null, ...over };
}

/** What an authenticator shows, some steps of 30 seconds from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
