import { aDocument, publish } from '../../../test/builders.js';
import { aCounty, type County } from '../../../test/county.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { aReorganiser, type Reorganiser } from '../../../test/reorganiser.js';

let platform: TestPlatform;
let desk: Reorganiser;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aReorganiser(platform);
});

afterAll(async () => {
  await desk?.end();
  await platform?.close();
});

/** A sub-site of a county with its one channel. */
const at = (county: County, prefix: string) => ({
  ...county.portal,
  id: county.subSites[prefix]!,
  channels: { gzdt: county.channels[`${prefix.slice(1)}gzdt`]! },
});

it('knows a file again after its sub-site joined another', async () => {
  const county = await aCounty(platform, {
    organs: [
      { name: '农安县教育局', site: '/bm/jyj/' },
      { name: '农安县体育局', site: '/bm/tyj/' },
    ],
    channels: [],
  });
  const source = { by: 'file-name', value: 'joined.txt' } as const;
  const first = await publish(platform, at(county, '/bm/tyj/'), 'gzdt', aDocument({ source }));
  await desk.reorganised(county.tenantId, [
    { action: '撤销', from: '农安县体育局', to: '农安县教育局', subSite: '并入' },
  ]);
  const again = await publish(platform, at(county, '/bm/jyj/'), 'gzdt', aDocument({ source, title: '改了标题' }));
  expect(again).toMatchObject({ outcome: 'new-edition', itemId: first.itemId });
});
