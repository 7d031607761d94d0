// An OpenID Connect provider in a process of its own: node test/oidc-provider.mjs PORT REDIRECT_URI
// Anybody signs in under any name on its page; it knows the client `jiyue` with the secret below.
import { Provider } from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'jiyue',
      client_secret: 'a secret of tests, known to everybody',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  pkce: { required: () => true },
  cookies: { keys: ['a key of tests'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
