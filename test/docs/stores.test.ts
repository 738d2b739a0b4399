// Goal: the code on the page of stores runs, and gives what its comments say.
// Method: its blocks, one after the other, in one folder: those of JavaScript in a process each, those of the prompt piped into
// the built program. `redis://localhost:6379` stands for the Redis of the tests; without one, the block that has it is skipped.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipe, temporaryFolder } from '../helpers/brine.js';
import { REDIS } from '../stores/servers.js';
import { page, ROOT } from './markdown.js';

const folder = temporaryFolder();
beforeAll(() => {
  const modules = join(folder.path, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (!name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  symlinkSync(ROOT, join(modules, 'brine'));
});
afterAll(folder.remove);

const blocks = [...page('docs/STORES.md').matchAll(/^```(js|brine)\n(.*?)^```/gms)];

test('there are blocks to run', () => {
  expect(blocks.length).toBeGreaterThan(5);
});

// What a line says behind `//` is what it prints.
function expectedOf(code: string, isPrinted: (line: string) => boolean): string[] {
  return code.split('\n').flatMap((line) => {
    const [, said] = / \/\/ (.+)$/u.exec(line) ?? [];
    return said !== undefined && isPrinted(line) ? [said] : [];
  });
}

for (const [index, [, kind, written = '']] of blocks.entries()) {
  const needsRedis = written.includes('redis://localhost');
  test.skipIf(needsRedis && REDIS === undefined)(
    `block ${index + 1} runs: ${written.split('\n')[0]}`,
    async () => {
      const code = written.replaceAll('redis://localhost:6379', REDIS ?? '');
      const env = { BRINE_HOME: join(folder.path, 'home'), XDG_STATE_HOME: join(folder.path, 'state') };
      if (kind === 'brine') {
        const { stdout, stderr, code: exit } = await pipe(code, { cwd: folder.path, env });
        expect([exit, /^✗.*/mu.exec(stderr)?.[0]]).toEqual([0, undefined]);
        const expected = expectedOf(code, () => true);
        expect(
          stdout
            .trim()
            .split('\n')
            .slice(-expected.length || Number.MAX_SAFE_INTEGER),
        ).toEqual(expected.length === 0 ? expect.anything() : expected);
        return;
      }
      const file = join(folder.path, `block-${index}.mjs`);
      writeFileSync(file, code);
      const printed = execFileSync(process.execPath, [file], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });
      // A loop says on one line what it prints on several.
      const expected = expectedOf(code, (line) => line.includes('console.log'));
      expect(printed.trim().split(/\s+/u).join(' ')).toBe(expected.join(' '));
    },
  );
}
