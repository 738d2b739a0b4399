// Goal: whoever loads a damaged file gets what is whole of it and is told what is not; a program is not given half of what
// it asked for; a repair writes a new file and says what it did; damaging a file earns nobody trust.
// Method: the built program, piped and in a pseudo-terminal; a session of some names with one byte changed in the part of
// the file that one of them has.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SECTION } from '../../src/format/container.js';
import { openSnapshot } from '../../src/format/index.js';
import { numberAt } from '../../src/graph/column.js';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';
import { TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());
const place = (name: string): string => join(folder.path, name);
const as = (who: string) => ({ cwd: folder.path, env: { BRINE_HOME: place(who) } });

const CELLS = `
let count = 3;
const add = () => ++count;
const table = { rows: [1, 2, 3].map((n) => ({ n, text: 'row ' + n })) };
const other = ['kept', new Date(0)];
class Point { #x = 5; get x() { return this.#x } }
const point = new Point();
`;

/** Where a name's own part of the file is. */
function partOf(bytes: Uint8Array, name: string): readonly [number, number] {
  const { container, index } = openSnapshot(bytes);
  const root = index.rootNames.indexOf(name);
  const group = index.rootLinks[numberAt(index.roots, root)]?.group as number;
  const entry = container.sections[index.groups[group]?.stripes[0] as number];
  return [entry?.offset as number, (entry?.offset as number) + (entry?.bytes as number)];
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ 4;
  return copy;
}

let whole: Buffer;
let from: number;
let to: number;
beforeAll(async () => {
  expect(await pipe(`${CELLS}.save work.pkl`, as('me'))).toMatchObject({ code: 0 });
  whole = readFileSync(place('work.pkl'));
  [from, to] = partOf(whole, 'table');
  writeFileSync(place('damaged.pkl'), flip(whole, from + 20));
  writeFileSync(place('head.pkl'), flip(whole, 20));
});

test('at the prompt, what is whole is there, and what is not says which bytes are damaged', async () => {
  const program = new TerminalProgram([BRINE], {
    command: process.execPath,
    cwd: folder.path,
    env: { BRINE_HOME: place('me') },
    columns: 110,
  });
  running.push(program);
  await program.waitFor(/In\[\d+\]> *$/);
  const screen = (await program.run('.load damaged.pkl', 7)).replace(/\s+/g, ' ');
  expect(screen).toContain('the file is damaged: what survives was loaded');
  expect(screen).toContain(`damaged stripe, bytes ${from}-${to}: it has another checksum`);
  expect(screen).toContain('restored Point add count other point');
  expect(screen).toContain(`missing table damaged (section "stripe" (bytes ${from}-${to}) is damaged`);
  expect(screen).toContain('.repair damaged.pkl');
  // Its signature still says whose the rest is, so it is not opened as data.
  expect(screen).not.toContain('opened as data');
  expect(await program.run('[add(), point.x, other[0]].join()', 8)).toMatch(/\n'4,5,kept'\nIn/);
  expect(await program.run('table.rows', 9)).toMatch(
    /TombstoneError: table is missing: damaged, section "stripe"/,
  );
  // The damaged file is not what the next save replaces.
  expect(await program.run('.save', 9)).toContain('.save needs a file');
  expect(await program.run('.repair damaged.pkl at-prompt.pkl', 9)).toContain('5 of 6 names came back');
  expect(readFileSync(place('damaged.pkl')).equals(Buffer.from(flip(whole, from + 20)))).toBe(true);
});

test('of a file that was cut off too early nothing is left, and what to do is said; nobody speaks of salvaging', async () => {
  const program = new TerminalProgram([BRINE], { cwd: folder.path, env: { BRINE_HOME: place('me') } });
  running.push(program);
  await program.waitFor(/In\[1\]> *$/);
  writeFileSync(place('cut.pkl'), whole.subarray(0, openSnapshot(whole).container.sections[0]!.offset + 10));
  const screen = (await program.run('.load cut.pkl', 1)).replace(/\s+/g, ' ');
  expect(screen).toMatch(
    /✗ nothing of the file is left to load: section "meta" \(bytes \d+-\d+\) is damaged: the file ends in it/,
  );
  expect(screen).toContain('the file was cut off: get it again, or use another copy');
  expect(screen).not.toContain('salvage');
});

describe('in a pipe', () => {
  test('a damaged file is refused with exit code 3, unless it is to be salvaged', async () => {
    const refused = await pipe('.load damaged.pkl\n1', as('me'));
    expect(refused).toMatchObject({ stdout: '', code: 3 });
    expect(refused.stderr).toContain(`(bytes ${from}-${to}) has CRC-32`);
    expect(refused.stderr).toContain('`brine repair` it');
    const salvaged = await pipe('.load damaged.pkl --salvage', as('me'));
    expect(salvaged.code).toBe(4);
    expect(salvaged.stderr).toContain('the file is damaged');
    const json = await pipe('.load damaged.pkl --salvage --json', as('me'));
    expect(JSON.parse(json.stdout)).toMatchObject({
      damage: [{ section: 'stripe', from, to, isMended: false }],
      losses: [{ name: 'table', path: 'table', what: 'damaged' }],
      opened: 'trusted',
    });
  });

  test('what costs nothing is said and costs nothing', async () => {
    const run = await pipe('.load head.pkl --salvage\nadd()', as('me'));
    expect(run).toMatchObject({ stdout: '4\n', code: 0 });
    expect(run.stderr).toMatch(/damaged +header, bytes 20-21: it has another checksum, mended/);
  });
});

describe('brine repair', () => {
  test('writes a new file, says what came back and what did not, and keeps the damaged one', async () => {
    const run = await brine(['repair', 'damaged.pkl'], as('me'));
    expect(run).toMatchObject({ stderr: '', code: 4 });
    expect(run.stdout).toMatch(/damaged\.pkl → .*damaged\.repaired\.pkl +5 of 6 names came back\n/);
    expect(run.stdout).toMatch(/\n {2}back +Point {2}add {2}count {2}other {2}point\n/);
    expect(run.stdout.replace(/\s+/g, ' ')).toContain(`lost table section "stripe" (bytes ${from}-${to})`);
    expect(run.stdout).toContain('by nobody: loading it takes --trust');
    expect(readFileSync(place('damaged.pkl')).equals(Buffer.from(flip(whole, from + 20)))).toBe(true);
    // Nobody signed it, so a program has to say that it may run.
    expect(await pipe('.load damaged.repaired.pkl', as('me'))).toMatchObject({ code: 3 });
    expect(await pipe('.load damaged.repaired.pkl --trust\nadd() + other[0]', as('me'))).toMatchObject({
      stdout: "'4kept'\n",
      code: 0,
    });
    expect(await brine(['repair', 'damaged.pkl'], as('me'))).toMatchObject({ stdout: '', code: 1 });
    const forced = await brine(['repair', 'damaged.pkl', '--force', '--trust', '--json'], as('me'));
    expect(forced.code).toBe(4);
    expect(JSON.parse(forced.stdout)).toMatchObject({
      recovered: ['Point', 'add', 'count', 'other', 'point'],
      lost: [{ name: 'table', section: 'stripe', from, to }],
      isExact: false,
      signed: 'own',
    });
    expect(await pipe('.load damaged.repaired.pkl\nadd()', as('me'))).toMatchObject({ stdout: '4\n' });
  });

  test('puts back what can be put back, signature and all', async () => {
    const run = await brine(['repair', 'head.pkl', '--in-place'], as('me'));
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('every byte is as it was written');
    expect(run.stdout).toContain('head.damaged.pkl');
    expect(readFileSync(place('head.pkl')).equals(whole)).toBe(true);
    expect(await brine(['repair', 'head.pkl'], as('me'))).toMatchObject({
      stdout: expect.stringContaining('is not damaged: nothing was written'),
      code: 0,
    });
    expect(existsSync(place('head.repaired.pkl'))).toBe(false);
  });

  test('of which nothing is left', async () => {
    writeFileSync(place('nothing.pkl'), whole.subarray(0, 100));
    const run = await brine(['repair', 'nothing.pkl'], as('me'));
    expect(run).toMatchObject({ stdout: '', code: 3 });
    expect(run.stderr).toContain('[SNAPSHOT_');
    expect(await brine(['repair', 'nowhere.pkl'], as('me'))).toMatchObject({ code: 1 });
    expect(await brine(['repair', 'damaged.pkl', 'x.pkl', '--in-place'], as('me'))).toMatchObject({
      code: 2,
    });
  });
});

describe('damage and trust', () => {
  test('a stranger’s damaged file is a stranger’s file', async () => {
    const run = await pipe('.load damaged.pkl --salvage', as('him'));
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr).toContain('[RESTRICTED_CODE]');
  });

  test('a file whose signature is damaged is nobody’s', async () => {
    writeFileSync(place('unsigned.pkl'), flip(whole, whole.length - 3));
    const run = await pipe('.load unsigned.pkl --salvage', as('me'));
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr).toContain('[RESTRICTED_CODE]');
    const repaired = await brine(['repair', 'unsigned.pkl', '--json'], as('me'));
    expect(JSON.parse(repaired.stdout)).toMatchObject({
      lost: [],
      isExact: false,
      damage: [{ section: 'signature' }],
    });
    expect(await pipe('.load unsigned.repaired.pkl', as('me'))).toMatchObject({ code: 3 });
  });

  test('a part that was changed and given a right checksum is not taken for damage', async () => {
    const sections = sectionsOf(whole);
    const code = sections.find(({ kind }) => kind === SECTION.code)!;
    code.bytes = Buffer.from(code.bytes.toString('latin1').replace('++count', '--count'), 'latin1');
    writeFileSync(place('changed.pkl'), reseal(sections));
    // And some damage besides, so that it is salvaged at all.
    writeFileSync(place('changed.pkl'), flip(readFileSync(place('changed.pkl')), from + 20));
    const run = await pipe('.load changed.pkl --salvage', as('me'));
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr).toMatch(/RESTRICTED_CODE|SIGNATURE_WRONG/);
  });
});

test('a file of a newer brine is no damage: every way to read it names both protocols and changes nothing', async () => {
  const newer = Buffer.from(whole);
  newer.writeUInt16LE(9, 8);
  newer.writeUInt16LE(7, 10);
  newer.writeUInt32LE(crc32(newer.subarray(0, 28)), 28);
  writeFileSync(place('newer.pkl'), newer);
  const ways = [
    pipe('.load newer.pkl', as('me')),
    pipe('.load newer.pkl --salvage', as('me')),
    ...['verify', 'repair', 'inspect'].map((command) => brine([command, 'newer.pkl'], as('me'))),
  ];
  for (const run of await Promise.all(ways)) {
    expect(run).toMatchObject({ stdout: '', code: 3 });
    expect(run.stderr).toMatch(
      /has protocol 9, was written by brine [\d.]+ and needs a reader of 7; this is brine [\d.]+, which reads/,
    );
  }
  expect(readFileSync(place('newer.pkl')).equals(newer)).toBe(true);
});

test('a damaged save of a name leads to the newest one that is whole', async () => {
  const home = as('named');
  await pipe(`${CELLS}.save work\n.save work\n.save work`, home);
  const saves = join(place('named'), 'sessions', 'work');
  for (const save of ['2.pkl', '3.pkl']) {
    const bytes = readFileSync(join(saves, save));
    writeFileSync(join(saves, save), flip(bytes, partOf(bytes, 'table')[0] + 3));
  }
  const refused = await pipe('.load work', home);
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('.load work@1 is undamaged');
  const salvaged = await pipe('.load work --salvage', home);
  expect(salvaged.stderr).toContain('.load work@1 is undamaged');
  expect((await pipe('.load work@1\ntable.rows.length', home)).stdout).toBe('3\n');
  const repaired = await brine(['repair', 'work@3', '--trust', '--json'], home);
  expect(JSON.parse(repaired.stdout), repaired.stderr).toMatchObject({
    lost: [{ name: 'table' }],
    target: 'work-3.repaired.pkl',
  });
  expect((await pipe('.load work-3.repaired.pkl\nadd()', home)).stdout).toBe('4\n');
  expect(await brine(['repair', 'work@3', '--in-place'], home)).toMatchObject({ stdout: '', code: 2 });
  const first = readFileSync(join(saves, '1.pkl'));
  writeFileSync(join(saves, '1.pkl'), flip(first, partOf(first, 'other')[0] + 3));
  expect((await pipe('.load work', home)).stderr).toContain('no other save of work is undamaged');
});
