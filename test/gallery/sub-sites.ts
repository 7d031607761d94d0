import type { HomePage } from '../../src/presentation/page-model.js';
import { more, POLICIES, QUICK } from './entries.js';
import { entry, frame, links, picture } from './frames.js';

export const departmentHome: HomePage = {
  page: 'home',
  frame: frame({
    kind: 'department',
    level: 'county',
    name: '青松县教育局',
    shortName: '教育局',
    tagline: '部门子站',
    nav: ['机构职能', '工作动态', '通知公告', '政策文件', '办事指南'],
    parent: '青松县人民政府',
  }),
  hero: { slogan: '入学、资助、考试，先看这里', linksLabel: '常看', links: links(['招生政策', '学生资助']) },
  quick: QUICK.slice(0, 4),
  town: null,
  rows: [
    {
      ground: false,
      blocks: [
        {
          kind: 'lead',
          span: 8,
          heading: '工作动态',
          note: '',
          more: more(),
          lead: entry('全县中小学冬季供暖检查完成，教室温度全部达标（示例）', '2026-11-20 15:40', {
            picture: picture('lake-dai'),
            summary: '检查组走访 43 所学校。',
          }),
          entries: [
            entry('县图书馆与学校共享图书（示例）', '2026-11-19'),
            entry('教师培训班开班（示例）', '2026-11-18'),
          ],
        },
        {
          kind: 'contact',
          span: 4,
          heading: '联系教育局',
          note: '',
          more: null,
          rows: [
            { term: '地址', text: '青松县学府路 8 号（示例）' },
            { term: '办公时间', text: '工作日 8:30—17:00' },
            { term: '电话', text: '0000-0000000' },
          ],
          links: [],
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'register',
          span: 8,
          heading: '政策文件',
          note: '',
          more: more(),
          entries: POLICIES.slice(1, 3).map((e) => ({ ...e, documentNumber: '' })),
        },
        {
          kind: 'list',
          span: 4,
          heading: '通知公告',
          note: '',
          more: more(),
          strong: false,
          entries: [entry('2026 年下半年教师资格认定公告（示例）', '2026-11-23')],
        },
      ],
    },
  ],
};

export const townshipHome: HomePage = {
  page: 'home',
  frame: frame({
    kind: 'township',
    level: 'township',
    name: '柳湾镇人民政府',
    shortName: '柳湾镇',
    tagline: '乡镇街道子站',
    nav: ['概况', '动态', '公开', '服务'],
    parent: '青松县人民政府',
    code: '0000000024',
  }),
  hero: null,
  quick: [],
  town: {
    name: '柳湾镇人民政府',
    introduction:
      '柳湾镇位于青松县西部、清水河畔，以水稻、食用菌和林下种植为主。本站由镇政府提供内容，由青松县门户网站统一承载（示例）。',
    facts: [
      { term: '面积', figure: '186', unit: '平方千米' },
      { term: '户籍人口', figure: '2.4', unit: '万人' },
      { term: '行政村', figure: '17', unit: '个' },
      { term: '社区', figure: '2', unit: '个' },
    ],
    picture: null,
  },
  rows: [
    {
      ground: false,
      blocks: [
        {
          kind: 'dated',
          span: 7,
          heading: '镇里的事',
          note: '最近更新 2026-11-24',
          more: more(),
          entries: [
            entry('柳湾镇稻米产业园二期投入使用，新增就业岗位 60 个（示例）', '2026-11-24 09:00', { channel: '动态' }),
            entry('2026 年城乡居民医保集中缴费办理点安排（示例）', '2026-11-20', { channel: '通知' }),
            entry('关于冬季农田水利设施检修的通知（示例）', '2026-11-12', { channel: '通知' }),
          ],
        },
        {
          kind: 'contact',
          span: 5,
          heading: '来镇里办事',
          note: '',
          more: null,
          rows: [
            { term: '便民大厅', text: '柳湾镇中心街 1 号（示例）' },
            { term: '办公时间', text: '工作日 8:30—11:30，13:00—17:00' },
            { term: '咨询电话', text: '0000-0000000' },
            { term: '值班电话', text: '0000-0000001（夜间与节假日）' },
          ],
          links: links(['服务事项', '怎么来']),
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'tiles',
          span: 12,
          heading: '政务公开',
          note: '',
          more: null,
          tiles: ['机构职能', '财政预决算', '村务公开目录', '惠民补贴发放', '信息公开年报'].map((text) => ({
            text,
            url: '/',
            note: '2026-03-01 更新',
          })),
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'recommended',
          span: 12,
          heading: '来自青松县',
          note: '县门户发布',
          more: more('进入县门户'),
          entries: POLICIES.slice(0, 2).map((e) => ({ ...e, source: '青松县人民政府' })),
        },
      ],
    },
  ],
};
