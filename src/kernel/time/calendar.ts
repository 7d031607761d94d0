/** Days and times as people in the platform's time zone read them. Instants are `Date`, days are `YYYY-MM-DD`. */
export interface Calendar {
  readonly timeZone: string;
  /** `2026-11-24` */
  day(at: Date): string;
  /** `09:12` */
  time(at: Date): string;
  /** `2026-11-24 09:12` */
  minute(at: Date): string;
  /** `星期二` */
  weekday(at: Date): string;
  /** The instant of `YYYY-MM-DD` or `YYYY-MM-DD HH:MM` on the wall clock here; a day alone is its 00:00. */
  instant(wallClock: string): Date;
  /** The first instant of the next day here. */
  nextMidnight(at: Date): Date;
}

export function calendarOf(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const weekdays = new Intl.DateTimeFormat('zh-CN', { timeZone, weekday: 'long' });
  const parts = (at: Date): Record<string, string> =>
    Object.fromEntries(format.formatToParts(at).map((p) => [p.type, p.value]));
  const day = (at: Date) => {
    const p = parts(at);
    return `${p.year}-${p.month}-${p.day}`;
  };
  const time = (at: Date) => {
    const p = parts(at);
    return `${p.hour}:${p.minute}`;
  };
  /** Minutes by which the wall clock here is ahead of UTC at this instant. */
  const offset = (at: Date) => {
    const p = parts(at);
    const wall = Date.UTC(+p.year!, +p.month! - 1, +p.day!, +p.hour!, +p.minute!, +p.second!);
    return Math.round((wall - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
  };
  const instant = (wallClock: string) => {
    const match = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?$/.exec(wallClock);
    if (!match) throw new Error(`not a wall-clock time: ${wallClock}`);
    const [, y, mo, d, h = '0', mi = '0'] = match;
    return instantOf(+y!, +mo!, +d!, +h, +mi);
  };
  const instantOf = (year: number, month: number, date: number, hour = 0, minute = 0) => {
    const utc = Date.UTC(year, month - 1, date, hour, minute);
    // The offset is that of the result, not of the guess: a second round settles a change of the offset in between.
    const guess = utc - offset(new Date(utc)) * 60_000;
    return new Date(utc - offset(new Date(guess)) * 60_000);
  };
  return {
    timeZone,
    day,
    time,
    minute: (at) => `${day(at)} ${time(at)}`,
    weekday: (at) => weekdays.format(at),
    instant,
    nextMidnight: (at) => {
      const noon = new Date(instant(day(at)).getTime() + 36 * 3_600_000);
      const p = parts(noon);
      return instantOf(+p.year!, +p.month!, +p.day!);
    },
  };
}

/** `2026-11-04` → `2026年11月4日`. */
export function longDay(day: string): string {
  const [y, m, d] = day.split('-');
  return `${y}年${Number(m)}月${Number(d)}日`;
}
