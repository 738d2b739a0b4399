// Goal: the newest saves are kept, as many and as large as told, and never less than the newest; nothing else is touched.
// Method: folders on the disk in memory with neighbours of every kind.

import { expect, test } from 'vitest';
import { generationsIn, pruneGenerations } from '../../src/store/generations.js';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { isSessionName, sessionFolder } from '../../src/store/session-folder.js';
import { runStepsSync } from '../../src/store/steps.js';
import { content, errorOf, expectStoreError } from './sample.js';

function diskWith(sizes: Readonly<Record<number, number>>): MemoryIo {
  const disk = new MemoryIo();
  for (const [number, size] of Object.entries(sizes)) disk.put(`/${number}.pkl`, content(1, size));
  return disk;
}

const numbersIn = (disk: MemoryIo): number[] =>
  runStepsSync(generationsIn(disk, '/')).map(({ generation }) => generation);

test('saves are listed by number, and what is none of them is not', () => {
  const disk = diskWith({ 2: 1, 10: 1, 9: 1 });
  for (const name of ['0.pkl', '01.pkl', 'x.pkl', '3.pkl.tmp', '-1.pkl', '1e3.pkl', '9999999999999999.pkl'])
    disk.put(`/${name}`, content(1, 1));
  disk.putLink('/11.pkl', '10.pkl');
  expect(numbersIn(disk)).toEqual([2, 9, 10]);
  expect(runStepsSync(generationsIn(disk, '/nowhere'))).toEqual([]);
});

test('five stay, and the oldest go first', () => {
  const disk = diskWith({ 1: 1, 2: 1, 3: 1, 5: 1, 6: 1, 7: 1, 8: 1 });
  expect(runStepsSync(pruneGenerations(disk, '/'))).toEqual([1, 2]);
  expect(numbersIn(disk)).toEqual([3, 5, 6, 7, 8]);
});

test('a budget takes the oldest away, and never the newest', () => {
  const disk = diskWith({ 1: 10, 2: 400, 3: 300, 4: 300 });
  expect(runStepsSync(pruneGenerations(disk, '/', { bytesMax: 600 }))).toEqual([1, 2]);
  expect(runStepsSync(pruneGenerations(disk, '/', { bytesMax: 1 }))).toEqual([3]);
  expect(numbersIn(disk)).toEqual([4]);
});

test('what cannot be removed stays, and the rest goes', () => {
  const disk = diskWith({ 1: 1, 2: 1, 3: 1 });
  const io = faultyIo(disk, ({ name, indexOfName }) =>
    name === 'unlink' && indexOfName === 0 ? { kind: 'errno', code: 'EACCES' } : undefined,
  );
  expect(runStepsSync(pruneGenerations(io, '/', { countMax: 1 }))).toEqual([2]);
  expect(numbersIn(disk)).toEqual([1, 3]);
});

test('names of sessions are words, never paths', async () => {
  for (const name of ['work', 'W', '0', 'a_b-c', 'x'.repeat(64)])
    expect(isSessionName(name), name).toBe(true);
  const refused = [
    '',
    '.',
    '..',
    'a/b',
    '../a',
    'a\\b',
    'a.b',
    '.a',
    '-a',
    '_a',
    'a b',
    'a\0',
    'ä',
    'a\n',
    'a@1',
  ];
  for (const name of [...refused, 'x'.repeat(65), 'con', 'NUL', 'Com1', '%2e%2e', '~', 'ﬁ']) {
    expect(isSessionName(name), name).toBe(false);
    expectStoreError(await errorOf(() => sessionFolder(name)), 'STORE_READ');
  }
});
