import { aSite } from '../../../test/builders.js';
import { aPlatform, OPERATOR, type TestPlatform } from '../../../test/platform.js';
import { People } from '../../../test/signing-in.js';
import type { ClusterScope } from '../../kernel/database/scope.js';
import { resetAccount } from './reset-account.js';
import { findByProvider, holdUnchanged } from './sign-in-account.js';

let platform: TestPlatform;
let people: People;

beforeAll(async () => {
  platform = await aPlatform();
  people = await People.over(platform);
});

afterAll(async () => {
  await people?.close();
  await platform?.close();
});

const IDENTITY: ClusterScope = { kind: 'cluster', actor: OPERATOR, work: 'identity' };

it('an account without a password that was reset is not what the provider vouched for a moment ago', async () => {
  const person = await people.add(await aSite(platform));
  await people.superuser.query(
    `UPDATE credential SET password_hash = NULL, oidc_issuer = 'https://id.example', oidc_subject = $2 WHERE account_id = $1`,
    [person.id, person.login],
  );
  const find = () => platform.work.run(IDENTITY, (tx) => findByProvider(tx, 'https://id.example', person.login));
  const known = (await find())!;
  const hold = () => platform.work.run(IDENTITY, (tx) => holdUnchanged(tx, known));
  expect(await hold()).toEqual(known);
  await platform.work.run(IDENTITY, (tx) => resetAccount(tx, person, { by: '王强', reason: '被人冒用' }));
  await expect(hold()).rejects.toMatchObject({ code: 'identity.session-gone' });
});
