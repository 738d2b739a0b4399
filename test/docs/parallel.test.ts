// Goal: the programs in docs/PARALLEL.md run as they stand and print what the page says.
// Method: every block of JavaScript is run by a real Node in a folder where `brine` is installed; the text block below it is what it
// has to print. Two at a time: each starts workers of its own.

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { page, ROOT } from './markdown.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-guide-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules', 'brine'), 'dir');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const programs = [...page('docs/PARALLEL.md').matchAll(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g)];

test('there are programs to run', () => {
  expect(programs.length).toBeGreaterThan(2);
});

for (const [index, [, program, printed]] of programs.entries()) {
  test.concurrent(`program ${index + 1} of the guide prints what the page says`, async () => {
    const file = join(folder, `program-${index}.mjs`);
    writeFileSync(file, program as string);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, timeout: 60_000 });
    expect(stdout).toBe(printed);
  });
}
