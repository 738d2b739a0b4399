// Goal: what a hostile file costs, in memory and in time, is bounded by its size: twice the file is not four times the work.
// Method: families of files that ask for as much as their bytes can, each in three sizes, each opened as data in a process of
// its own whose peak of memory and CPU time are read; a file that is refused must be refused as cheaply.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFINED } from '../helpers/confined.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { FAMILIES } from './growth.js';

const SIZES = [5000, 10_000, 20_000];
const MIB = 2 ** 20;
/** Memory beside what the file's bytes justify: the cells without bytes that every file may have are among it. */
const RSS_BYTES_FREE = 96 * MIB;
const RSS_BYTES_EACH = 20;
/** A fifth of it where nothing else runs on a quick machine; what grows as the square of a file takes minutes. */
const CPU_MS_FREE = 5000;
const CPU_MS_EACH_MIB = 1000;

interface Cost {
  readonly result: string;
  readonly cpuMs: number;
  readonly rssBytes: number;
}

let lib: LibraryBundle;
let idle: Cost;
beforeAll(async () => {
  lib = await bundleLibrary();
  idle = await costOf('idle', FAMILIES['texts of code']!(1));
});
afterAll(() => lib.remove());

async function costOf(name: string, bytes: Uint8Array): Promise<Cost> {
  const file = join(lib.folder, `${name.replaceAll(' ', '-')}.pkl`);
  writeFileSync(file, bytes);
  const program = `
    import { readFileSync } from 'node:fs';
    const bytes = readFileSync(${JSON.stringify(file)});
    const before = process.cpuUsage();
    let result = 'value';
    try { globalThis.kept = lib.loads(bytes, { mode: 'data' }); } catch (error) { result = error.code ?? String(error); }
    const { user, system } = process.cpuUsage(before);
    const rssBytes = process.resourceUsage().maxRSS * 1024;
    process.stdout.write(JSON.stringify({ result, cpuMs: (user + system) / 1000, rssBytes }));`;
  return JSON.parse(await lib.run(program, { flags: [...CONFINED, '--max-old-space-size=512'] })) as Cost;
}

describe.each(Object.entries(FAMILIES))('%s', (name, make) => {
  test('costs as much as it is large', async () => {
    const costs: (Cost & { readonly bytes: number })[] = [];
    for (const size of SIZES) {
      const bytes = make(size);
      costs.push({ ...(await costOf(`${name}-${size}`, bytes)), bytes: bytes.length });
    }
    const told = JSON.stringify(costs);
    for (const { result, cpuMs, rssBytes, bytes } of costs) {
      expect(['value', 'LIMIT_EXCEEDED', 'SNAPSHOT_STRUCTURE'], told).toContain(result);
      expect(cpuMs, told).toBeLessThan(CPU_MS_FREE + (CPU_MS_EACH_MIB * bytes) / MIB);
      expect(rssBytes - idle.rssBytes, told).toBeLessThan(RSS_BYTES_FREE + RSS_BYTES_EACH * bytes);
    }
    // Below these, what a process does once is most of it.
    const [, half, whole] = costs as unknown as [Cost, Cost, Cost];
    if (half.cpuMs > 300) expect(whole.cpuMs / half.cpuMs, told).toBeLessThan(3);
    const [more, most] = [half.rssBytes - idle.rssBytes, whole.rssBytes - idle.rssBytes];
    if (more > 64 * MIB) expect(most / more, told).toBeLessThan(2.5);
  });
});
