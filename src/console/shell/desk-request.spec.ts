import { newToken } from '../../kernel/crypto/token.js';
import { loggedAddress } from './desk-request.js';

it.each([
  [`/invitation/${newToken().token}`, '/invitation/…'],
  [`/invitation/${newToken().token}?x=1`, '/invitation/…'],
  ['/sign-in/oidc/callback?code=abc&state=def', '/sign-in/oidc/callback'],
  ['/accounts?q=13804310000', '/accounts'],
  ['/accounts/019a2b3c-0000-7000-8000-000000000000/lock', '/accounts/019a2b3c-0000-7000-8000-000000000000/lock'],
  ['/', '/'],
])('the log states %s as %s', (address, stated) => expect(loggedAddress(address)).toBe(stated));
