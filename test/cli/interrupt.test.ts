// Goal: commands that write a file from a large one show how far they are, and Ctrl-C in the middle of it ends them with 130: what was
// there is as it was, and no part of a file stays.
// Method: the built program in a pseudo-terminal under a shell that says the code; the key is sent as soon as a temporary file is
// there, again with a new run where that came too late; every file of the folder is compared byte for byte.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const env = { HOME: folder.path, BRINE_HOME: join(folder.path, 'home'), BRINE_PASSPHRASE: 'secret' };
const MB = 40;

beforeAll(async () => {
  const cells = `let big = Array.from({ length: ${MB / 2} }, (_, i) => new Uint8Array(2e6).fill(i)); let text = 'x'.repeat(1000); 0`;
  const lists = 'let rows = Array.from({ length: 200000 }, (_, i) => ({ i, name: "row " + i })); 0';
  const made = await pipe(
    `${cells}\n.save a.pkl\nlet b = 1\n.save b.pkl\n.save cut.pkl\n.clear\n${lists}\n.save rows.pkl\n`,
    { cwd: folder.path, env },
  );
  expect(made.code, made.stderr).toBe(0);
  truncateSync(join(folder.path, 'cut.pkl'), MB * 1e6 - 3e6);
  expect((await brine(['copy', 'a.pkl', 'there.pkl'], { cwd: folder.path, env })).code).toBe(0);
});

// Every file with a hash of what it has.
function contents(): Record<string, string> {
  const names = readdirSync(folder.path).filter((name) => !name.startsWith('home') && name !== '.local');
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder.path, name)))
        .digest('hex'),
    ]),
  );
}

const hasPart = (): boolean => readdirSync(folder.path).some((name) => name.endsWith('.tmp'));

function started(words: readonly string[]): TerminalProgram {
  // The shell lives on, and says what became of it.
  const script = `trap : INT; '${process.execPath}' '${BRINE}' "$@"; code=$?; echo; echo "code $code"`;
  return new TerminalProgram(['-c', script, 'sh', ...words], {
    ...{ command: 'sh', cwd: folder.path, columns: 60 },
    env: { ...env, BRINE_PROGRESS: '1' },
  });
}

async function untilPart(program: TerminalProgram): Promise<boolean> {
  while (program.exitCode === undefined) {
    if (hasPart()) return true;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return false;
}

const TRIES = 20;

test.each([
  ['merge', ['a.pkl', 'b.pkl', 'new.pkl']],
  ['merge', ['a.pkl', 'b.pkl', 'there.pkl', '--force']],
  ['copy', ['a.pkl', 'there.pkl', '--force']],
  ['convert', ['a.pkl', 'there.pkl', '--encrypt', '--force']],
  ['convert', ['rows.pkl', 'rows.json']],
  ['repair', ['cut.pkl']],
  ['repair', ['cut.pkl', '--in-place']],
] as const)('Ctrl-C in brine %s %j leaves everything as it was', async (command, words) => {
  const before = contents();
  for (let tries = 1; ; tries++) {
    const program = started([command, ...words]);
    try {
      const isCaught = await untilPart(program);
      program.type(KEY.ctrlC);
      const screen = await program.waitFor(/\ncode \d+$/, 30_000);
      expect(hasPart()).toBe(false);
      if (isCaught && screen.endsWith('code 130') && isSame(contents(), before)) return;
      // It was done before the key came, or while it came.
      expect(screen).toMatch(/\ncode (?:0|4|130)$/);
      expect(tries, screen).toBeLessThan(TRIES);
      if (words.some((word) => word === 'there.pkl'))
        await brine(['copy', 'a.pkl', 'there.pkl', '--force'], { cwd: folder.path, env });
      else restored(before);
    } finally {
      program.kill();
    }
  }
});

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

// What a run that came to its end made.
function restored(before: Record<string, string>): void {
  const kept = join(folder.path, 'cut.damaged.pkl');
  if (existsSync(kept)) renameSync(kept, join(folder.path, 'cut.pkl'));
  for (const name of Object.keys(contents())) if (!(name in before)) rmSync(join(folder.path, name));
}

test.each([
  ['merge', ['a.pkl', 'b.pkl', 'merged.pkl'], 'reading|writing'],
  ['convert', ['rows.pkl', 'all.json'], 'building|writing'],
  ['repair', ['cut.pkl', 'mended.pkl'], 'reading|writing'],
  ['copy', ['a.pkl', 'copy.pkl'], 'writing'],
] as const)('brine %s shows how far it is, and nothing of that stays', async (command, words, phases) => {
  const program = started([command, ...words]);
  try {
    const screen = await program.waitFor(/\ncode [04]$/, 30_000);
    expect(program.raw).toMatch(new RegExp(`brine ${command} .*(?:${phases}) {2}[\\d,]+`));
    expect(screen).not.toContain(`brine ${command} `);
  } finally {
    program.kill();
  }
});

test('Ctrl-C ends .repair at the prompt, and nothing is left of it', async () => {
  const before = contents();
  const program = new TerminalProgram([BRINE], {
    cwd: folder.path,
    env: { ...env, BRINE_PROGRESS: '1' },
  });
  try {
    await program.waitFor(/In\[1\]> *$/);
    for (let tries = 1; tries < TRIES; tries++) {
      program.type(`.repair cut.pkl part.pkl${KEY.enter}`);
      await program.waitFor(/repairing cut\.pkl {3}[\d,]+ bytes/, 30_000).catch(() => '');
      program.type(KEY.ctrlC);
      const screen = await program.waitFor(
        /(?:nothing was changed|signed {4}by nobody.*)\nIn\[1\]> *$/,
        30_000,
      );
      if (/✗ repairing cut\.pkl: cancelled\n {2}nothing was changed\nIn\[1\]> *$/.test(screen)) {
        expect(contents()).toEqual(before);
        return;
      }
      rmSync(join(folder.path, 'part.pkl'));
    }
    expect.unreachable('every repair was done before the key came');
  } finally {
    program.kill();
  }
});
