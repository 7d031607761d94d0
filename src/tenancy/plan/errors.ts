import { errorCatalogue } from '../../kernel/user-error.js';

/** Faults of the data files an operator keeps in blueprints/. */
export const planErrors = errorCatalogue({
  'plan.file-unreadable': [500, '读不到数据文件 {file}（{reason}）。请检查它在不在、能不能读。'],
  'plan.file-not-json': [500, '数据文件 {file} 不是合格的 JSON：{reason}。请检查这一处的逗号、引号和括号。'],
  'plan.file-invalid': [500, '数据文件 {file} 的 {field} 不对：{reason}。请改正后重试。'],
  'plan.blueprint-missing': [500, '文件夹 {folder} 里缺少 {kind}.json，这一类网站的栏目没有依据。请补上这个文件。'],
  'plan.province-unknown': [500, '区划数据里没有代码为 {province} 的省份。请填两位省级代码，例如 22。'],
  'plan.other-province': [500, '更正文件属于省份 {found}，要开通的却是 {province}。请换用这个省的更正文件。'],
});
