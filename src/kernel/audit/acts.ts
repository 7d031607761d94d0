/**
 * What each act of the audit is called where people read it: act → words. Each room states its own in its `acts.ts`;
 * src/acts.ts puts them together, and a test holds that to every `tx.audit('…')` of the program.
 */
export type ActWords = Readonly<Record<string, string>>;

/** An act that a later program wrote has no words here: it is shown as it stands. */
export const wordsOf = (acts: ActWords, act: string): string => acts[act] ?? act;

export const kernelActs: ActWords = {
  'audit.heads-exported': '导出审计链头',
  'audit.verified': '核对审计记录',
};
