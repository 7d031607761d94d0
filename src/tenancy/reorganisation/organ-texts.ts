export interface OrganName {
  id: string;
  name: string;
  telephone: string;
  address: string;
}

/** An organ as texts know it, before and after. */
export interface NamedOrgan extends OrganName {
  /** What stands for it in texts: itself as it is called then, one other, or several that a person must choose from. */
  becomes: OrganName | 'several';
}

/** Whose fact a text is: the organ it was of, and the one it goes to. */
export interface TextOwner {
  fromId: string | null;
  toId: string | null;
}

export interface RewrittenText {
  text: string;
  /** Names that stand for several organs now, so that a person must say which. */
  undecided: string[];
}

/** The longest name of a place that is looked for before the name of an organ: 前郭尔罗斯蒙古族自治县 has 11. */
const LONGEST_PLACE = 16;

/**
 * Puts the new names, telephones and addresses of organs into texts of current facts. Whole names only, the longest first,
 * in one pass: never a part of another organ's name, and nothing that was put in is replaced again. Telephones and addresses,
 * which organs may share, only in the texts of the organ itself.
 */
export class OrganTexts {
  private readonly byId: Map<string, NamedOrgan>;
  private readonly byName: Map<string, NamedOrgan>;
  private readonly successors: Map<string, OrganName>;

  /**
   * @param organs all living organs of the tenant: the names of those that stay protect what contains another's name
   * @param successors organs that others go into: what is called so already is left alone
   * @param foreignPlaces names of places elsewhere: before an organ's name they make it another organ's
   */
  constructor(
    organs: readonly NamedOrgan[],
    successors: readonly OrganName[],
    private readonly foreignPlaces: ReadonlySet<string>,
  ) {
    this.byId = new Map(organs.map((organ) => [organ.id, organ]));
    this.byName = new Map(organs.map((organ) => [organ.name, organ]));
    this.successors = new Map(successors.map((organ) => [organ.id, organ]));
  }

  rewrite(text: string, owner: TextOwner): RewrittenText {
    const undecided = new Set<string>();
    const own = owner.fromId ? this.byId.get(owner.fromId) : undefined;
    const contacts = own ? this.contactsOf(own, owner) : new Map<string, string>();
    const newNames = [...this.successors.values()].map((organ) => organ.name);
    const words = [...new Set([...this.byName.keys(), ...newNames, ...contacts.keys()])]
      .filter((word) => word !== '')
      .sort((a, b) => b.length - a.length);
    if (words.length === 0 || text === '') return { text, undecided: [] };
    const pattern = new RegExp(words.map(wholeWord).join('|'), 'gu');
    const rewritten = text.replace(pattern, (word, at: number) => {
      const contact = contacts.get(word);
      if (contact !== undefined) return contact;
      const organ = this.byName.get(word);
      if (!organ || this.isElsewhere(text, at)) return word;
      const becomes = this.becomes(organ, owner);
      if (becomes === 'several') undecided.add(word);
      return becomes === 'several' ? word : becomes.name;
    });
    return { text: rewritten, undecided: [...undecided] };
  }

  /** In the texts of what an organ hands on, its name is that of the one they go to. */
  private becomes(organ: NamedOrgan, owner: TextOwner): OrganName | 'several' {
    const to = organ.id === owner.fromId && owner.toId ? this.successors.get(owner.toId) : undefined;
    return to ?? organ.becomes;
  }

  /** Telephone and address of the text's own organ; what the new organ has not is not taken away. */
  private contactsOf(own: NamedOrgan, owner: TextOwner): Map<string, string> {
    const contacts = new Map<string, string>();
    const becomes = this.becomes(own, owner);
    if (becomes === 'several') return contacts;
    for (const field of ['telephone', 'address'] as const)
      if (own[field] && becomes[field] && own[field] !== becomes[field]) contacts.set(own[field], becomes[field]);
    return contacts;
  }

  private isElsewhere(text: string, at: number): boolean {
    for (let length = 2; length <= LONGEST_PLACE && length <= at; length += 1)
      if (this.foreignPlaces.has(text.slice(at - length, at))) return true;
    return false;
  }
}

/** A number is not a part of a longer one. */
function wholeWord(word: string): string {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const before = /^\d/.test(word) ? '(?<![\\d-])' : '';
  const after = /\d$/.test(word) ? '(?![\\d-])' : '';
  return `${before}${escaped}${after}`;
}
