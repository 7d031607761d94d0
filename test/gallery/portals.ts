import type { HomePage } from '../../src/presentation/page-model.js';
import { more, POLICIES, QUICK } from './entries.js';
import { entry, frame, links, picture, province } from './frames.js';

const CITIES = [
  '长春市',
  '吉林市',
  '四平市',
  '辽源市',
  '通化市',
  '白山市',
  '松原市',
  '白城市',
  '延边朝鲜族自治州',
  '长白山管委会',
  '梅河口市',
];

export const provinceHome: HomePage = {
  page: 'home',
  frame: province(),
  hero: {
    slogan: '看政策、查文件、找部门，从这里开始',
    linksLabel: '常看',
    links: links(['政府信息公开指南', '省政府文件', '政策解读', '统计公报']),
  },
  quick: QUICK,
  town: null,
  rows: [
    {
      ground: false,
      blocks: [
        {
          kind: 'lead',
          span: 7,
          heading: '要闻动态',
          note: '省政府重要会议、活动与部署',
          more: more(),
          lead: entry('全省政务公开工作推进会召开，部署年底前完成基层公开目录统一（示例）', '2026-11-24 09:30', {
            picture: picture('lake-jiang'),
            source: '省政府办公厅（示例）',
            summary:
              '会议要求各地各部门以群众需求为导向，统一基层政务公开事项目录，做到文件与解读同步发布、来信与答复同步公开。',
          }),
          entries: [],
        },
        {
          kind: 'list',
          span: 5,
          heading: '今日发布',
          note: '今天 3 条',
          more: more(),
          strong: true,
          entries: [
            entry('省政府常务会议研究冬季供暖保障和能源储备工作（示例）', '2026-11-24 09:12'),
            entry('前三季度全省重点项目建设进展情况发布（示例）', '2026-11-24 08:40'),
            entry('《吉林省数字政务条例（草案）》公开征求意见（示例）', '2026-11-24 08:30'),
            entry('我省公布第二批“高效办成一件事”事项清单（示例）', '2026-11-23'),
            entry('秋粮收购进度过半，各地优化预约售粮服务（示例）', '2026-11-23'),
          ],
        },
        {
          kind: 'list',
          span: 5,
          heading: '通知公告',
          note: '',
          more: more(),
          strong: false,
          entries: [
            entry('关于 2027 年元旦春节期间放假安排的通知（示例）', '2026-11-23', { pinned: true }),
            entry('省直机关公开遴选公务员公告（示例）', '2026-11-20'),
            entry('关于开展网站年度工作报表填报的通知（示例）', '2025-12-18'),
          ],
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'register',
          span: 12,
          heading: '最新政策',
          note: '与解读同步发布，状态随时更新',
          more: more('全部政策'),
          entries: POLICIES,
        },
      ],
    },
    {
      ground: true,
      blocks: [
        {
          kind: 'tiles',
          span: 8,
          heading: '政务公开',
          note: '按栏目进入',
          more: more('全部栏目'),
          tiles: [
            '政策文件',
            '政策解读',
            '规划计划',
            '财政信息',
            '人事信息',
            '统计数据',
            '建议提案办理',
            '重点领域信息',
          ].map((text) => ({
            text,
            url: '/zwgk/',
            note: '11-21 更新',
          })),
        },
        {
          kind: 'list',
          span: 4,
          heading: '政策解读',
          note: '',
          more: more(),
          strong: false,
          entries: [
            entry('《关于支持冰雪经济高质量发展的若干措施》解读（示例）', '2026-11-21'),
            entry('一图读懂：冬季救助怎么申请（示例）', '2026-11-17'),
            entry('供热管理办法修改了哪些内容（示例）', '2026-11-19'),
          ],
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'sites',
          span: 12,
          heading: '市县政府网站',
          note: '全省 60 个县（市、区）与 11 个地区',
          more: null,
          groups: [
            {
              name: '',
              sites: CITIES.map((text, i) => ({ text, url: '/', note: i < 9 ? `${4 + i} 个县级网站` : '下设 3 个区' })),
            },
            {
              name: '省直部门',
              sites: ['省教育厅', '省民政厅', '省农业农村厅', '省政务服务和数字化建设管理局'].map((text) => ({
                text,
                url: '/',
                note: '',
              })),
            },
          ],
        },
      ],
    },
  ],
};

export const cityHome: HomePage = {
  page: 'home',
  frame: frame({
    level: 'city',
    name: '延边朝鲜族自治州人民政府',
    shortName: '延边',
    tagline: '门户网站',
    nav: ['要闻动态', '政务公开', '政务服务', '互动交流', '走进延边'],
    parent: '吉林省人民政府',
  }),
  hero: { slogan: '延边的政策与消息，每天更新', linksLabel: '', links: links(['州政府文件', '财政预决算']) },
  quick: QUICK.slice(0, 5),
  town: null,
  rows: [
    {
      ground: false,
      blocks: [
        {
          kind: 'lead',
          span: 7,
          heading: '要闻动态',
          note: '',
          more: more(),
          lead: entry(
            '全州冬季清洁取暖保障工作部署会召开，要求十一月底前完成重点小区管网检修和应急热源调试（示例）',
            '2026-11-24 10:05',
            {
              source: '州政府办公室（示例）',
              summary: '会议听取各县市准备情况，要求值班电话向社会公布，报修两小时内上门。',
            },
          ),
          entries: [
            entry('边境旅游服务标准化试点通过验收（示例）', '2026-11-23'),
            entry('大米加工企业联合体成立（示例）', '2026-11-22'),
          ],
        },
        {
          kind: 'recommended',
          span: 5,
          heading: '省政府推荐',
          note: '同步更新',
          more: more('进入省政府网站'),
          entries: POLICIES.map((e) => ({ ...e, source: '吉林省人民政府' })),
        },
      ],
    },
    {
      ground: true,
      blocks: [
        { kind: 'register', span: 8, heading: '政策文件', note: '', more: more(), entries: POLICIES.slice(0, 3) },
        {
          kind: 'tiles',
          span: 4,
          heading: '政务公开',
          note: '',
          more: null,
          tiles: ['机构职能', '财政信息', '人事信息'].map((text) => ({ text, url: '/', note: '' })),
        },
      ],
    },
    {
      ground: true,
      blocks: [
        {
          kind: 'sites',
          span: 12,
          heading: '县市网站',
          note: '',
          more: null,
          groups: [
            {
              name: '',
              sites: ['延吉市', '图们市', '敦化市', '珲春市', '龙井市', '和龙市', '汪清县', '安图县'].map((text) => ({
                text,
                url: '/',
                note: '',
              })),
            },
          ],
        },
      ],
    },
  ],
};

const TOWNS = [
  '柳湾镇',
  '云岭镇',
  '北河镇',
  '石桥镇',
  '杏树乡',
  '东岗乡',
  '城关街道',
  '河西街道',
  '松园街道',
  '三道沟朝鲜族满族乡',
  '榆林乡',
  '白桦乡',
  '平川镇',
  '新立乡',
];

export const countyHome: HomePage = {
  page: 'home',
  frame: frame({
    level: 'county',
    name: '青松县人民政府',
    shortName: '青松',
    tagline: '门户网站',
    nav: ['要闻动态', '政务公开', '政务服务', '互动交流', '乡镇街道', '走进青松'],
    parent: '吉林省人民政府',
  }),
  hero: {
    slogan: '青松县的事，在这里说清楚、讲明白',
    linksLabel: '常看',
    links: links(['医保缴费', '低保申请', '农机补贴']),
  },
  quick: QUICK.slice(0, 6),
  town: null,
  rows: [
    {
      ground: false,
      blocks: [
        {
          kind: 'lead',
          span: 8,
          heading: '本县要闻',
          note: '',
          more: more(),
          lead: entry('青松县全面启动冬季清洁取暖保障行动（示例）', '2026-11-24 10:05', {
            picture: picture('lake-song'),
            source: '县政府办公室（示例）',
          }),
          entries: [
            entry('县政府常务会议审议 2027 年民生实事候选项目（示例）', '2026-11-24 08:20'),
            entry('柳湾镇稻米产业园二期投入使用（示例）', '2026-11-23'),
            entry('县医院新院区完成主体施工（示例）', '2026-11-22'),
            entry('农村公路提档升级工程全部完工（示例）', '2026-11-21'),
            entry('全县中小学冬季供暖检查完成（示例）', '2026-11-20'),
          ],
        },
        {
          kind: 'recommended',
          span: 4,
          heading: '省政府推荐',
          note: '同步更新',
          more: more(),
          entries: POLICIES.map((e) => ({ ...e, source: '吉林省人民政府' })),
        },
      ],
    },
    {
      ground: false,
      blocks: [
        {
          kind: 'register',
          span: 8,
          heading: '政策与解读',
          note: '',
          more: more('全部政策'),
          entries: POLICIES.slice(0, 4),
        },
        {
          kind: 'list',
          span: 4,
          heading: '通知公告',
          note: '',
          more: more(),
          strong: false,
          entries: [
            entry('2026 年下半年教师资格认定公告（示例）', '2026-11-23'),
            entry('国有建设用地使用权出让公告（示例）', '2026-11-19'),
            entry('城乡居民医保集中缴费提示（示例）', '2026-11-15'),
          ],
        },
      ],
    },
    {
      ground: true,
      blocks: [
        {
          kind: 'contact',
          span: 4,
          heading: '联系我们',
          note: '',
          rows: [
            { term: '地址', text: '青松县青松大街 1 号（示例）' },
            { term: '办公时间', text: '工作日 8:30—11:30，13:00—17:00' },
            { term: '电话', text: '0000-0000000' },
          ],
          more: null,
          links: links(['机构职能']),
        },
        {
          kind: 'sites',
          span: 8,
          heading: '乡镇街道',
          note: '最近更新',
          more: null,
          groups: [
            {
              name: '',
              sites: TOWNS.map((text, i) => ({ text, url: '/', note: i < 2 ? '今天更新' : `11-${22 - i}` })),
            },
          ],
        },
      ],
    },
  ],
};
