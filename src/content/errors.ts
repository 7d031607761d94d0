import { errorCatalogue } from '../kernel/user-error.js';

export const contentErrors = errorCatalogue({
  'content.channel-unknown': [404, '网站{site}没有栏目“{channel}”。可用的栏目：\n{list}'],
  'content.channel-closed': [409, '栏目 {channel} 已停止更新，不能发布新稿件。'],
  'content.channel-path-taken': [
    409,
    '网站自建或移动过的栏目 {paths} 与蓝本新增的栏目地址相同。请先在栏目页给它换一个地址，或在 blueprints/ 里改蓝本的 slug。',
  ],
  'content.channel-blueprint-too-deep': [
    409,
    '栏目 {path} 被移到了第 {depth} 级，蓝本新增的下级“{name}”放不下（最多六级）。请先在栏目页把它上移一级。',
  ],
  'content.channel-fields': [422, '{faults}'],
  'content.channel-slug-taken': [409, '{place}已经有地址为“{slug}”的栏目“{other}”。请给其中一个换一个地址，再试一次。'],
  'content.channel-too-deep': [409, '栏目最多六级，“{name}”放在这里会到第 {depth} 级。请另选一个位置。'],
  'content.channel-into-itself': [409, '不能把“{name}”移到它自己或它的下级之下。请另选一个位置。'],
  'content.channel-no-way': [409, '“{name}”{why}，不能再{move}。'],
  'content.channel-not-empty': [
    409,
    '“{name}”下还有{contents}，不能删除。请先把它们移走；只是不想让公众看到时，可以隐藏栏目。',
  ],
  'content.channel-inherited': [
    409,
    '“{name}”来自统一的网站结构，删除后下次升级又会建出来，所以不能删除。不需要时请隐藏。',
  ],
  'content.channel-hidden': [409, '“{name}”现在是隐藏的，公众看不到。请先恢复显示，再{act}。'],
  'content.channel-other-site': [
    409,
    '这个表单是在另一个网站里打开的，之后您在别的窗口进入了“{now}”，所以还没有新建。要建在“{now}”，请核对后再提交；否则请先切换回去。',
  ],
  'content.changed-since': [409, '“{name}”在这之后又有改动，为了不盖掉别人的改动，保留现在的样子。需要时请再改一次。'],
  'content.organ-unknown': [422, '本单位没有这个机关。请从列表里重新选择负责机关。'],
  'content.publishing-frozen': [409, '{name}的发布已冻结：{reason}。解冻以后才能发布，请联系平台运维员。'],
  'content.published-in-future': [
    422,
    '{file} 的发布日期 {day} 晚于今天。请改为今天或更早的日期，或删去这一项（按现在的时间发布）。',
  ],
  'content.media-missing': [422, '{file} 引用的文件 {reference} 找不到。请把它放在文稿旁边，或改正引用。'],
  'content.media-type': [
    422,
    '{file} 引用的 {reference} 不能作为附件：{why}。可用的附件类型：图片（png、jpg、webp、gif）、pdf、doc(x)、xls(x)、ppt(x)、wps、et、ofd、csv、txt、zip。',
  ],
  'content.media-size': [422, '{file} 引用的 {reference} 有 {size}，超过单个附件的上限 {limit}。'],
});
