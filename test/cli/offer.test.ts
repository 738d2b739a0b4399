// Goal: at a prompt somebody else's file opens as data, one line says so, and a person is asked what is to become of it: only
// what they answer then lets it run, and nobody else is ever asked.
// Method: the built program in a pseudo-terminal, each person with keys of their own; and with a pipe in its place.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { findNode } from '../helpers/nodes.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

const QUESTION = /leave it\s+as data: *$/;
const home = (who: string) => ({ BRINE_HOME: join(folder.path, who) });
const place = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  const cells = `const mark = () => require("node:fs").writeFileSync("ran", "")
const answer = () => 40 + 2
class Loud { static #runs = 1 }
.save signed.pkl --sign
.save unsigned.pkl`;
  expect(await pipe(cells, { cwd: folder.path, env: home('her') })).toMatchObject({ code: 0 });
});

let count = 0;
/** A prompt of somebody who trusts nobody. */
async function start(
  parameters: readonly string[] = [],
  command = process.execPath,
): Promise<TerminalProgram> {
  const env = home(`him-${count++}`);
  const program = new TerminalProgram([BRINE, ...parameters], {
    ...{ command, cwd: folder.path, env, columns: 120 },
  });
  running.push(program);
  if (parameters.length === 0) await program.waitFor(/In\[1\]> *$/);
  return program;
}

async function answer(program: TerminalProgram, text: string): Promise<string> {
  await program.waitFor(QUESTION);
  program.type(`${text}${KEY.enter}`);
  return program.waitFor(/In\[\d+\]> *$/);
}

/** Runs a cell until its value is shown. */
async function shows(program: TerminalProgram, cell: string, value: string): Promise<void> {
  program.type(`${cell}${KEY.enter}`);
  const escaped = value.replace(/[[\]'"+]/g, '\\$&');
  await program.waitFor(new RegExp(`> ${cell.replace(/[[\]().+]/g, '\\$&')}\n${escaped}\nIn\\[\\d+\\]> *$`));
}

for (const major of [20, 24]) {
  const node = findNode(major);
  if ('missing' in node) console.warn(`the question is not tested on Node ${major}: ${node.missing}`);
  test.skipIf('missing' in node)(`on Node ${major}: t trusts whoever signed it, from now on`, async () => {
    const program = await start([], 'path' in node ? node.path : '');
    program.type(`.load signed.pkl${KEY.enter}`);
    const screen = (await program.waitFor(QUESTION)).replace(/\s+/g, ' ');
    expect(screen).toMatch(
      /⚠ opened as data: signed with the key ([0-9a-f]{4} ?){4}, which you do not trust · shown, not run: 2 functions, 1 class/,
    );
    expect(screen).toMatch(
      /\[i\]nspect it, load it \[o\]nce with its code, \[t\]rust its signer ([0-9a-f]{4} ?){4}, or \[Enter\] to leave it as data:$/,
    );
    expect(await answer(program, 't')).toContain('are trusted from now on');
    await shows(program, 'answer()', '42');
    program.type(`.load signed.pkl --take${KEY.enter}`);
    await program.waitFor(/--take\n✓[^⚠]*\nIn\[\d+\]> *$/);
    await shows(program, 'answer() + 1', '43');
  });
}

describe('the question', () => {
  test('no answer leaves it as data, and another is asked for again; i shows what is in it, and asks again', async () => {
    const program = await start();
    program.type(`.load unsigned.pkl${KEY.enter}`);
    expect(await answer(program, '')).not.toContain('[t]rust');
    await shows(program, 'typeof answer', "'object'");
    for (const keys of [['x', 't', 'yes', 'once more'], [KEY.ctrlC], [KEY.ctrlD]]) {
      program.type(`.load unsigned.pkl --take${KEY.enter}`);
      for (const [index, key] of keys.entries()) {
        const before = index === 0 ? '--take\n' : 'answer with i, o or Enter\n[^]*'.repeat(index);
        await program.waitFor(new RegExp(`${before}[^>]*leave it\\s+as data: *$`));
        program.type(key.length > 1 || /\w/.test(key) ? `${key}${KEY.enter}` : key);
      }
      await program.waitFor(/In\[\d+\]> *$/);
    }
    expect(await program.screen()).toContain('once more\nno answer\n');
    program.type(`.load unsigned.pkl --take${KEY.enter}`);
    await program.waitFor(QUESTION);
    program.type(`i${KEY.enter}`);
    await program.waitFor(/snapshot v1[\s\S]*\(\) => 40 \+ 2[\s\S]*leave it\s+as data: *$/);
    await answer(program, '');
    await shows(program, '[typeof answer]', "[ 'object' ]");
  });

  test('o loads it with its code, this once; names that were kept stay', async () => {
    const program = await start();
    program.type(`let mark = "mine"${KEY.enter}`);
    await program.waitFor(/In\[2\]> *$/);
    program.type(`.load unsigned.pkl --keep${KEY.enter}`);
    await answer(program, 'o');
    await shows(program, 'answer()', '42');
    await shows(program, 'mark', "'mine'");
    program.type(`.load unsigned.pkl --take${KEY.enter}`);
    await answer(program, '');
    await shows(program, 'typeof answer', "'object'");
  });

  test('a file that was exchanged behind the question does not run', async () => {
    writeFileSync(place('exchanged.pkl'), readFileSync(place('unsigned.pkl')));
    const program = await start();
    program.type(`.load exchanged.pkl${KEY.enter}`);
    await program.waitFor(QUESTION);
    writeFileSync(place('new.pkl'), readFileSync(place('signed.pkl')));
    renameSync(place('new.pkl'), place('exchanged.pkl'));
    expect(await answer(program, 'o')).toContain('has changed since it was opened');
    await shows(program, 'typeof answer', "'object'");
  });

  test('a file as the argument is asked about too; with --data, --trust or --allow nobody is', async () => {
    const program = await start(['unsigned.pkl']);
    await answer(program, 'o');
    await shows(program, 'answer()', '42');
    for (const [flag, said] of [
      ['--data', "'object'"],
      ['--trust', "'function'"],
      ['--allow intrinsic:Math.max', "'object'"],
    ] as const) {
      const other = await start(['unsigned.pkl', ...flag.split(' ')]);
      await other.waitFor(/✓ unsigned\.pkl[\s\S]*\nIn\[\d+\]> *$/);
      await shows(other, 'typeof answer', said);
      expect(await other.screen()).not.toContain('leave it');
    }
  });
});

test('a program is never asked: in a pipe it is refused', async () => {
  const env = home('nobody');
  for (const run of [
    await pipe('.load unsigned.pkl\no\n', { cwd: folder.path, env }),
    await brine(['unsigned.pkl'], { cwd: folder.path, env, input: 'o\n' }),
    await brine(['eval', '1', '--load', 'unsigned.pkl'], { cwd: folder.path, env, input: 'o\n' }),
  ]) {
    expect(run).toMatchObject({ stdout: '', code: 3 });
    expect(run.stderr).toContain('[RESTRICTED_CODE]');
    expect(run.stderr).not.toContain('leave it as data');
  }
});

test('nothing ran that nobody asked for', () => {
  expect(existsSync(place('ran'))).toBe(false);
});
