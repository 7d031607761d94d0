import { givenBy } from '../../../src/access/policy.js';
import { type Role, roleFacts } from '../../../src/authority/role.js';
import { type Asking, type Entries, list, on, open, own, type Probe, page } from './entry.js';
import { nextPage, uuidsAfter } from './shown.js';
import type { Thing } from './world.js';

const REASON = { reason: '矩阵' };
const account = (probe: Omit<Probe, 'kind' | 'of'> = {}) => on('account', probe);
/** Done by those alone who could have given all that the account holds: of these accounts only one’s own holds something. */
const administered = (probe: Omit<Probe, 'kind' | 'of'> = {}) =>
  account({
    further: ({ relation }, { person: { role } }) => relation !== 'oneself' || givenBy(role).includes(role),
    ...probe,
  });

/** Another account than the one in question, that everybody over K may see. */
const another = (thing: Thing, { world }: Asking): string =>
  world.things.account!.find(({ relation, id }) => relation === 'own' && id !== thing.id)?.id ??
  world.things.account!.find(({ relation }) => relation === 'sibling')!.id;

const loginOf = (accountId: string, { world }: Asking): string =>
  world.things.account!.find(({ id }) => id === accountId)!.echoes[0]!;

/** A role that the one who asks could give over a channel; editor where there is none. */
const givable = ({ person }: Asking): Role =>
  givenBy(person.role).find(
    (role) => (roleFacts(role).scopes as readonly string[]).includes('channel') && !roleFacts(role).temporary,
  ) ?? 'editor';

const placeOf = ({ facts, id }: Thing): string => `channel:${facts.tenantId}:${facts.siteId}:${id}`;
const ownPlace = ({ world }: Asking): string =>
  placeOf(world.things.channel!.find(({ relation }) => relation === 'own')!);

export const accountEntries: Entries = {
  'GET /accounts': list({
    all: `SELECT id, tenant_id AS "tenantId", organ_id AS "organId", id AS "accountId" FROM account WHERE state <> 'closed'`,
    shown: uuidsAfter('class="title" href="/accounts/'),
    next: nextPage,
    search: {
      address: (typed) => `/accounts?q=${encodeURIComponent(typed)}`,
      of: 'account',
      by: ({ name, echoes }) => [name, ...echoes],
    },
  }),
  'GET /accounts/new': page(),
  'POST /accounts': [
    on('organ', {
      seenBy: 'account.invite',
      form: ({ id, facts }) => ({ name: '新来的', login: 'xinlai', organ: `${facts.tenantId}:${id}` }),
      unseen: 403,
    }),
  ],
  'GET /accounts/:id': account(),
  'POST /accounts/:id/invitation': administered({ works: [200, 409] }),
  'GET /accounts/:id/change': account(),
  'POST /accounts/:id/change': administered({ form: () => ({ name: '改了名' }) }),
  'GET /accounts/:id/reset': account(),
  'POST /accounts/:id/reset': administered({ form: () => REASON }),
  'GET /accounts/:id/lock': account(),
  'POST /accounts/:id/lock': administered({ form: () => REASON }),
  'GET /accounts/:id/unlock': account(),
  'POST /accounts/:id/unlock': administered({ form: () => REASON, works: [422] }),
  'GET /accounts/:id/close': account(),
  'POST /accounts/:id/close': administered({ form: () => REASON }),
  'GET /accounts/:id/hand-over': account(),
  'POST /accounts/:id/hand-over': [
    administered({ form: (thing, asking) => ({ ...REASON, to: loginOf(another(thing, asking), asking) }) }),
    account({
      address: (_, asking) => `/accounts/${another({ id: '' } as Thing, asking)}/hand-over`,
      form: ({ echoes: [to] }) => ({ ...REASON, to: to! }),
      echo: ({ echoes }) => echoes,
      works: [303, 422],
      unseen: 422,
    }),
  ],
  'GET /accounts/:id/sessions': account(),
  'POST /accounts/:id/sessions/end': account(),
};

const grantGiven = { further: (_: Thing, { person }: Asking) => givenBy(person.role).includes('editor') };

export const grantEntries: Entries = {
  // In this world nobody holds two, so the holders stand for the grants.
  'GET /grants': list({
    shownAs: ({ facts }) => facts.accountId!,
    all: `SELECT g.account_id AS id, g.tenant_id AS "tenantId", g.site_id AS "siteId", c.path AS "channelPath",
        g.account_id AS "accountId"
      FROM access_grant g LEFT JOIN channel c ON c.tenant_id = g.tenant_id AND c.id = g.channel_id WHERE g.ended_at IS NULL`,
    shown: uuidsAfter('class="title" href="/accounts/'),
    next: nextPage,
    search: {
      address: (typed) => `/grants?q=${encodeURIComponent(typed)}`,
      of: 'grant',
      by: ({ name }) => [name],
    },
  }),
  'GET /grants/new': [page(), account({ address: ({ id }) => `/grants/new?account=${id}`, act: 'account.read' })],
  'POST /grants': [
    account({
      judgedBy: (thing, { world }) => ({
        ...world.things.channel!.find(({ relation }) => relation === 'own')!.facts,
        accountId: thing.facts.accountId,
      }),
      further: (_, asking) => givenBy(asking.person.role).includes(givable(asking)),
      form: ({ id }, asking) => ({ account: id, role: givable(asking), place: ownPlace(asking) }),
    }),
    on('channel', {
      seenBy: 'grant.read',
      further: (_, asking) => givenBy(asking.person.role).includes(givable(asking)),
      form: (thing, asking) => ({ account: another(thing, asking), role: givable(asking), place: placeOf(thing) }),
    }),
  ],
  'GET /grants/:id/end': on('grant'),
  'POST /grants/:id/end': on('grant', { act: 'grant.end', ...grantGiven, form: () => REASON }),
};

export const organEntries: Entries = {
  'GET /organs': list({
    all: `SELECT id, tenant_id AS "tenantId", id AS "organId" FROM organ WHERE ended_on IS NULL`,
    shown: uuidsAfter('class="title" href="/organs/'),
    next: nextPage,
    search: {
      address: (typed) => `/organs?q=${encodeURIComponent(typed)}`,
      of: 'organ',
      by: ({ name }) => [name],
    },
  }),
  'GET /organs/new': page(),
  'POST /organs': on('tenant', {
    seenBy: 'organ.edit',
    form: ({ id }) => ({ tenant: id, name: '新设的局', shortName: '新局' }),
    unseen: 403,
  }),
  'GET /organs/:id': on('organ'),
  'GET /organs/:id/edit': on('organ'),
  'POST /organs/:id': on('organ', { form: () => ({ name: '改名的局', shortName: '改名' }) }),
};

export const ownEntries: Entries = {
  'GET /': own(),
  'GET /me': own(),
  'GET /me/password': own(),
  'POST /me/password': own({ works: [422] }),
  'GET /me/recovery-codes': own(),
  'POST /me/recovery-codes': own({ works: [422] }),
  'POST /me/sessions/:id/end': own({ others: ({ world }) => world.others.sessions }),
  'POST /me/sessions/end-others': own(),
  'GET /me/oidc': own(),
  'POST /me/oidc': own(),
  'POST /me/oidc/unlink': own(),
  // They have one.
  'GET /me/second-factor': own({ works: [409] }),
  'POST /me/second-factor': own({ form: { code: '000000' }, works: [409] }),
  'POST /sign-out': own(),
  'GET /me/grants/:id/end': own({ others: othersGrants }),
  'POST /me/grants/:id/end': own({ others: othersGrants, form: REASON, works: [303, 422] }),
  'GET /*': own({ address: '/no/such/page', works: [404] }),
  'POST /*': own({ address: '/no/such/page', works: [404] }),
  'GET /access': [
    page(),
    account({
      act: 'account.explain',
      echo: ({ echoes }) => echoes,
      address: ({ echoes: [login] }) => `/access?login=${login}&action=site.enter&place=platform`,
      unseen: 200,
    }),
    on('channel', {
      seenBy: 'grant.read',
      act: 'grant.read',
      echo: ({ facts }) => [facts.tenantId, facts.siteId!],
      address: (thing, { person }) =>
        `/access?login=${person.account.login}&action=channel.read&place=${placeOf(thing)}`,
      unseen: 200,
    }),
  ],
  'GET /access/roles': own(),
};

function othersGrants({ world, person }: Asking): Record<string, string> {
  return {
    'one’s own': person.grantId,
    ...Object.fromEntries(world.things.grant!.map(({ relation, id }) => [relation, id])),
  };
}

export const openEntries: Entries = {
  'GET visitors:healthz': open('src/delivery'),
  'GET visitors:readyz': open('src/delivery'),
  'GET visitors:assets': open('src/delivery'),
  'ALL visitors:page': open('test/isolation/file-addresses.spec.ts'),
  'GET /assets/:name': open('test/isolation/desk-attacks.spec.ts'),
  'GET /sign-in': open('src/identity'),
  'POST /sign-in': open('src/identity'),
  'GET /sign-in/code': open('src/identity'),
  'POST /sign-in/code': open('src/identity'),
  'GET /sign-in/new-password': open('src/identity'),
  'POST /sign-in/new-password': open('src/identity'),
  'GET /sign-in/enrol': open('src/identity'),
  'POST /sign-in/enrol': open('src/identity'),
  'POST /sign-in/recovery-codes': open('src/identity'),
  'GET /sign-in/oidc': open('src/identity'),
  'GET /sign-in/oidc/callback': open('src/identity'),
  'GET /invitation/:token': open('src/identity'),
  'POST /invitation/:token': open('src/identity'),
};
