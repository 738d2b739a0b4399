// Goal: `brine verify` says whether a file is undamaged, whose it is and whether it comes back as it was, and whatever the
// file does happens to another process.
// Method: the built program; files that are whole, damaged, somebody else's, with a reviver that gives back something else,
// with a reviver that leaves. Exit codes are those of the documents.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const place = (name: string): string => join(folder.path, name);
const as = (who: string) => ({ cwd: folder.path, env: { BRINE_HOME: place(who) } });

const CELLS = `
let count = 3;
const add = () => ++count;
class Point { #x = 5; get x() { return this.#x } }
const points = [new Point(), new Point()];
import { sep } from "node:path"
Array.prototype.last = function () { return this[this.length - 1] };
`;
const odd = (revive: string): string =>
  `class Odd { n = 1; [Symbol.for("brine.reduce")]() { return this.n } static [Symbol.for("brine.revive")](n) { ${revive} } }\nconst odd = new Odd();\n`;

beforeAll(async () => {
  expect(await pipe(`${CELLS}.save whole.pkl`, as('me'))).toMatchObject({ code: 0 });
});

test('a file of one’s own: undamaged, whose, and with --load that it comes back as it was', async () => {
  const plain = await brine(['verify', 'whole.pkl'], as('me'));
  expect(plain).toMatchObject({ stderr: '', code: 0 });
  expect(plain.stdout).toContain('undamaged: every checksum is right');
  expect(plain.stdout).toContain('\n  signed by you');
  expect(plain.stdout).not.toContain('compared');
  const tried = await brine(['verify', 'whole.pkl', '--load'], as('me'));
  expect(tried).toMatchObject({ stderr: '', code: 0 });
  expect(tried.stdout).toContain('compared: 5 parts, all as they were');
  const { trial, whose, code } = JSON.parse(
    (await brine(['verify', 'whole.pkl', '--load', '--json'], as('me'))).stdout,
  );
  expect({ trial, whose, code }).toEqual({
    trial: { compared: 5, differences: [], losses: [] },
    whose: 'own',
    code: 0,
  });
});

test('a save of a name, also an encrypted one, by the word that loads it', async () => {
  const home = { ...as('me'), env: { ...as('me').env, BRINE_PASSPHRASE: 'secret' } };
  const saved = await pipe(`${CELLS}.save work --encrypt --verify\n.save work --encrypt`, home);
  expect(saved.stderr).toContain('compared: 5 parts, all as they were');
  for (const word of ['work', 'work@1']) {
    const run = await brine(['verify', word, '--load'], home);
    expect(run, word).toMatchObject({ stderr: '', code: 0 });
    expect(run.stdout, word).toContain('compared: 5 parts, all as they were');
  }
  const wrong = { ...home, env: { ...home.env, BRINE_PASSPHRASE: 'wrong' } };
  expect(await brine(['verify', 'work', '--load'], wrong)).toMatchObject({ stdout: '', code: 3 });
});

test('a damaged file', async () => {
  const bytes = readFileSync(place('whole.pkl'));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(place('damaged.pkl'), bytes);
  const run = await brine(['verify', 'damaged.pkl'], as('me'));
  expect(run).toMatchObject({ stdout: '', code: 3 });
  expect(run.stderr).toMatch(/\[SNAPSHOT_CHECKSUM\]/);
});

test('somebody else’s file is not run unless it may be', async () => {
  expect(await brine(['verify', 'whole.pkl'], as('him'))).toMatchObject({ code: 3 });
  const refused = await brine(['verify', 'whole.pkl', '--load'], as('him'));
  expect(refused).toMatchObject({ stdout: '', code: 3 });
  expect(refused.stderr).toContain('a trial would run its code');
  expect(await brine(['verify', 'whole.pkl', '--load', '--trust'], as('him'))).toMatchObject({ code: 0 });
});

test('.save --verify says whether what was saved comes back', async () => {
  const same = await pipe(`${CELLS}.save verified.pkl --verify`, as('me'));
  expect(same.code).toBe(0);
  expect(same.stderr).toContain('compared: 5 parts, all as they were');
  const differs = await pipe(
    `${odd('const o = new Odd(); o.n = n + 1; return o')}.save odd.pkl --verify`,
    as('me'),
  );
  expect(differs.code).toBe(4);
  expect(differs.stderr).toMatch(/compared: 1 of 2 parts differ\n {4}differs {2}odd {2}.*another number/);
});

test('what the code of a file does to its process is said, and costs nobody else anything', async () => {
  expect(await pipe(`${odd('process.exit(0)')}.save leaves.pkl`, as('me'))).toMatchObject({ code: 0 });
  const run = await brine(['verify', 'leaves.pkl', '--load'], as('me'));
  expect(run).toMatchObject({ stdout: '', code: 3 });
  expect(run.stderr).toContain('the process that did ended with exit code 0');
  // Without a trial nothing of it runs.
  expect(await brine(['verify', 'leaves.pkl'], as('me'))).toMatchObject({ code: 0 });
});
