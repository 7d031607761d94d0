import { progressLine } from './progress.js';

it.each([40, 60, 80, 120])('fits a terminal of %i columns, wide characters counted as two', (columns) => {
  const line = progressLine('发布示例稿件', 800, 808, '长白山保护开发区管理委员会', columns);
  const cells = [...line].reduce((sum, c) => sum + (/[\u2e80-\uffdc]/.test(c) ? 2 : 1), 0);
  expect(cells).toBeLessThan(columns);
  expect(line).toContain('800/808');
});

it('says where it is when there is room', () => {
  expect(progressLine('开通网站', 1, 80, '农安县', 100)).toMatch(/^开通网站 ░{30} {3}1% {2}1\/80 {2}农安县$/);
});
