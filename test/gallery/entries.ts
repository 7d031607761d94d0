import { entry } from './frames.js';

export const more = (text = '更多') => ({ text, url: '/xwdt/' });

export const POLICIES = [
  entry('吉林省人民政府办公厅关于进一步加强政府网站内容建设的实施意见（示例）', '2026-11-23', {
    documentNumber: '吉政办发〔2026〕41号',
    validity: '有效',
  }),
  entry('吉林省人民政府关于支持冰雪经济高质量发展的若干措施（示例）', '2026-11-21', {
    documentNumber: '吉政发〔2026〕18号',
    validity: '有效',
  }),
  entry('吉林省城镇供热管理办法（示例）', '2026-11-19', { documentNumber: '吉政令第0号', validity: '已修改' }),
  entry('吉林省人民政府办公厅关于做好困难群众冬季救助工作的通知（示例）', '2026-11-17', {
    documentNumber: '吉政办函〔2026〕77号',
    validity: '有效',
  }),
  entry('吉林省“一网通办”事项标准化规范（示例）', '2026-11-14', {
    documentNumber: '吉政办发〔2026〕40号',
    validity: '废止',
  }),
];

export const QUICK = [
  { text: '政策文件', note: '省政府与办公厅文件', url: '/zwgk/zcwj/', icon: 'page' },
  { text: '政策解读', note: '与文件同步发布', url: '/zwgk/zcjd/', icon: 'explain' },
  { text: '通知公告', note: '近期通知', url: '/xwdt/tzgg/', icon: 'notice' },
  { text: '信息公开', note: '指南·制度·年报', url: '/zwgk/', icon: 'book' },
  { text: '统计数据', note: '月度与年度', url: '/sjfb/', icon: 'chart' },
  { text: '市县网站', note: '11 个地区', url: '/', icon: 'map' },
];
