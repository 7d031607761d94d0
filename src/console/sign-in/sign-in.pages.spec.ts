import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aSite } from '../../../test/builders.js';
import { aDesk, type TestDesk } from '../../../test/desk.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';
import { People, type Person } from '../../../test/signing-in.js';

let platform: TestPlatform;
let desk: TestDesk;
let people: People;
let person: Person;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk(platform);
  people = await People.over(platform);
  person = await people.add(await aSite(platform));
  people.duties.demand(person, { secondFactor: true });
  const { token } = await people.signIn(person);
  await people.enrol(token);
});

afterAll(async () => {
  await people?.close();
  await desk?.close();
  await platform?.close();
});

it('keeps where one was going while the second step is shown in another way', async () => {
  const { login, password } = person;
  const entered = await desk.nobody.post('/sign-in', { login, password, back: '/channels?at=x&q=y' });
  expect(entered.headers.location).toBe('/sign-in/code?return=%2Fchannels%3Fat%3Dx%26q%3Dy');
  const kept = 'return=%2Fchannels%3Fat%3Dx%26q%3Dy';
  const step = (await desk.nobody.get(entered.headers.location as string)).body.replaceAll('&amp;', '&');
  expect(step).toContain(`href="/sign-in?${kept}"`);
  expect(step).toContain(`href="/sign-in/code?with=recovery&${kept}"`);
  const other = (await desk.nobody.get(`/sign-in/code?with=recovery&${kept}`)).body.replaceAll('&amp;', '&');
  expect(other).toContain(`href="/sign-in/code?${kept}"`);
  expect(other).toContain('name="back" value="/channels?at=x&q=y"');
  expect((await desk.nobody.get('/sign-in/code')).body).toContain('href="/sign-in/code?with=recovery"');
});
