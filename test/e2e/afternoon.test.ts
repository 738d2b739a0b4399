// Goal: brine's main job, as its users do it: an afternoon at the prompt, `.save`, quit; the next day another process
// `.load`s and everything is there. Method: the real program in a pseudo-terminal, the same through a pipe, and the load
// again on another Node. The cells are in afternoon-cells.ts.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findNode } from '../helpers/nodes.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';
import { AFTERNOON, MORNING } from './afternoon-cells.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/cli/main.js');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brine-afternoon-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(node = process.execPath): TerminalProgram {
  return new TerminalProgram([main], { command: node, cwd: root, columns: 120, rows: 40 });
}

// Types the morning's expressions into a prompt that has loaded the file; every one must print `true`.
async function checkMorning(terminal: TerminalProgram, firstNumber: number): Promise<void> {
  let number = firstNumber;
  for (const expression of MORNING) {
    const before = (await terminal.screen()).length;
    const screen = await terminal.run(expression, ++number);
    expect(screen.slice(before), `${expression}\n${screen.slice(-1500)}`).toMatch(/\ntrue\n/);
  }
}

async function loadIn(terminal: TerminalProgram, file: string): Promise<string> {
  await terminal.waitFor('In[1]>');
  terminal.type(`.load ${file}${KEY.enter}`);
  await terminal.waitFor(/restored[\s\S]*In\[\d+\]> *$/);
  return terminal.screen();
}

async function leave(terminal: TerminalProgram): Promise<void> {
  terminal.type(`.exit${KEY.enter}`);
  expect(await terminal.waitForExit()).toBe(0);
}

test('an afternoon typed into a terminal is all there the next morning, on this Node and on 24', {
  timeout: 240_000,
}, async () => {
  const file = join(folder, 'work.pkl');
  const evening = open();
  await evening.waitFor('In[1]>');
  let number = 1;
  for (const cell of AFTERNOON) await evening.run(cell, ++number);
  evening.type(`.save ${file}${KEY.enter}`);
  const saved = await evening.waitFor(/✓ .*work\.pkl[\s\S]*skipped[\s\S]*In\[/);
  expect(saved).toMatch(/pending\s+Promise/);
  await leave(evening);

  for (const major of [Number(process.versions.node.split('.')[0]), 24]) {
    const node = findNode(major);
    if ('missing' in node) {
      console.warn(`skipped on Node ${major}: ${node.missing}`);
      continue;
    }
    const morning = open(node.path);
    const loaded = await loadIn(morning, file);
    expect(loaded).toMatch(/missing\s+pending/);
    const next = Number(/In\[(\d+)\]> *$/.exec(loaded)?.[1]);
    expect(next).toBe(AFTERNOON.length + 1);
    await checkMorning(morning, next);
    await leave(morning);
  }
});

test('the same afternoon through a pipe', { timeout: 120_000 }, () => {
  const file = join(folder, 'piped.pkl');
  const run = (lines: readonly string[]) =>
    spawnSync(process.execPath, [main], { cwd: root, input: `${lines.join('\n')}\n`, encoding: 'utf8' });
  const evening = run([...AFTERNOON, `.save ${file}`]);
  expect(evening.status, evening.stderr).toBe(0);
  expect(evening.stdout).not.toMatch(/\u001b/);
  const morning = run([`.load ${file}`, ...MORNING]);
  expect(morning.status, morning.stderr).toBe(0);
  expect(morning.stdout.trimEnd().split('\n')).toEqual(MORNING.map(() => 'true'));
});
