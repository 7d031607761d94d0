import { allowsSomewhere } from '../../../src/authority/ability.js';
import { newId } from '../../../src/kernel/id.js';
import { noticeOf } from '../../desk.js';
import type { TestPlatform } from '../../platform.js';
import type { Answer } from '../../web.js';
import type { Asking, Own, Page, Probe } from './entry.js';
import type { Person } from './people.js';
import type { Rehearsal } from './rehearsal.js';
import type { Route } from './routes.js';
import { expectedOf, faultOf, type Told, toldBy } from './verdict.js';
import { missing, type SiteRef, type Thing, type World } from './world.js';

/** Sends what the entries say and holds the answers to the rules. Each fault is a sentence: who, which route, what, why. */
export class Judge {
  private readonly chosen = new Map<string, string>();
  private readonly away = new Map<string, Told>();

  constructor(
    private readonly world: World,
    private readonly rehearsal: Rehearsal,
    private readonly platform: TestPlatform,
  ) {}

  /** How many requests were sent. */
  sent = 0;

  async faults(route: Route, person: Person): Promise<string[]> {
    const faults: string[] = [];
    const nowhere = route.rule.kind === 'rule' && !allowsSomewhere(person.ability, route.rule.action);
    for (const [i, part] of route.parts.entries()) {
      if (nowhere && part.kind === 'probe') {
        if (i === 0) faults.push(...(await this.turnedAway(route, part, person)));
      } else if (part.kind === 'probe') faults.push(...(await this.probe(route, part, person)));
      if (part.kind === 'page') faults.push(...(await this.page(route, part, person)));
      if (part.kind === 'own') faults.push(...(await this.own(route, part, person)));
    }
    return faults.map((fault) => `${person.name} · ${route.key} · ${fault}`);
  }

  private async probe(route: Route, probe: Probe, person: Person): Promise<string[]> {
    const faults: string[] = [];
    const asking = { world: this.world, person };
    const none = new Map<string, Told>();
    const { superuser } = this.world;
    if (probe.meanwhile) await superuser.query(probe.meanwhile.before);
    for (const thing of this.thingsFor(probe, person)) {
      const verdict = expectedOf(route, probe, thing, asking);
      const site = probe.chosen === 'it' || probe.chosen === 'its own' ? thing.site : null;
      await this.choose(person, site);
      const at = site?.id ?? '';
      if (!none.has(at)) none.set(at, await this.ask(route, probe, missing(probe.of), asking));
      const told = await this.ask(route, probe, thing, asking);
      // A site that is no site cannot be chosen: there is nothing to hold the answer against.
      const fault = faultOf(verdict, probe, route, told, probe.chosen === 'it' ? told : none.get(at)!);
      if (fault) faults.push(`${thing.relation} ${probe.of}: ${fault}`);
    }
    if (probe.meanwhile) await superuser.query(probe.meanwhile.after);
    return faults;
  }

  /** Who may the act nowhere is turned away by every route alike, before anything is looked at: one thing is enough. */
  private async turnedAway(route: Route, probe: Probe, person: Person): Promise<string[]> {
    const asking = { world: this.world, person };
    const [thing] = this.thingsFor(probe, person) as [Thing];
    await this.choose(person, null);
    const told = await this.ask(route, probe, thing, asking);
    // A problem of the API names route and act.
    const like = `${person.name} ${route.isApi ? route.key : route.method}`;
    const first = this.away.get(like) ?? (await this.ask(route, probe, missing(probe.of), asking));
    this.away.set(like, first);
    const fault = faultOf('nowhere', probe, route, told, first);
    return fault ? [`${thing.relation} ${probe.of}: ${fault}`] : [];
  }

  /** A notice is sealed, differently each time: what it says is what counts. */
  private told(answer: Answer, echoes: readonly string[]): Told {
    const notice = noticeOf(this.platform, answer);
    const headers = notice ? { ...answer.headers, 'set-cookie': JSON.stringify(notice) } : answer.headers;
    return toldBy({ ...answer, headers }, echoes, this.rehearsal.statements());
  }

  private thingsFor(probe: Probe, person: Person): Thing[] {
    const things = this.world.things[probe.of];
    if (!things) throw new Error(`the world of the matrix has no things of the kind ${probe.of}: add them to world.ts`);
    if (probe.of === 'account') return [...things, person.oneself];
    if (probe.unitsOnly) return things.filter(({ relation }) => relation !== 'platform');
    return probe.chosen ? things : things.filter(({ absent }) => !absent);
  }

  private async ask(route: Route, probe: Probe, thing: Thing, asking: Asking): Promise<Told> {
    const path = probe.address?.(thing, asking) ?? route.address.replace(/:\w+/, thing.id);
    const { method } = route;
    this.rehearsal.statements();
    this.sent += 1;
    const answer = await asking.person.send({
      method,
      path,
      form: probe.form?.(thing, asking),
      file: probe.file?.(thing, asking),
      json: probe.json?.(thing, asking),
      headers: probe.headers,
    });
    return this.told(answer, [thing.id, ...(probe.echo?.(thing) ?? [])]);
  }

  private async page(route: Route, { address, works = [200] }: Page, person: Person): Promise<string[]> {
    const somewhere = route.rule.kind !== 'rule' || allowsSomewhere(person.ability, route.rule.action);
    await this.choose(person, null);
    this.sent += 1;
    const { status } = await person.send({ method: route.method, path: address ?? route.address });
    const expected = somewhere ? works : [route.isApi ? 403 : 404];
    return expected.includes(status) ? [] : [`expected ${expected.join(' or ')}, got ${status}`];
  }

  /** One's own works; another's is as what does not exist. */
  private async own(
    route: Route,
    { address = route.address, others, form, works = [200, 303] }: Own,
    person: Person,
  ): Promise<string[]> {
    const faults: string[] = [];
    const asking = { world: this.world, person };
    await this.choose(person, null);
    const ask = async (id: string): Promise<Told> => {
      this.rehearsal.statements();
      this.sent += 1;
      const answer = await person.send({ method: route.method, path: address.replace(/:\w+/, id), form });
      return this.told(answer, id ? [id] : []);
    };
    if (!others) {
      const { status } = await ask('');
      return works.includes(status) ? [] : [`expected ${works.join(' or ')} (one’s own), got ${status}`];
    }
    const none = await ask(newId());
    for (const [whose, id] of Object.entries(others(asking))) {
      const told = await ask(id);
      if (whose === 'one’s own') {
        if (!works.includes(told.status)) faults.push(`${whose}: expected ${works.join(' or ')}, got ${told.status}`);
      } else if (told.status !== none.status || told.text !== none.text || told.statements !== none.statements)
        faults.push(`${whose}: answers ${told.status}, otherwise than to an id that is none (${none.status})`);
    }
    return faults;
  }

  /** The site in the session, whether it may be entered or not. Null: K's portal. */
  private async choose(person: Person, site: SiteRef | null): Promise<void> {
    const { tenantId, id } = site ?? this.world.county.portal;
    if (this.chosen.get(person.account.id) === id) return;
    await this.world.superuser.query('UPDATE session SET site_tenant_id = $2, site_id = $3 WHERE account_id = $1', [
      person.account.id,
      tenantId,
      id,
    ]);
    this.chosen.set(person.account.id, id);
  }
}
