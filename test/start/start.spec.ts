import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OwnPlatform, ownPlatform, projectRoot } from '../journeys/own-platform.mjs';

let platform: OwnPlatform;
let documentUrl: string;

beforeAll(async () => {
  platform = await ownPlatform();
});

afterAll(() => platform?.close());

/** Runs `npm start` to its end. */
function startAgain(env: Record<string, string> = {}): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/start.mjs'], { cwd: projectRoot, env: { ...platform.env, ...env } });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const timer = setTimeout(() => child.kill('SIGTERM'), 60_000);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    });
  });
}

const titleAt = async (url: string): Promise<string | undefined> => {
  const { hostname, port, pathname } = new URL(url);
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: pathname, headers: { host: hostname } }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve(response.statusCode === 200 ? (/<title>([^<]*)/.exec(body)?.[1] ?? '') : undefined),
      );
    })
      .on('error', reject)
      .end();
  });
};

describe('the first start', () => {
  it('killed on the way, goes on where it stopped and opens its port when it is complete', async () => {
    const first = platform.start().catch((error: Error) => error.message);
    for (let i = 0; !platform.output.includes('发布示例稿件 2'); i++) {
      if (i > 1_200) throw new Error(`no progress seen:\n${platform.output}`);
      await sleep(50);
      await expect(fetch(`http://127.0.0.1:${platform.port}/healthz`)).rejects.toThrow();
    }
    await platform.stop('SIGKILL');
    expect(await first).toContain('did not start');

    await platform.start();
    expect(platform.output).toContain('集约平台已就绪，承载 1299 个网站');
    expect(await titleAt(platform.url('jl.localhost'))).toBe('吉林省人民政府');
    expect(await titleAt(platform.url('nongan.localhost', '/xz/kaian/'))).toContain('开安镇');
  }, 240_000);

  it('published each sample once in each place, interrupted or not', async () => {
    const { code, stderr, last } = await platform.jiyue(['provision']);
    expect({ code, last }).toEqual({ code: 0, last: '80 个单位，1299 个网站，0 个没有开通' });
    expect(stderr).toContain('都已开通，没有改动');
    const list = await fetchText('jl.localhost', '/ywdt/zwyw/');
    const titles = [...list.matchAll(/全省政务公开工作推进会召开/g)];
    expect(titles.length).toBe(1);
  }, 60_000);
});

async function fetchText(host: string, path: string): Promise<string> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: platform.port, path, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });
}

describe('beside a running platform', () => {
  it('a document is published from where the user stands and shown within a second, its address the last line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jiyue-clerk-'));
    try {
      await cp(join(projectRoot, 'samples', 'first-document.md'), join(folder, '我的第一篇.md'));
      const args = ['publish', '我的第一篇.md', '--site', 'nongan.localhost', '--channel', 'ywdt/tzgg'];
      const { code, stdout, last, stderr } = await platform.jiyue(args, folder);
      const shownBy = Date.now() + 1_000;
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(last).toMatch(
        new RegExp(`^http://nongan\\.localhost:${platform.port}/ywdt/tzgg/\\d{6}/t\\d{8}_\\d+\\.html$`),
      );
      expect(stdout).toBe(`${last}\n`);
      documentUrl = last;
      const list = async () => (await fetchText('nongan.localhost', '/ywdt/tzgg/')).includes(new URL(last).pathname);
      while (!(await list())) if (Date.now() > shownBy) throw new Error('not shown within a second');
      expect(await titleAt(last)).toContain('农安县人民政府');
      expect(await platform.jiyue(args, folder)).toMatchObject({
        code: 0,
        last,
        stderr: expect.stringContaining('没有改动'),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 60_000);

  it.each([
    [
      ['publish', 'samples/first-document.md', '--site', 'nowhere.localhost', '--channel', 'ywdt'],
      1,
      '没有网站 nowhere.localhost',
    ],
    [['publish', 'samples/first-document.md', '--site', 'nongan.localhost', '--channel', 'no/such'], 1, 'ywdt/tzgg'],
    [['publish', 'samples/first-document.md', '--site', 'nongan.localhost'], 2, '用 --channel 选一个'],
    [['publish', 'no-such-file.md', '--site', 'nongan.localhost', '--channel', 'ywdt/tzgg'], 1, '打不开'],
    [
      ['publish', 'node_modules/typescript/lib/typescript.js', '--site', 'nongan.localhost', '--channel', 'ywdt/tzgg'],
      1,
      '文件「typescript.js」',
    ],
    [
      ['publish', 'samples/demo/pictures/library.webp', '--site', 'nongan.localhost', '--channel', 'ywdt/tzgg'],
      1,
      '不是文字稿',
    ],
    [['provision', '--unit', '999999'], 1, '区划代码 999999'],
    [['publsh'], 2, '没有命令'],
    [['hosts', '--ip', 'x'], 1, '不是 IP 地址'],
  ])(
    'a wrong command says what to do: %j',
    async (args, code, sentence) => {
      const outcome = await platform.jiyue(args);
      expect(outcome.code).toBe(code);
      expect(outcome.stderr).toContain(sentence);
      expect(outcome.stderr).not.toMatch(/\n {4}at /);
      expect(outcome.stderr.length).toBeLessThan(6_000);
    },
    30_000,
  );

  it('a second start on the same data ends at once, naming process and port', async () => {
    const began = Date.now();
    const { code, stderr } = await startAgain({ PORT: '1' });
    expect(code).toBe(1);
    expect(stderr).toContain(`进程 ${platform.pid}，端口 ${platform.port}`);
    expect(Date.now() - began).toBeLessThan(20_000);
  }, 60_000);
});

describe('after kill -9 of the process group', () => {
  it('a new start loses nothing and serves again', async () => {
    await platform.stop('SIGKILL');
    const ms = await platform.start();
    expect(await titleAt(documentUrl)).toContain('农安县人民政府');
    process.stderr.write(`restart after kill -9: ready after ${ms} ms\n`);
  }, 60_000);

  it('after an orderly stop too, with PostgreSQL stopped in between', async () => {
    await platform.stop('SIGTERM');
    await expect(stat(join(platform.dataDirectory, 'run.json'))).rejects.toThrow();
    const ms = await platform.start();
    process.stderr.write(`restart: ready after ${ms} ms\n`);
    expect(await titleAt(documentUrl)).toContain('农安县人民政府');
    await platform.stop('SIGTERM');
  }, 60_000);
});

describe('the embedded PostgreSQL', () => {
  const postmaster = async (): Promise<number | null> => {
    const file = join(platform.dataDirectory, 'postgres', 'data', 'postmaster.pid');
    return Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]) || null;
  };

  it('is stopped with the platform, each time', async () => {
    for (let i = 0; i < 5; i++) {
      await platform.start();
      expect(await postmaster()).not.toBeNull();
      await platform.stop(i % 2 ? 'SIGINT' : 'SIGTERM');
      expect(await postmaster()).toBeNull();
    }
  }, 90_000);

  it('killed under the platform ends it with a sentence, and a new start has everything', async () => {
    await platform.start();
    process.kill((await postmaster())!, 'SIGKILL');
    for (let i = 0; !platform.output.includes('内置的 PostgreSQL 意外停止'); i++) {
      if (i > 200) throw new Error('nothing was said');
      await sleep(50);
    }
    expect(platform.output).not.toMatch(/\n {4}at /);
    await sleep(500);
    await platform.start();
    expect(await titleAt(documentUrl)).toContain('农安县人民政府');
    await platform.stop('SIGTERM');
  }, 60_000);

  it('is not taken from under a running platform by a command with another SECRET_KEY', async () => {
    await platform.start();
    const other = { ...platform.env, SECRET_KEY: 'another secret, long enough to be accepted' };
    const { code, stderr } = await new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, ['bin/jiyue.mjs', 'sites', 'jl.'], { cwd: projectRoot, env: other });
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
      });
      child.stdout.resume();
      child.once('close', (exit) => resolve({ code: exit, stderr: said }));
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('SECRET_KEY') });
    expect(await titleAt(platform.url('changchun.localhost'))).toContain('长春市');
    await platform.stop('SIGTERM');
  }, 60_000);
});

describe('what is wrong with the machine', () => {
  it('a taken port is said before anything else is done', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(platform.port, '127.0.0.1', resolve));
    try {
      const { code, stderr } = await startAgain();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining(`端口 ${platform.port} 已被其他程序占用`),
      });
    } finally {
      taken.close();
    }
  }, 60_000);

  it.each([
    ['PORT', '80a', '应为'],
    ['TIME_ZONE', 'Mars/Olympus', '时区'],
    ['BASE_DOMAIN', 'http://x', '小写域名'],
    ['DATABASE_URL', 'mysql://x', 'DATABASE_URL'],
    ['S3_ENDPOINT', 'http://127.0.0.1:9', 'S3_ACCESS_KEY'],
    ['NODE_ENV', 'production', 'SECRET_KEY'],
  ])(
    'a bad %s=%s names itself',
    async (name, value, sentence) => {
      const { code, stderr } = await startAgain({ [name]: value });
      expect(code).toBe(1);
      expect(stderr).toContain(sentence);
      expect(stderr).not.toMatch(/\n {4}at /);
    },
    30_000,
  );

  it('a damaged data directory is named and left as it is', async () => {
    const data = join(platform.dataDirectory, 'postgres', 'data');
    const control = join(data, 'global', 'pg_control');
    await rename(control, `${control}.away`);
    try {
      const { code, stderr } = await startAgain();
      expect(code).toBe(1);
      expect(stderr).toContain(platform.dataDirectory);
      expect(stderr).not.toMatch(/\n {4}at /);
      expect((await stat(join(data, 'PG_VERSION'))).isFile()).toBe(true);
    } finally {
      await rename(`${control}.away`, control);
    }
  }, 60_000);

  it('a damaged secret is named, not used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jiyue-secret-'));
    try {
      await writeFile(join(folder, 'secret.key'), 'a');
      const { code, stderr } = await startAgain({ DATA_DIR: folder });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('secret.key 已损坏') });
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 30_000);

  it('a data directory that is a file is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jiyue-file-'));
    try {
      await writeFile(join(folder, 'data'), 'I was here first');
      const { code, stderr } = await startAgain({ DATA_DIR: join(folder, 'data') });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('路径上有同名文件') });
      expect(await readFile(join(folder, 'data'), 'utf8')).toBe('I was here first');
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 30_000);
});
