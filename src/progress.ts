/** A progress bar on standard error: one line redrawn on a terminal, a line at each tenth elsewhere. */
export class ProgressBar {
  private tenth = -1;
  private readonly began = Date.now();

  constructor(
    private readonly what: string,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  show(done: number, of: number, now = ''): void {
    const share = of === 0 ? 1 : done / of;
    if (this.out.isTTY) {
      const cells = Math.round(share * 30);
      const bar = `${'█'.repeat(cells)}${'░'.repeat(30 - cells)}`;
      this.out.write(
        `\r\x1b[2K${this.what} ${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${done}/${of}  ${now}`,
      );
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
