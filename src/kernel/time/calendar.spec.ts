import { calendarOf, longDay } from './calendar.js';

describe('a calendar of Asia/Shanghai', () => {
  const here = calendarOf('Asia/Shanghai');

  it('reads an instant as the wall clock there, whatever TZ the process has', () => {
    const at = new Date('2026-11-23T16:30:00Z');
    expect(here.day(at)).toBe('2026-11-24');
    expect(here.minute(at)).toBe('2026-11-24 00:30');
    expect(here.weekday(at)).toBe('星期二');
  });

  it('turns a day into its first instant, and a minute into that minute', () => {
    expect(here.instant('2015-03-01').toISOString()).toBe('2015-02-28T16:00:00.000Z');
    expect(here.instant('2026-11-23 09:30').toISOString()).toBe('2026-11-23T01:30:00.000Z');
  });

  it('knows the next midnight', () => {
    expect(here.nextMidnight(new Date('2026-11-23T16:30:00Z')).toISOString()).toBe('2026-11-24T16:00:00.000Z');
    expect(here.nextMidnight(new Date('2026-11-23T16:00:00Z')).toISOString()).toBe('2026-11-24T16:00:00.000Z');
  });

  it('knows it on the last day that people write, 9999-12-31', () => {
    expect(here.nextMidnight(here.instant('9999-12-31')).getTime()).toBe(Date.UTC(9999, 11, 31, 16));
  });
});

it('keeps midnight on days on which the clocks change', () => {
  const berlin = calendarOf('Europe/Berlin');
  expect(berlin.instant('2026-03-29').toISOString()).toBe('2026-03-28T23:00:00.000Z');
  expect(berlin.instant('2026-03-29 12:00').toISOString()).toBe('2026-03-29T10:00:00.000Z');
  expect(berlin.nextMidnight(new Date('2026-10-25T10:00:00Z')).toISOString()).toBe('2026-10-25T23:00:00.000Z');
});

it('writes a day without padding in documents', () => {
  expect(longDay('2015-02-02')).toBe('2015年2月2日');
});
