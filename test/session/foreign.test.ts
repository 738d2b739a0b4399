// Goal: a save of a program, blocking or not, replaces snapshots and empty files only, unless it is told to overwrite; and nothing when it is
// ended while it writes.
// Method: files of other kinds in one folder; a large session is not even walked before the refusal.

import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ProgressListener, Session } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what no save made stays', async () => {
  const session = new Session();
  await session.evaluator.evaluate('var kept = [1, 2]');
  for (const [name, content, kind] of [
    ['notes.txt', 'kept\n', 'a text file'],
    ['data.json', '{"a": 1}', 'JSON'],
    ['odd.pkl', Buffer.from([9, 1, 0, 255, 3]), 'no snapshot'],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, content);
    const steps: string[] = [];
    const onProgress = ({ phase }: { phase: string }): void => void steps.push(phase);
    const names = ['kept'];
    const error = { code: 'STORE_FOREIGN', message: `"${path}" is ${kind}, and was not replaced` };
    await expect(session.save(path, { names, onProgress })).rejects.toMatchObject(error);
    expect(() => session.saveSync(path, { names, onProgress })).toThrow(expect.objectContaining(error));
    expect([readFileSync(path).equals(Buffer.from(content)), steps]).toEqual([true, []]);
    await session.save(path, { names, onConflict: 'overwrite' });
    // By now it is one.
    await session.save(path, { names });
    expect((await new Session().load(path, { isDryRun: true })).restored).toEqual(['kept']);
  }
  session.evaluator.clear();
});

test('an empty file is replaced, and a file that became another one meanwhile is not', async () => {
  const path = join(folder, 'empty.pkl');
  writeFileSync(path, '');
  utimesSync(path, 1, 1);
  const session = new Session();
  await session.evaluator.evaluate('var kept = [1, 2]');
  await session.save(path, { names: ['kept'] });
  writeFileSync(path, 'somebody wrote this since\n');
  await expect(session.save(path, { names: ['kept'] })).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  expect(readFileSync(path, 'utf8')).toBe('somebody wrote this since\n');
  session.evaluator.clear();
});

test('a listener that throws while the file is written ends the save, and the file before stays', async () => {
  const session = new Session();
  await session.evaluator.evaluate(
    'var kept = Array.from({ length: 3 }, (_, i) => new Uint8Array(3e6).fill(i))',
  );
  const path = join(folder, 'large.pkl');
  await session.save(path, { names: ['kept'] });
  const before = readFileSync(path);
  await session.evaluator.evaluate('kept[0][0] = 9');
  const told: number[] = [];
  const onProgress: ProgressListener = ({ phase, done, total }) => {
    if (phase !== 'writing') return;
    told.push(done / (total as number));
    if (done > 6e6) throw new Error('enough');
  };
  await expect(session.save(path, { names: ['kept'], onProgress })).rejects.toThrow('enough');
  expect(() => session.saveSync(path, { names: ['kept'], onProgress })).toThrow('enough');
  expect(readFileSync(path).equals(before)).toBe(true);
  expect([told[0], told.length > 5, Math.max(...told) <= 1]).toEqual([0, true, true]);
  expect(readdirSync(folder).filter((name) => /tmp|claim/.test(name))).toEqual([]);
  session.evaluator.clear();
});
