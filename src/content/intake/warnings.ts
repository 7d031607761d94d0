/** More sentences than these nobody reads. */
const MAX_WARNINGS = 100;

/** Gathers the sentences for the clerk, each once and no more than can be read. */
export interface Warnings {
  warn(sentence: string): void;
  list(): string[];
}

export function gatherWarnings(): Warnings {
  const sentences = new Set<string>();
  let isFull = false;
  return {
    warn(sentence) {
      if (sentences.size < MAX_WARNINGS) sentences.add(sentence);
      else isFull ||= !sentences.has(sentence);
    },
    list: () => [...sentences, ...(isFull ? ['需要核对的地方太多，没有全部列出，请对照原稿核对全文。'] : [])],
  };
}
