import { type Calendar, longDay } from '../../kernel/time/calendar.js';
import type { Moment } from '../../presentation/page-model.js';

/** An instant in all the forms in which pages write it (LOOK, Chinese typography). */
export function momentOf(calendar: Calendar, at: Date, now: Date): Moment {
  const minute = calendar.minute(at);
  const day = minute.slice(0, 10);
  const today = calendar.day(now);
  return {
    iso: at.toISOString(),
    short: day === today ? minute.slice(11) : day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day,
    day,
    dayOfMonth: day.slice(8),
    month: day.slice(0, 7),
    minute,
    long: longDay(day),
  };
}

/** 今天更新, 昨天更新, 11-20 更新, 2025-11-20 更新. */
export function updatedNote(calendar: Calendar, at: Date, now: Date): string {
  const moment = momentOf(calendar, at, now);
  if (moment.day === calendar.day(now)) return '今天更新';
  if (moment.day === calendar.day(new Date(now.getTime() - 86_400_000))) return '昨天更新';
  return `${moment.short} 更新`;
}
