import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith } from '../not-run.js';
import { browserPath } from './browser.mjs';
import { projectRoot } from './own-platform.mjs';

describeWith('browser', browserPath() ? null : 'no chromium on this machine')('in a real browser', () => {
  it.each(['visitor', 'access'])(
    'the journey “%s” comes to its end',
    async (name) => {
      const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
        const child = spawn(process.execPath, [join(projectRoot, 'bin', 'journey.mjs'), name], { cwd: projectRoot });
        let said = '';
        const take = (chunk: Buffer) => {
          said += chunk;
        };
        child.stdout.on('data', take);
        child.stderr.on('data', take);
        child.once('close', (exit) => resolve({ code: exit, output: said }));
      });
      const folder = /Screenshots: (\S+)/.exec(output)?.[1];
      if (code === 0 && folder) await rm(folder, { recursive: true, force: true });
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('done') });
    },
    360_000,
  );
});
