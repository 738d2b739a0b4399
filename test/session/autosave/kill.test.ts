// Goal: a shell that is killed at any moment comes back with at most its last cell missing, and what its report calls current
// is as it was.
// Method: a process evaluates cells without end, with a line of the journal after each and snapshots now and then, and writes the
// number of the last cell whose line is written; it is killed at a random moment. Another one brings the session back.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportRow, scaled } from '../../helpers/torture.js';
import { type AutosaveBundle, bundleAutosave } from './bundle.js';

let bundle: AutosaveBundle;
beforeAll(async () => {
  bundle = await bundleAutosave();
});
afterAll(() => bundle.remove());

const KILLS = scaled(8, 300);

// After cell n: `n` is n, `list` ends with n, `still` is as it was, and one of five tables has n in it.
const VICTIM = (folder: string): string => `
  const session = new lib.Session();
  const autosave = new lib.Autosave(session, { root: ${JSON.stringify(folder)} });
  const cell = async (source) => autosave.note((await session.evaluator.evaluate(source)).cell);
  await cell('let n = 0; const list = [0], tables = [{}, {}, {}, {}, {}]');
  await cell('const still = { deep: [1, 2, { x: new Map([[1, 2]]) }] }');
  await cell('const [t0, t1, t2, t3, t4] = tables');
  process.stdout.write('0\\n');
  for (let k = 1; ; k++) {
    const settled = k % 3 === 0 ? autosave.snapshot() : undefined;
    await cell(\`n = \${k}; list.push(\${k}); t\${k % 5}.at = { deep: [\${k}] }\`);
    process.stdout.write(k + '\\n');
    if (k % 9 === 0) await settled;
    await new Promise(setImmediate);
  }`;

async function killedAfter(folder: string, afterMs: number, number: number): Promise<number> {
  const file = join(bundle.library.folder, `victim-${number}.mjs`);
  writeFileSync(file, `import * as lib from ${JSON.stringify(bundle.library.url)};\n${VICTIM(folder)}`);
  const child: ChildProcess = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  let isCounting = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    if (!isCounting) setTimeout(() => child.kill('SIGKILL'), afterMs);
    isCounting = true;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
}

const LOOK = `(() => {
  const at = tables.map((table) => table.at?.deep[0] ?? 0);
  return { n, list: [list.length, list.at(-1)], at, still: still.deep[2].x.get(1), shared: tables[2] === t2 };
})()`;

test(`${KILLS} kills at random moments: at most the last cell is missing, and nothing older is called current`, async () => {
  let exact = 0;
  let cells = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const root = bundle.freshRoot();
    // Spread evenly, and a little beside.
    const afterMs = ((kill * 7919) % KILLS) * (600 / KILLS) + ((kill * 31) % 17);
    const last = await killedAfter(root, afterMs, kill);
    const text = await bundle.library.run(`
      const found = lib.endedSessions(${JSON.stringify(root)});
      const session = new lib.Session();
      const { exact, older, unsure, missing } = await lib.recover(session, found[0]);
      const has = missing.length === 0;
      console.log(JSON.stringify({ found: found.length, said: { exact, older, unsure, missing }, look: has ? ${LOOK} : { n } }));`);
    const { found, said, look } = JSON.parse(text);
    const replay = `kill ${kill} after ${afterMs.toFixed(1)} ms: ${text}`;
    expect(found, replay).toBe(1);
    // The cell after the last one that was told may have its line as well.
    expect([last, last + 1], replay).toContain(look.n);
    const notCurrent = new Set([...said.older, ...said.unsure, ...said.missing]);
    cells += look.n;
    if (said.missing.length > 0) continue;
    expect(look.shared, replay).toBe(true);
    expect(look.still, replay).toBe(2);
    if (!notCurrent.has('list')) expect(look.list, replay).toEqual([look.n + 1, look.n]);
    for (let table = 0; table < 5; table++) {
      const expected = Math.max(0, look.n - ((look.n - table + 5) % 5));
      if (!notCurrent.has(`t${table}`)) expect(look.at[table], `${replay}: t${table}`).toBe(expected);
    }
    if (!notCurrent.has('still')) exact++;
  }
  reportRow({
    what: 'kill -9 of a session with autosave',
    trials: KILLS,
    result: `0 with more than the last cell missing (${cells} cells), 0 older names called current; the untouched one current in ${exact}`,
  });
});
