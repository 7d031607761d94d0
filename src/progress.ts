/** Redrawn no more often, ms: slow terminals flicker. */
const REDRAW_MS = 80;

/** A progress bar on standard error: one line redrawn on a terminal, a line at each tenth elsewhere. */
export class ProgressBar {
  private tenth = -1;
  private drawnAt = 0;
  private readonly began = Date.now();

  constructor(
    private readonly what: string,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  show(done: number, of: number, now = ''): void {
    const share = of === 0 ? 1 : done / of;
    if (this.out.isTTY) {
      if (done < of && Date.now() - this.drawnAt < REDRAW_MS) return;
      this.drawnAt = Date.now();
      this.out.write(`\r\x1b[2K${progressLine(this.what, done, of, now, this.out.columns || 80)}`);
      return;
    }
    const tenth = Math.floor(share * 10);
    if (tenth === this.tenth) return;
    this.tenth = tenth;
    this.out.write(`${this.what} ${tenth * 10}%（${done}/${of}）\n`);
  }

  end(sentence: string): void {
    const seconds = ((Date.now() - this.began) / 1000).toFixed(1);
    this.out.write(`${this.out.isTTY ? '\r\x1b[2K' : ''}${this.what}：${sentence}，用时 ${seconds} 秒\n`);
  }
}

/** Cells a text takes on a terminal: Chinese characters take two. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\u1100-\u115f\u2e80-\uffdc]/.test(character) ? 2 : 1), 0);

/** One line that fits a terminal of so many columns; a line that wraps could not be redrawn. */
export function progressLine(what: string, done: number, of: number, now: string, columns: number): string {
  const share = of === 0 ? 1 : done / of;
  const cells = columns >= 70 ? 30 : 10;
  const filled = Math.round(share * cells);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(cells - filled)}`;
  const figures = `${what} ${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${done}/${of}`;
  let name = `  ${now}`;
  while (name && widthOf(figures) + widthOf(name) > columns - 1) name = [...name].slice(0, -1).join('');
  return figures + name.trimEnd();
}
