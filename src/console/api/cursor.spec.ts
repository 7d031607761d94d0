import { Cursors } from './cursor.js';

const cursors = new Cursors('a secret of tests, known to everybody');
const bad = expect.objectContaining({ code: 'api.cursor', status: 400 });

it('gives back the place that it was made for, and shows nothing of it', () => {
  const cursor = cursors.make('items', ['2026-11-23 09:12:00.123456+08', 'place']);
  expect(cursors.read('items', cursor)).toEqual(['2026-11-23 09:12:00.123456+08', 'place']);
  expect(cursor).toMatch(/^[\w-]+$/);
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('place');
});

it('belongs to its list', () => {
  expect(() => cursors.read('publications', cursors.make('items', ['place']))).toThrow(bad);
});

it('cannot be made up, altered, cut, or brought from another installation', () => {
  const cursor = cursors.make('items', ['place']);
  const altered = `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`;
  const foreign = new Cursors('another secret of another installation').make('items', ['place']);
  const written = Buffer.from(JSON.stringify(['items', 'place'])).toString('base64url');
  for (const one of [altered, foreign, written, cursor.slice(0, 20), '', '%00', 'x'.repeat(100_000)])
    expect(() => cursors.read('items', one)).toThrow(bad);
});
