// Goal: the attacks that other formats fell to, and some of our own, end in a value or an error of brine's, and run nothing.
// Method: one file for each attack in `cases/`, with what it tries. The hostile snapshots are made here and opened as data in
// a process that may do nothing; those that should not run as trusted either are opened so, in a process of its own too,
// with globals looked at before and after.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumps } from '../../src/library/index.js';
import { CONFINED } from '../helpers/confined.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import type { Attack } from './attack.js';
import type { Ending } from './child.js';

const CASES = fileURLToPath(new URL('cases/', import.meta.url));
const files = readdirSync(CASES).sort();
const attacks = await Promise.all(
  files.map(async (file) => {
    const module = (await import(/* @vite-ignore */ `./cases/${file}`)) as Record<string, Attack>;
    return { file, attack: Object.values(module)[0] as Attack };
  }),
);

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['test/attacks/child.ts']);
});
afterAll(() => lib.remove());

async function inChild<T>(
  file: string,
  made: readonly Uint8Array[],
  work: string,
  flags: readonly string[],
): Promise<T> {
  const names = made.map((bytes, i) => {
    const path = join(lib.folder, `${file}-${i}.pkl`);
    writeFileSync(path, bytes);
    return path;
  });
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs';
    const files = ${JSON.stringify(names)}.map((name) => readFileSync(name));
    ${work}`;
  return JSON.parse(await lib.run(program, { flags: [...flags, '--max-old-space-size=600'] })) as T;
}

for (const { file, attack } of attacks) {
  test(`${attack.name}: as data`, async () => {
    const made = attack.make();
    expect(made.length).toBeGreaterThan(0);
    const [endings, changed] = await inChild<[Ending[], string[]]>(
      file,
      made,
      'lib.setTraps(); const told = files.map((bytes) => lib.attack(bytes)); process.stdout.write(JSON.stringify([told, lib.changedBuiltins()]));',
      CONFINED,
    );
    endings.forEach(({ result, faults, cpuMs }, i) => {
      // A million values take their time: a second, and one for each MiB or 300,000 values.
      const isFast =
        cpuMs < 1000 * (1 + (made[i] as Uint8Array).length / 2 ** 20 + (attack.values ?? 0) / 300_000);
      expect(
        faults.filter((fault) => !isFast || !fault.startsWith('it took')),
        `snapshot ${i}`,
      ).toEqual([]);
      expect(attack.ends, `snapshot ${i}`).toContain(result);
    });
    expect(changed).toEqual([]);
  });

  if (attack.trusted === undefined) continue;
  test(`${attack.name}: as trusted`, async () => {
    const made = attack.make();
    const work = `
      const before = new Set(Reflect.ownKeys(globalThis));
      const told = files.map((bytes) => {
        try { lib.open(bytes); return 'value'; } catch (error) { return String(error.code ?? error); }
      });
      const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
      process.stdout.write(JSON.stringify([told, added, lib.changedBuiltins().filter((key) => !key.startsWith('Function.prototype.toString'))]));`;
    const [told, added, changed] = await inChild<[string[], string[], string[]]>(file, made, work, []);
    told.forEach((result, i) => void expect(attack.trusted, `snapshot ${i}: ${result}`).toContain(result));
    expect(added).toEqual([]);
    expect(changed).toEqual([]);
  });
}

test('the process notices what it is there to notice', async () => {
  const control = `
    lib.setTraps();
    const fails = [];
    const tries = {
      eval: () => (0, eval)('1'),
      code: () => (() => {}).constructor('return 1'),
      file: () => writeFileSync('ran', ''),
    };
    for (const [name, run] of Object.entries(tries)) try { run(); } catch { fails.push(name); }
    Object.prototype.polluted = 1;
    const changed = lib.changedBuiltins();
    delete Object.prototype.polluted;
    process.stdout.write(JSON.stringify([lib.noticed(files[0]), fails, changed]));`;
  const told = await inChild('control', [dumps(() => 1)], control, CONFINED);
  expect(told).toEqual([
    expect.arrayContaining(['Script']),
    ['eval', 'code', 'file'],
    expect.arrayContaining(['Object.prototype.polluted']),
  ]);
});

test('every attack says what it tries', () => {
  for (const file of files)
    expect(readFileSync(join(CASES, file), 'utf8'), file).toMatch(/^\/\/ .{40}[\s\S]*?\n\nimport/);
});
