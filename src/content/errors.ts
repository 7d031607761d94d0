import { errorCatalogue } from '../kernel/user-error.js';

export const contentErrors = errorCatalogue({
  'content.channel-unknown': [404, '站点{site}没有栏目“{channel}”。可用的栏目：\n{list}'],
  'content.channel-closed': [409, '栏目 {channel} 已停止更新，不能发布新稿件。'],
  'content.channel-path-taken': [
    409,
    '站点自建的栏目 {paths} 与蓝本新增的栏目地址相同。请先给自建的栏目换一个地址，或在 blueprints/ 里改蓝本的 slug。',
  ],
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
