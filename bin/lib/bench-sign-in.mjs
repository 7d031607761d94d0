import { request } from 'node:http';

const LOGINS = ['operator', 'security', 'auditor'];

/**
 * What a visitor feels while others sign in: pages of a site asked one after another, first alone, then while `people`
 * send name and password again and again (each one hashing of argon2id), each from an address of their own (127.0.0.2 and
 * on, so Linux): twenty attempts at once on one account from one address are held off.
 * @returns milliseconds of each page, and how many signed in
 */
export async function whilePeopleSignIn({ platform, ask, people, rounds }) {
  const passwords = [];
  for (const login of LOGINS) passwords.push((await platform.jiyue(['operator', 'reset', login])).last);
  const pages = async (until) => {
    const times = [];
    while (until(times.length)) times.push((await ask('jl.localhost', '/')).ms);
    return times;
  };
  const alone = await pages((n) => n < rounds);
  let going = true;
  let signedIn = 0;
  const signing = Array.from({ length: people }, async (_, person) => {
    const form = { login: LOGINS[person % LOGINS.length], password: passwords[person % LOGINS.length] };
    while (going) {
      const status = await post(platform.port, '/sign-in', form, `127.0.0.${person + 2}`);
      if (status === 303) signedIn += 1;
      else throw new Error(`a sign-in answered ${status}`);
    }
  });
  const began = performance.now();
  const beside = await pages((n) => n < rounds || performance.now() - began < 4_000);
  going = false;
  await Promise.all(signing);
  return { alone, beside, signedIn, seconds: (performance.now() - began) / 1000 };
}

function post(port, path, form, localAddress) {
  const body = new URLSearchParams(form).toString();
  const host = `console.localhost:${port}`;
  const headers = {
    host,
    origin: `http://${host}`,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', localAddress, port, path, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(body);
  });
}
