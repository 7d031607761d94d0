import { one, type Query } from '../shell/list.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The day that was typed with the plan: it stands in the address until the plan is scheduled. '': none. */
export const wantedDay = (query: Query): string => {
  const day = one(query, 'day');
  return DAY.test(day) ? day : '';
};

export const withDay = (path: string, day: string): string => (DAY.test(day) ? `${path}?day=${day}` : path);
