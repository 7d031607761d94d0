import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { firstOf } from './first-of.js';

const after = async <T>(ms: number, result: () => T): Promise<T> => {
  await sleep(ms);
  return result();
};
const fails = (): never => {
  throw new Error('too late');
};

it('gives the outcome of work that is done in time, and its failure', async () => {
  const failed = jest.fn();
  expect(
    await firstOf(
      after(5, () => 'done'),
      2_000,
      failed,
    ),
  ).toBe('done');
  await expect(firstOf(after(5, fails), 2_000, failed)).rejects.toThrow('too late');
  expect(failed).not.toHaveBeenCalled();
});

it('says of other work that it goes on, and tells of what it came to only when that is a failure', async () => {
  const failed = jest.fn();
  expect(
    await firstOf(
      after(60, () => 'done'),
      5,
      failed,
    ),
  ).toBe('going-on');
  expect(await firstOf(after(60, fails), 5, failed)).toBe('going-on');
  await sleep(120);
  expect(failed.mock.calls).toEqual([[new Error('too late')]]);
});
