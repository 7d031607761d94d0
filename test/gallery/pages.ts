import type { ChannelPage, DocumentPage, MissingPage } from '../../src/presentation/page-model.js';
import { entry, frame, moment, picture, province } from './frames.js';

const crumb = (...texts: string[]) =>
  ['首页', ...texts].map((text, i, all) => ({ text, url: i === all.length - 1 ? '' : '/zwgk/' }));

const NUMBERED = [
  [
    '吉林省人民政府办公厅关于进一步加强政府网站内容建设的实施意见（示例）',
    '2026-11-23',
    '吉政办发〔2026〕41号',
    '有效',
  ],
  ['吉林省人民政府关于支持冰雪经济高质量发展的若干措施（示例）', '2026-11-21', '吉政发〔2026〕18号', '有效'],
  ['吉林省城镇供热管理办法（示例）', '2026-11-19', '吉政令第0号', '已修改'],
  ['吉林省人民政府办公厅关于做好困难群众冬季救助工作的通知（示例）', '2026-11-17', '吉政办函〔2026〕77号', '有效'],
  ['吉林省“一网通办”事项标准化规范（示例）', '2026-11-14', '吉政办发〔2026〕40号', '有效'],
  [
    '吉林省人民政府关于公布第五批省级非物质文化遗产代表性项目名录及保护单位调整情况、做好保护传承工作的通知（示例）',
    '2026-11-10',
    '吉政函〔2026〕52号',
    '有效',
  ],
  ['吉林省粮食收购管理暂行办法（示例）', '2026-11-06', '吉政办发〔2026〕39号', '废止'],
  ['吉林省人民政府关于推进县域商业体系建设的指导意见（示例）', '2026-10-28', '吉政发〔2026〕17号', '有效'],
] as const;

export const registerChannel: ChannelPage = {
  page: 'channel',
  frame: province('政务公开', '政策文件'),
  breadcrumb: crumb('政务公开', '政策文件'),
  channel: {
    name: '政策文件',
    description: '省政府和省政府办公厅公开发布的规章、规范性文件和其他文件。',
    register: true,
  },
  side: [
    ['政策文件', 12486],
    ['政策解读', 4120],
    ['规划计划', 386],
    ['财政信息', 902],
    ['人事信息', 1244],
    ['统计数据', 768],
    ['建议提案办理', 512],
    ['信息公开年报', 24],
  ].map(([text, count]) => ({ text: String(text), url: '/zwgk/', current: text === '政策文件', count: Number(count) })),
  entries: NUMBERED.map(([title, at, documentNumber, validity]) => entry(title, at, { documentNumber, validity })),
  total: 12486,
  pager: {
    page: 6,
    pages: 1249,
    links: [1, null, 5, 6, 7, null, 1249].map((number) =>
      number === null ? null : { number, url: `/zwgk/zcwj/index_${number}.html` },
    ),
    previous: '/zwgk/zcwj/index_5.html',
    next: '/zwgk/zcwj/index_7.html',
  },
};

export const newsChannel: ChannelPage = {
  page: 'channel',
  frame: frame({
    level: 'county',
    name: '青松县人民政府',
    shortName: '青松',
    tagline: '门户网站',
    nav: ['要闻动态', '政务公开', '政务服务', '互动交流', '走进青松'],
    current: '要闻动态',
    title: '本县要闻',
    parent: '吉林省人民政府',
  }),
  breadcrumb: crumb('要闻动态', '本县要闻'),
  channel: { name: '本县要闻', description: '', register: false },
  side: ['本县要闻', '部门动态', '乡镇动态', '通知公告'].map((text, i) => ({
    text,
    url: '/xwdt/',
    current: i === 0,
    count: 40 - i * 7,
  })),
  entries: [
    entry('青松县全面启动冬季清洁取暖保障行动（示例）', '2026-11-24 10:05', {
      picture: picture('lake-song'),
      pinned: true,
      source: '县政府办公室（示例）',
      summary: '各供热单位公布值班电话，报修两小时内上门；困难家庭取暖补贴本月底前发放到位。',
    }),
    entry('县政府常务会议审议 2027 年民生实事候选项目（示例）', '2026-11-24 08:20', {
      summary: '会议逐项听取 12 个候选项目的来源、投资和完成时限。',
    }),
    entry('柳湾镇稻米产业园二期投入使用（示例）', '2026-11-23', { channel: '乡镇动态' }),
    entry('农村公路提档升级工程全部完工（示例）', '2026-11-21', { picture: picture('lake-jiang') }),
  ],
  total: 4,
  pager: { page: 1, pages: 1, links: [{ number: 1, url: '/xwdt/' }], previous: '', next: '' },
};

const clause = (heading: string, text: string) => `<div class="clause"><h3>${heading}</h3><p>${text}</p></div>`;

const POLICY_BODY = `
<p class="salutation">各市（州）人民政府，长白山管委会，各县（市）人民政府，省政府各厅委办、各直属机构：</p>
<p>为进一步做好政府网站信息内容建设工作，及时回应群众关切，经省政府同意，现提出以下实施意见（示例文字，仅供演示版式）：</p>
<h2 id="h1">一、加强信息发布</h2>
${clause('（一）强化信息发布更新。', '各地区、各部门要建立完善信息发布和内容保障机制，明确各类信息发布的时限和责任主体。对内容更新不及时的网站进行通报并限期整改。')}
${clause('（二）加大政策解读力度。', '制定涉及经济发展和社会民生的重大政策时，要同步制定解读方案；解读与文件同步发布，最迟不晚于文件公布后 3 个工作日。')}
<h2 id="h2">二、及时回应关切</h2>
${clause('（三）规范来信办理。', '对有价值、有意义的意见建议，应在 7 个工作日内反馈处理意见，情况复杂的可延长至 15 个工作日；无法办理的，应当予以解释说明。</p><p>来信人要求保密的，不得公开其姓名和联系方式。')}
${clause('（四）公开答复结果。', '来信人同意公开的，来信与答复同时公布，并标明来信时间和答复时间。各栏目更新时限见下表。')}
<div class="table"><table><caption>栏目更新时限（示例）</caption><thead><tr><th>栏目类别</th><th>更新时限</th><th>最长间隔</th><th>责任单位</th><th>检查方式</th></tr></thead><tbody><tr><td>动态类</td><td>1 周</td><td>2 周</td><td>办公室</td><td>每日自动检查</td></tr><tr><td>通知与政策类</td><td>3 个月</td><td>6 个月</td><td>起草部门</td><td>每季度抽查</td></tr><tr><td>人事与规划类</td><td>1 年</td><td>1 年</td><td>组织、发改部门</td><td>每年检查</td></tr></tbody></table></div>
<h2 id="h3">三、推进集约建设</h2>
${clause('（五）统一技术平台。', '县级政府部门、乡镇政府（街道办事处）不再单独建设网站，可利用上级网站开设子站、栏目或频道，主要负责提供信息内容，编辑集成、技术安全、运维保障由上级网站承担。')}
<figure><img src="/pictures/lake-jiang.png" alt="示意图：省、市、县三级网站共用一个平台" width="1200" height="800"><figcaption>图 1　三级网站共用一个平台（示例）</figcaption></figure>
<p>各地迁移时应当做好以下准备：</p>
<ol><li>清理栏目，合并长期不更新的栏目；</li><li>核对历史信息，保留原发布日期；</li><li>登记域名，旧地址保持可以访问。</li></ol>
<h2 id="h4">四、加强组织保障</h2>
${clause('（六）明确主管单位。', '省政府办公厅是全省政府网站的主管单位，负责推进、指导、监督全省政府网站建设和发展。')}
${clause('（七）保障经费与人员。', '各地要把网站内容保障所需经费列入预算，配齐配强专职人员，每年至少培训 1 次。')}
<p>（此件公开发布）</p>`;

export const policyDocument: DocumentPage = {
  page: 'document',
  frame: province('政务公开', '关于进一步加强政府网站内容建设的实施意见'),
  breadcrumb: crumb('政务公开', '政策文件', '正文'),
  document: {
    title: '吉林省人民政府办公厅关于进一步加强政府网站内容建设的实施意见（示例）',
    titleLines: ['吉林省人民政府办公厅', '关于进一步加强政府网站', '内容建设的实施意见（示例）'],
    documentNumber: '吉政办发〔2026〕41号',
    table: [
      { term: '索引号', text: '000000000000000000/2026-00041', wide: false, validity: false },
      { term: '主题分类', text: '综合政务、电子政务；意见', wide: false, validity: false },
      { term: '发文机关', text: '吉林省人民政府办公厅', wide: false, validity: false },
      { term: '成文日期', text: '2026年11月20日', wide: false, validity: false },
      {
        term: '标题',
        text: '吉林省人民政府办公厅关于进一步加强政府网站内容建设的实施意见（示例）',
        wide: true,
        validity: false,
      },
      { term: '发文字号', text: '吉政办发〔2026〕41号', wide: false, validity: false },
      { term: '发布日期', text: '2026年11月23日', wide: false, validity: false },
      { term: '有效性', text: '有效', wide: false, validity: true },
    ],
    published: moment('2026-11-23 09:30'),
    originallyPublished: false,
    source: '省政府办公厅（示例）',
    author: '',
    html: POLICY_BODY,
    contents: [
      { id: 'h1', text: '一、加强信息发布' },
      { id: 'h2', text: '二、及时回应关切' },
      { id: 'h3', text: '三、推进集约建设' },
      { id: 'h4', text: '四、加强组织保障' },
    ],
    signature: { organ: '吉林省人民政府办公厅', date: '2026年11月20日' },
    attachments: [
      { name: '政府网站内容更新责任清单（示例）', url: '/zwgk/a.pdf', type: 'PDF', size: '268 KB' },
      { name: '信息内容保障联络员登记表（示例）', url: '/zwgk/b.docx', type: 'DOCX', size: '34 KB' },
    ],
  },
  previous: { text: '吉林省人民政府关于支持冰雪经济高质量发展的若干措施（示例）', url: '/zwgk/' },
  next: { text: '吉林省城镇供热管理办法（示例）', url: '/zwgk/' },
};

export const articleDocument: DocumentPage = {
  page: 'document',
  frame: frame({
    kind: 'township',
    level: 'township',
    name: '柳湾镇人民政府',
    shortName: '柳湾镇',
    tagline: '乡镇街道子站',
    nav: ['概况', '动态', '公开', '服务'],
    current: '动态',
    parent: '青松县人民政府',
    title: '柳湾镇稻米产业园二期投入使用',
  }),
  breadcrumb: crumb('动态', '正文'),
  document: {
    title: '柳湾镇稻米产业园二期投入使用，新增就业岗位 60 个（示例）',
    titleLines: ['柳湾镇稻米产业园二期投入使用，', '新增就业岗位 60 个（示例）'],
    documentNumber: '',
    table: [],
    published: moment('2015-03-01'),
    originallyPublished: true,
    source: '柳湾镇人民政府',
    author: '李禾（示例）',
    html: '<p>11 月 24 日，柳湾镇稻米产业园二期正式投入使用。园区新增烘干、仓储和小包装三条生产线，预计每年可加工稻谷 2 万吨（示例）。</p><figure><img src="/pictures/lake-song.png" alt="产业园外景示意图" width="1200" height="800"><figcaption>产业园外景（示例图，非实景）</figcaption></figure><p>园区优先招用本镇村民，首批 60 个岗位已全部签订劳动合同。需要了解招工信息的村民，可以到便民大厅<a href="/">就业窗口</a>咨询。</p><ul><li>咨询时间：工作日 8:30—17:00；</li><li>联系电话：0000-0000000。</li></ul>',
    contents: [],
    signature: null,
    attachments: [],
  },
  previous: null,
  next: { text: '2026 年城乡居民医保集中缴费办理点安排（示例）', url: '/' },
};

export const missing: MissingPage = {
  page: 'missing',
  frame: province('', '没有找到这个页面'),
  guesses: [
    { text: '政务公开', url: '/zwgk/', note: '政策文件、规划计划、财政信息' },
    { text: '要闻动态', url: '/xwdt/', note: '今天更新' },
    { text: '走进吉林', url: '/zjjl/', note: '' },
  ],
  moment: '2026-11-24 10:26',
  reference: '7F3K-20D1',
};
