import { titleLines } from './title-lines.js';

it('leaves a short title whole', () => {
  expect(titleLines('农安县城镇供热管理办法（示例）')).toEqual(['农安县城镇供热管理办法（示例）']);
});

it('breaks a long title by sense', () => {
  expect(titleLines('吉林省人民政府办公厅关于加强政府网站信息内容建设的实施意见')).toEqual([
    '吉林省人民政府办公厅',
    '关于加强政府网站',
    '信息内容建设的实施意见',
  ]);
});

it('loses nothing, keeps lines short and punctuation where it belongs', () => {
  const titles = [
    '关于印发《农安县进一步加强政府网站信息内容建设、推进政务公开标准化规范化实施方案》的通知（示例）',
    '农安县人民政府关于公布2026年第一批县级行政规范性文件清理结果的公告',
    '中华人民共和国'.repeat(6),
  ];
  for (const title of titles) {
    const lines = titleLines(title);
    expect(lines.join('')).toBe(title);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(22);
      expect(line).not.toMatch(/^[、，。；：！？）》”’〕]|[（《“‘〔]$/);
    }
  }
});

it('does not break a word of Latin letters', () => {
  const title = `${'A'.repeat(60)}说明`;
  expect(titleLines(title)).toEqual([title]);
});
