import { errorCatalogue } from '../../kernel/user-error.js';

/** What can be wrong with a file that is handed in as a document. Each sentence says what to do. */
export const intakeErrors = errorCatalogue({
  'intake.empty': [422, '文件「{name}」是空的，没有可以发布的文字。请检查导出是否成功，重新保存后再试。'],
  'intake.too-large': [
    413,
    '文件「{name}」有 {size} MB，超过 {limit} MB 的上限。请把图片和附件另存为单独的文件，只留文字。',
  ],
  'intake.binary': [
    422,
    '文件「{name}」是{what}，不是文字稿。请在原来的软件里另存为 .txt、.html 或 .md（UTF-8 编码）后再试。',
  ],
  'intake.encoding': [
    422,
    '文件「{name}」的编码认不出来：第 {offset} 个字节起不是 UTF-8，按 GB18030 也读不成通顺的文字。请用编辑器另存为 UTF-8 编码后再试。',
  ],
  'intake.damaged-text': [
    422,
    '文件「{name}」里有 {count} 个无法还原的字（显示为 �），最早在「{near}」附近。请从原稿重新导出，不要在乱码的文件上修改。',
  ],
  'intake.unknown-form': [
    422,
    '不认识文件「{name}」的形式。能读的是纯文本 .txt、网页 .html 和 Markdown .md，请另存为其中一种。',
  ],
  'intake.too-deep': [422, '文件「{name}」的网页标记嵌套过深，不像正常的文稿。请只保留正文部分，另存后再试。'],
  'intake.markdown-too-long': [
    413,
    '文件「{name}」有 {length} 个字，超过 Markdown 文稿 {limit} 个字的上限。请分成几篇，或者把资料另存为附件。',
  ],
  'intake.too-many-elements': [
    422,
    '文件「{name}」的行、段落或标记超过 {limit} 个，不像一篇文稿。请分成几篇，或者把资料另存为附件，正文里只留说明。',
  ],
  'intake.too-many-cells': [
    422,
    '文件「{name}」的表格超过 {limit} 个单元格，在网页上无法阅读。请把大表格另存为 .xlsx 文件，在正文里作为附件引用。',
  ],
  'intake.no-title': [
    422,
    '文件「{name}」里没有找到标题。请在文件头写一行「标题：……」，或者让第一行就是标题（单独成行，不带句号）。',
  ],
  'intake.title-too-long': [
    422,
    '文件「{name}」的标题有 {length} 个字，超过 {limit} 个字的上限。请检查标题是否混入了正文。',
  ],
  'intake.no-body': [422, '文件「{name}」只有标题和文件头，没有正文。请补上正文后再试。'],
  'intake.bad-date': [
    422,
    '文件「{name}」的「{field}」写作「{value}」，不是一个存在的日期。请写成 2015年2月12日 或 2015-02-12 的样子。',
  ],
  'intake.bad-field': [422, '文件「{name}」的「{field}」写作「{value}」，应当是：{expected}。请改正后再试。'],
  'intake.path-escapes': [
    422,
    '文中引用的「{reference}」超出了文稿所在的文件夹。图片和附件请放在文稿旁边，用不带盘符、不以 / 开头、不含 .. 的相对路径引用。',
  ],
  'intake.path-unreadable': [404, '打不开「{path}」。请检查路径是否写对、是否有权限读取。'],
  'intake.no-documents': [422, '文件夹「{path}」里没有能读的文稿（.txt、.md、.html）。请检查路径是否写对。'],
});
