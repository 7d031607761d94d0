import { expect } from '@jest/globals';
import type { Browser } from './desk.js';

/** Every screen is tried four ways: it works; what it is about is missing; one may not; it is another tenant's. */
export interface FourWays {
  /** May do it. */
  may: Browser;
  /** Sees what it is about, and may do the act elsewhere. */
  reader: Browser;
  /** May do the act elsewhere, and sees nothing of this. */
  stranger: Browser;
  /** What it is about, and an id that nothing has. */
  id: string;
  nothing: string;
}

/** Opens a page in each of the ways. @param path of the page, with the id of what it is about */
export async function expectFourWays(
  { may, reader, stranger, id, nothing }: FourWays,
  path: (id: string) => string,
  says: string,
): Promise<void> {
  const works = await may.get(path(id));
  expect([path(id), works.status]).toEqual([path(id), 200]);
  expect(works.body).toContain(says);
  expect([path(id), (await reader.get(path(id))).status]).toEqual([path(id), 403]);
  await expectMissing({ may, stranger, id, nothing }, path);
}

/** What is another's answers exactly as what is not there. */
export async function expectMissing(
  { may, stranger, id, nothing }: Omit<FourWays, 'reader'>,
  path: (id: string) => string,
): Promise<void> {
  expect([path(nothing), (await may.get(path(nothing))).status]).toEqual([path(nothing), 404]);
  const [others, missing] = [await stranger.get(path(id)), await stranger.get(path(nothing))];
  expect([path(id), others.status]).toEqual([path(id), 404]);
  expect(others.body.replaceAll(id, '')).toBe(missing.body.replaceAll(nothing, ''));
}

/** Sends a form in the ways that change nothing; the one who may sends it in the test itself. */
export async function expectRefusedForm(
  { reader, stranger, id, nothing }: FourWays,
  path: (id: string) => string,
  form: Record<string, string>,
): Promise<void> {
  expect([path(id), (await reader.post(path(id), form)).status]).toEqual([path(id), 403]);
  expect([path(id), (await stranger.post(path(id), form)).status]).toEqual([path(id), 404]);
  expect([path(nothing), (await stranger.post(path(nothing), form)).status]).toEqual([path(nothing), 404]);
}
