// Goal: what each command shows at a prompt is what somebody looked at and was pleased with.
// Method: one session in a pseudo-terminal on each line of Node types every command there is; what the screen shows behind each is
// compared with test/cli/screens/screens.txt. Numbers that differ from run to run are `#` there. With BRINE_UPDATE_SCREENS=1 the
// file is written anew, by Node 20. A picture of them can be made by `node scripts/picture.mjs`.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { findNode } from '../helpers/nodes.js';
import { steady } from '../helpers/steady.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const FILE = fileURLToPath(new URL('screens/screens.txt', import.meta.url));
/** What is typed: cells, and every command at least once. */
const TYPED = JSON.parse(
  readFileSync(new URL('screens/typed.json', import.meta.url), 'utf8'),
) as readonly string[];
// `BRINE_SCREENS_NODES=20,22,24,26` looks at all of them.
const MAJORS = (process.env['BRINE_SCREENS_NODES'] ?? '20,24').split(',').map(Number);
const isUpdating = process.env['BRINE_UPDATE_SCREENS'] === '1';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

/** What the screen shows of each line that is typed, in their order. */
async function session(command: string, name: string): Promise<string> {
  const cwd = join(folder.path, name);
  mkdirSync(cwd);
  const env = {
    BRINE_HOME: join(cwd, 'home'),
    XDG_STATE_HOME: join(cwd, 'state'),
    EDITOR: 'true',
    BRINE_AUTOSAVE: 'on',
  };
  const program = new TerminalProgram([BRINE], { command, cwd, env, rows: 200, columns: 80 });
  running.push(program);
  let before = await program.waitFor(/In\[1\]> *$/);
  const shown = [steady(before.split('\n').slice(0, -1).join('\n'))];
  for (const line of TYPED) {
    program.type(`${line}${KEY.enter}`);
    const at = before.split('\n').length - 1;
    before = await program.waitFor(isDone(before));
    shown.push(steady(before.split('\n').slice(at, -1).join('\n')));
  }
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
  return `${shown.join('\n')}\n`;
}

// A prompt on a line below the one that it was on.
function isDone(before: string): RegExp {
  const lines = before.split('\n').length;
  return new RegExp(`^(?:.*\\n){${lines},}In\\[\\d+\\]> *$`);
}

for (const major of MAJORS) {
  const node = findNode(major);
  if ('missing' in node) console.warn(`screens are not looked at on Node ${major}: ${node.missing}`);
  describe.skipIf('missing' in node)(`on Node ${major}`, () => {
    test('every command shows what it showed when it was looked at', { timeout: 120_000 }, async () => {
      const shown = await session('path' in node ? node.path : '', String(major));
      if (isUpdating && major === 20) writeFileSync(FILE, shown);
      expect(shown).toBe(readFileSync(FILE, 'utf8'));
    });
  });
}

test('no command is left out', async () => {
  const { stdout } = await pipe('.help --json\n', { cwd: folder.path });
  const names = (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => name);
  const typed = new Set(TYPED.map((line) => /^\.([\w-]+)/.exec(line)?.[1]));
  // `.jobs` needs a Redis (test/parallel/cluster.test.ts), `.exit` shows nothing, and what `.config` shows depends on where it runs.
  expect(names.filter((name) => !typed.has(name))).toEqual(['jobs', 'config', 'exit']);
  expect(names).toContain('save');
});

test('pages of commands show what the screen shows', () => {
  const docs = fileURLToPath(new URL('../../docs/commands', import.meta.url));
  const screens = readFileSync(FILE, 'utf8');
  const blocks = readdirSync(docs).flatMap((name) =>
    [...readFileSync(join(docs, name), 'utf8').matchAll(/^```prompt\n(.*?)^```$/gms)].map(
      (block) => block[1]!,
    ),
  );
  expect(blocks.length).toBeGreaterThan(5);
  for (const block of blocks) expect(screens).toContain(steady(block));
});

test('every command has a page', () => {
  const docs = fileURLToPath(new URL('../../docs/commands', import.meta.url));
  const titles = readdirSync(docs).map((name) => readFileSync(join(docs, name), 'utf8').split('\n', 1)[0]!);
  const names = new Set(
    titles.flatMap((title) => [...title.matchAll(/`\.([\w-]+)`/g)].map((found) => found[1])),
  );
  const all = new Set(TYPED.flatMap((line) => /^\.([\w-]+)/.exec(line)?.[1] ?? []));
  for (const unknown of ['laod']) all.delete(unknown);
  expect([...all].filter((name) => !names.has(name))).toEqual([]);
});
