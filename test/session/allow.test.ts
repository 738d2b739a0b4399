// Goal: a session that is opened as data gets of what the file only names what the caller allows, decided before anything is
// looked up, imported or run.
// Method: a session saved in one process and loaded in another with lists and with functions that note what they are asked.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
  writeFileSync(join(lib.folder, 'loud.mjs'), 'process.ran = true; export const loud = 1; export default 2;');
  await lib.run(`
    const session = new lib.Session();
    for (const cell of [
      'const max = Math.max', 'const all = [Math.max, Math.min]', 'const f = () => 1', 'let n = 5',
      'import { sep, join } from "node:path"', 'import * as os from "node:os"', 'import { loud } from "./loud.mjs"',
      'const posix = require("node:path").posix',
    ]) {
      const { status, error } = await session.evaluator.evaluate(cell);
      if (status !== 'done') throw error;
    }
    await session.save('work.pkl');`);
});
afterAll(() => lib.remove());

async function loaded(options: string, after = ''): Promise<Record<string, unknown>> {
  const out = await lib.run(`
    const session = new lib.Session();
    const asked = [];
    const report = await session.load('work.pkl', ${options});
    ${after}
    const of = (value) => (typeof value === 'object' && value !== null && 'captured' in value ? '(' + value.captured + ')' : typeof value);
    console.log(JSON.stringify({
      max: of(max), all: all.map(of), f: of(f), n, sep: of(sep), join: of(join), os: of(os), posix: of(posix), loud: of(loud),
      ran: process.ran ?? false, opened: report.opened, asked,
    }));`);
  return JSON.parse(out) as Record<string, unknown>;
}

test('a list names what is looked up; the file is opened as data then, also one’s own', async () => {
  expect(await loaded(`{ allow: ['intrinsic:Math.max', 'module:node:path#sep', 'module:node:os'] }`)).toEqual(
    {
      ...{ max: 'function', all: ['function', '(reference)'], f: '(function)', n: 5, sep: 'string' },
      ...{ join: '(import)', os: 'object', posix: '(reference)', loud: '(import)', ran: false },
      ...{ opened: 'data', asked: [] },
    },
  );
});

test('a function is asked for each name before it is looked up, and true alone is a yes', async () => {
  const options = `{ isLazy: false, allow: (name) => {
    asked.push(name.space + ' ' + [name.name, ...name.path].join(' ') + ' ' + (process.ran ?? false));
    return name.name === './loud.mjs' ? true : name.name === 'Math.max' ? 1 : false;
  } }`;
  const found = await loaded(options);
  expect(found).toMatchObject({
    max: '(reference)',
    loud: 'number',
    ran: true,
    sep: '(import)',
    opened: 'data',
  });
  expect(found['asked']).toEqual(
    expect.arrayContaining([
      ...['intrinsic Math.max false', 'intrinsic Math.min false', 'import ./loud.mjs loud false'],
      ...['import node:path sep false', 'import node:os false'],
    ]),
  );
});

test('what was allowed is saved as what it is, and nothing else of the file becomes code', async () => {
  const saved = `
    await session.save('again.pkl');
    const again = new lib.Session(session.evaluator);
    await again.load('again.pkl', { mode: 'replace' });`;
  expect(await loaded(`{ allow: ['intrinsic:Math.max', 'module:node:path#sep'] }`, saved)).toMatchObject({
    ...{ max: 'function', sep: 'string', f: '(function)', join: '(import)', loud: '(import)', ran: false },
  });
});

test('an allow list has the form it must have, and restricts nothing that is trusted', async () => {
  for (const options of [`{ allow: ['Math.max'] }`, `{ allow: 5 }`, `{ allow: [], as: 'trusted' }`])
    await expect(loaded(options), options).rejects.toThrow('UNPICKLE_OPTION');
});
