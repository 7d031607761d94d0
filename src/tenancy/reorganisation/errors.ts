import { errorCatalogue } from '../../kernel/user-error.js';

export const reorganisationErrors = errorCatalogue({
  'reorganisation.plan-faults': [422, '有 {count} 处要改，方案没有保存：\n{faults}'],
  'reorganisation.file-encoding': [
    422,
    '看不懂“{name}”的文字编码。请在 Excel 或 WPS 里另存为“CSV UTF-8（逗号分隔）”，再试一次。',
  ],
  'reorganisation.file-form': [422, '“{name}”不是 CSV 表格：{why}。请用示例文件 samples/reorganisation.csv 作底稿。'],
  'reorganisation.file-columns': [
    422,
    '“{name}”的表头不对：{why}。表头应为：动作,原机关,新机关,新机关简称,电话,地址,人员,栏目,移到栏目,子站,生效日期（前三列必有）。',
  ],
  'reorganisation.state': [409, '方案“{title}”{state}，不能{act}。'],
  'reorganisation.conflicts': [409, '方案“{title}”现在不能执行，请先解决：\n{conflicts}'],
  'reorganisation.day-past': [422, '生效日期 {day} 已经过去。请填今天或以后的日期。'],
  'reorganisation.day-form': [422, '日期“{day}”写得不对。应为“年-月-日”，例如 2026-12-01。'],
  'reorganisation.day-gone': [409, '方案“{title}”的生效日期 {day} 已经过去，不能{act}。请先改成今天或以后的日期。'],
  'reorganisation.too-early': [409, '方案“{title}”定在 {day} 生效，还没有到。要提前执行，请先改生效日期。'],
  'reorganisation.changed-meanwhile': [409, '方案“{title}”刚被别人改过。请重新打开，看过后再试。'],
  'reorganisation.cannot-take-back': [409, '方案“{title}”现在不能收回：\n{reasons}'],
});
