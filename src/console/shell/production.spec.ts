import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aDesk, type TestDesk } from '../../../test/desk.js';
import { anAccount } from '../../../test/people.js';
import { aPlatform, type TestPlatform } from '../../../test/platform.js';

let platform: TestPlatform;
let desk: TestDesk;

beforeAll(async () => {
  platform = await aPlatform();
  desk = await aDesk({ ...platform, config: { ...platform.config, production: true } });
});

afterAll(async () => {
  await desk?.close();
  await platform?.close();
});

it('is opened by TLS alone, and its cookies go nowhere else', async () => {
  const page = await desk.nobody.get('/sign-in');
  expect(page.headers['strict-transport-security']).toBe('max-age=31536000');
  const person = await desk.as(await anAccount(platform));
  expect((await person.get('/me')).status).toBe(200);
  expect(person.cookies()).toMatch(/^__Host-jiyue-session=/);
});

it('takes no form of a page of the same name that came without TLS', async () => {
  const person = await desk.as(await anAccount(platform));
  const sent = (origin: string) => person.post('/sign-out', {}, { origin });
  expect((await sent(`http://${desk.host}`)).status).toBe(403);
  const left = await sent(`https://${desk.host}`);
  expect(left.status).toBe(303);
  const [cleared] = [left.headers['set-cookie'] ?? []].flat().filter((line) => line.includes('session'));
  expect(cleared).toMatch(/^__Host-jiyue-session=; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=0$/);
});
