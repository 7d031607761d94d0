import { type KnownChannel, type KnownOrgan, organOfChannel, type PlanFacts } from './plan-facts.js';
import { ACTIONS, FATES, type LineInput, type PlanAction, type PlanLine, type SubSiteFate } from './plan-line.js';

type Claims = Pick<PlanLine, 'accountIds' | 'channels' | 'rest' | 'fate'>;

/** Who goes the way of a line when no line names them. */
const REST = ['其余', '其余人员', '其他', '其他人员'];

const several = (cell: string): string[] => cell.split(/[、,，;；\s]+/).filter(Boolean);

/** Reads the cells of one line: actions, people, channels, sub-sites. Says each fault and goes on. */
export class LineWords {
  private readonly sites: Map<string, PlanFacts['sites'][number]>;
  private readonly channels: Map<string, KnownChannel>;
  /** Who and what was claimed, by the line that did first. */
  private readonly claimed = new Map<string, number>();

  constructor(
    private readonly facts: PlanFacts,
    private readonly fault: (row: number, sentence: string) => void,
  ) {
    this.sites = new Map(facts.sites.map((site) => [site.id, site]));
    this.channels = new Map(facts.channels.map((channel) => [channel.id, channel]));
  }

  action({ row, action }: LineInput): PlanAction | null {
    const found = (Object.keys(ACTIONS) as PlanAction[]).find((key) => ACTIONS[key] === action);
    if (!found) {
      const known = Object.values(ACTIONS).join('、');
      this.fault(row, action ? `不认识动作“${action}”，可以写：${known}。` : `没有填“动作”，可以写：${known}。`);
    }
    return found ?? null;
  }

  judgeForm({ row, to, shortName, telephone, address }: LineInput): void {
    const tooLong = (what: string, text: string, most: number) => {
      if ([...text].length > most) this.fault(row, `${what}最多 ${most} 个字。`);
    };
    tooLong('新机关的名称', to, 40);
    tooLong('简称', shortName, 20);
    tooLong('地址', address, 100);
    if (to && !/^[\p{L}\p{N}\s()（）·、《》〈〉“”—-]{2,}$/u.test(to))
      this.fault(row, `“${to}”不像机关名称：至少两个字，不能有特殊符号。`);
    if (telephone && !/^[0-9+()（）转 -]{5,40}$/.test(telephone))
      this.fault(row, `电话“${telephone}”只写号码，例如 0431-12345678。`);
  }

  /** People, channels and sub-sites that a line speaks of. */
  claims(input: LineInput, action: PlanAction, from: KnownOrgan): Claims {
    const { row } = input;
    const people = several(input.people);
    const rest = people.some((word) => REST.includes(word));
    if (action !== 'split' && people.length > 0)
      this.fault(row, `${ACTIONS[action]}时全部人员一起走，“人员”请留空；只有拆分要写。`);
    const accountIds = action === 'split' ? this.people(row, people, from) : [];
    const channels = this.channelsOf(input, action, from);
    return { accountIds, channels, rest, fate: this.fate(input, action, from) };
  }

  private people(row: number, words: string[], from: KnownOrgan): string[] {
    return words
      .filter((word) => !REST.includes(word))
      .flatMap((word) => {
        const found = this.facts.accounts.filter((account) => account.login === word || account.name === word);
        const own = found.filter((account) => account.organId === from.id);
        const [account] = own;
        if (!account)
          this.fault(row, found.length > 0 ? `${word}不在“${from.name}”。` : `没有叫“${word}”的人，也没有这个登录名。`);
        else if (own.length > 1)
          this.fault(
            row,
            `“${from.name}”有 ${own.length} 个${word}，请写登录名：${own.map((a) => a.login).join('、')}。`,
          );
        else if (this.claim(row, `account ${account.id}`, `${account.name}（${account.login}）`)) return [account.id];
        return [];
      });
  }

  private channelsOf({ row, channels, under }: LineInput, action: PlanAction, from: KnownOrgan): Claims['channels'] {
    const words = several(channels);
    if (under && words.length === 0) this.fault(row, '填了“移到栏目”，但没有填要移动的“栏目”。');
    if (action === 'rename' && words.length > 0) this.fault(row, '更名不移动栏目，“栏目”请留空。');
    else if (action !== 'split' && words.length > 0 && !under)
      this.fault(row, `${ACTIONS[action]}时栏目都随机关走，“栏目”请留空；要移动栏目时再填“移到栏目”。`);
    const below = under ? this.channelAt(row, under) : null;
    return words.flatMap((word) => {
      const channel = this.channelAt(row, word);
      if (!channel) return [];
      if (organOfChannel(channel.id, this.channels, this.sites) !== from.id) {
        this.fault(row, `栏目 ${word} 不归“${from.name}”负责。`);
        return [];
      }
      if (below && below.siteId !== channel.siteId)
        this.fault(row, `栏目 ${word} 只能移到同一个网站的栏目之下，${under} 在另一个网站。`);
      if (below && (below.id === channel.id || below.path.startsWith(`${channel.path}/`)))
        this.fault(row, `不能把栏目 ${word} 移到它自己或它的下级之下。`);
      if (!this.claim(row, `channel ${channel.id}`, `栏目 ${word}`)) return [];
      return [{ id: channel.id, underId: below?.id ?? null }];
    });
  }

  /** By its address on the host: `zwgk/jyxx` on the portal, `bm/jyj/gzdt` on a sub-site. */
  private channelAt(row: number, word: string): KnownChannel | null {
    const path = `/${word.replace(/^\/+|\/+$/g, '')}/`;
    const site = [...this.sites.values()]
      .filter((s) => path.startsWith(s.prefix))
      .sort((a, b) => b.prefix.length - a.prefix.length)[0];
    const found = this.facts.channels.find(
      (channel) => channel.siteId === site?.id && `${site.prefix}${channel.path}/` === path,
    );
    if (!found) this.fault(row, `没有地址为 ${word} 的栏目。子站的栏目要连同子站的地址一起写，例如 bm/jyj/gzdt。`);
    return found ?? null;
  }

  private fate({ row, subSite }: LineInput, action: PlanAction, from: KnownOrgan): SubSiteFate | null {
    if (!subSite) return null;
    const fate = (Object.keys(FATES) as SubSiteFate[]).find((key) => FATES[key] === subSite);
    if (!fate) this.fault(row, `不认识子站“${subSite}”，可以写：${Object.values(FATES).join('、')}。`);
    else if (action === 'rename' && fate !== 'stays') this.fault(row, '更名的机关照旧用自己的子站，“子站”请留空。');
    else if (!this.facts.sites.some((site) => site.parentSiteId && site.sponsorId === from.id))
      this.fault(row, `“${from.name}”没有子站，“子站”请留空。`);
    else return fate;
    return null;
  }

  private claim(row: number, what: string, name: string): boolean {
    const first = this.claimed.get(what);
    if (first !== undefined) this.fault(row, `${name}在第 ${first} 行已经安排过。`);
    else this.claimed.set(what, row);
    return first === undefined;
  }

  /** The lines of one organ that is split. */
  judgeSplit(lines: readonly PlanLine[]): void {
    const [first] = lines;
    if (lines.length < 2) this.fault(first!.row, '拆分至少要写两行，每行一个新机关。');
    const say = (wrong: readonly PlanLine[], sentence: (line: PlanLine) => string) => {
      for (const line of wrong) this.fault(line.row, sentence(line));
    };
    const toldTwice = lines.filter((line, i) => lines.findIndex((l) => l.toId === line.toId) !== i);
    say(toldTwice, (line) => `“${line.toName}”在这次拆分里写了两行，请合成一行。`);
    say(lines.filter((line) => line.rest).slice(1), () => '“其余”只能写在一行。');
    say(lines.filter((line) => line.fate).slice(1), () => '一个机关的子站只能在一行里写明去处。');
  }
}
