// Goal: a shell that is killed, hung up on or left unsaved is offered back at the next start, never brought back unasked, and
// says what may be older.
// Method: the built program in a pseudo-terminal with a state folder of its own; signals are sent, the next shell is read.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

let count = 0;
const freshState = (): string => join(folder.path, `state-${++count}`);
const autosaves = (state: string): string => join(state, 'brine', 'autosave');

async function start(state: string, env: Record<string, string> = {}): Promise<TerminalProgram> {
  const program = new TerminalProgram([BRINE], {
    cwd: folder.path,
    columns: 110,
    env: { XDG_STATE_HOME: state, BRINE_HOME: join(folder.path, 'keys'), BRINE_AUTOSAVE: 'on', ...env },
  });
  running.push(program);
  await program.waitFor(/In\[\d+\]> *$/);
  return program;
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; !condition(); ) {
    if (Date.now() > deadline) throw new Error('it never happened');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function journal(state: string): string {
  const [place] = existsSync(autosaves(state)) ? readdirSync(autosaves(state)) : [];
  if (place === undefined) return '';
  const file = join(autosaves(state), place, 'journal.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const ended = async (program: TerminalProgram): Promise<number> => {
  await until(() => program.exitCode !== undefined);
  return program.exitCode as number;
};

describe('a shell that was killed', () => {
  test('is offered back, comes back when asked, and says what may be older', async () => {
    const state = freshState();
    const first = await start(state);
    await first.run('const list = [1]', 2);
    await first.run('let n = 1', 3);
    await until(() => journal(state).includes('"snapshot"'));
    await first.run('list.push(2); n = 7', 4);
    // The line is written once the prompt is on screen: the last one may be missing.
    await until(() => journal(state).includes('n = 7'));
    first.kill('SIGKILL');
    await ended(first);

    const second = await start(state);
    expect(await second.screen()).toMatch(
      /\nunsaved: 2 names \(\w+, \w+\)(, 1 cell since)? of a session that ended \d+ s ago in this folder; \.recover brings it\s+back\nIn\[1\]>$/,
    );
    expect(await second.run('typeof list', 2), 'nothing comes back unasked').toContain("'undefined'");
    // Cells that are told count on; a snapshot that came after the last one leaves none to tell.
    second.type(`.recover${KEY.enter}`);
    const report = await second.waitFor(/✓ recovered[\s\S]*In\[[34]\]> *$/);
    const next = /In\[4\]> *$/.test(report) ? 4 : 3;
    expect(await second.run('[n, list[0]]', next + 1)).toContain('[ 7, 1 ]');
    if (/\bolder\b/.test(report)) {
      expect(report).toMatch(/older +list/);
      expect(report).toMatch(/In\[3\] {2}list\.push\(2\); n = 7/);
      expect(report).toContain('these cells did not run again');
    } else expect(await second.run('list.length', next + 2), 'a snapshot came in between').toContain('2');
  });

  test('runs its last cells again when that is asked for', async () => {
    const state = freshState();
    const first = await start(state);
    await first.run('const list = [1]', 2);
    await first.run('list.push(2)', 3);
    await until(() => journal(state).includes('list.push(2)'));
    first.kill('SIGKILL');
    await ended(first);
    const second = await start(state);
    await second.type('.recover --replay');
    second.type(KEY.enter);
    await second.waitFor(/ran \d cells? again\nIn|✓ recovered/);
    await second.waitFor(/In\[\d+\]> *$/);
    second.type(`list.join('+')${KEY.enter}`);
    await second.waitFor(/'1\+2'\nIn/);
  });

  test('in a cell that never ends loses that line only', async () => {
    const state = freshState();
    const first = await start(state);
    await first.run('let n = 41', 2);
    await first.run('n++', 3);
    first.type(`for (;;) {}${KEY.enter}`);
    await until(() => journal(state).includes('n++'));
    first.kill('SIGKILL');
    await ended(first);
    const second = await start(state);
    await second.run('.recover', 3);
    expect(await second.run('n', 4)).toMatch(/\n42\nIn/);
  });
});

test('a snapshot that was damaged meanwhile gives what is whole of it, and stays until it is dropped', async () => {
  const state = freshState();
  const first = await start(state);
  await first.run(`const fine = ['fine'], broken = { text: 'zy'.repeat(999) }; let n = 1`, 2);
  await until(() => journal(state).includes('"snapshot"'));
  first.kill('SIGKILL');
  await ended(first);
  const [folderName] = readdirSync(autosaves(state)) as [string];
  const file = join(autosaves(state), folderName, 'snapshot-1.pkl');
  const bytes = readFileSync(file);
  // Not where the preview is.
  bytes[bytes.indexOf('zy'.repeat(500)) + 50]! ^= 1;
  writeFileSync(file, bytes);

  const env = { XDG_STATE_HOME: state, BRINE_HOME: join(folder.path, 'keys'), BRINE_AUTOSAVE: 'on' };
  const piped = await pipe('.recover', { cwd: folder.path, env });
  expect([piped.code, piped.stderr]).toEqual([3, expect.stringContaining('SNAPSHOT_CHECKSUM')]);
  // With another key it is somebody else's, before anything else.
  const others = { ...env, BRINE_HOME: join(folder.path, 'other-keys') };
  const refused = await pipe('.recover', { cwd: folder.path, env: others });
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringMatching(
      /^✗ the unsaved work is not signed with your key: [^\n]+\n {2}\.recover --trust brings it back with its code, \.recover --drop forgets it\n$/,
    ),
  ]);
  const second = await start(state);
  const report = (await second.run('.recover', 2)).replace(/\s+/g, ' ');
  expect(report).toContain('the file is damaged: what survives was loaded');
  expect(report).toMatch(/missing +broken damaged/);
  expect(report).toContain('.recover --drop forgets it');
  expect(await second.run('[fine[0], n]', 3)).toContain("[ 'fine', 1 ]");
  expect(await second.run('broken.text', 4)).toContain('TombstoneError');
  expect(existsSync(file), 'it stays').toBe(true);
});

describe('a shell that ends otherwise', () => {
  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const) {
    test(`by ${signal} saves first`, async () => {
      const state = freshState();
      const first = await start(state);
      await first.run('const list = [{ deep: [1, 2] }]', 2);
      first.kill(signal);
      expect(await ended(first)).toBe(code);
      const second = await start(state);
      expect(await second.run('.recover', 2)).not.toMatch(/\bolder\b/);
      expect(await second.run('list[0].deep', 3)).toContain('[ 1, 2 ]');
    });
  }

  test('with everything saved leaves nothing behind', async () => {
    const state = freshState();
    const first = await start(state);
    await first.run('const list = [1]', 2);
    await until(() => journal(state).includes('"snapshot"'));
    await first.run('.save kept.pkl', 2);
    first.type(`.exit${KEY.enter}`);
    expect(await ended(first)).toBe(0);
    expect(readdirSync(autosaves(state))).toEqual([]);
    const second = await start(state);
    expect(await second.screen()).not.toContain('unsaved');
  });

  test('after a load alone has nothing unsaved', async () => {
    const state = freshState();
    const first = await start(freshState());
    await first.run('const list = [1]', 2);
    await first.run('.save loaded.pkl', 2);
    const second = await start(state);
    await second.run('.load loaded.pkl', 2);
    second.type(`.exit${KEY.enter}`);
    expect(await ended(second)).toBe(0);
    const third = await start(state);
    expect(await third.screen()).not.toContain('unsaved');
  });
});

test('a newest snapshot in which nothing can be read: the one before it comes back, and both are named', async () => {
  const state = freshState();
  const first = await start(state);
  await first.run('const list = [1], still = {}; let n = 1', 2);
  await until(() => journal(state).includes('"snapshot-1.pkl"'));
  await first.run('list.push(2); n = 2', 3);
  await until(() => journal(state).includes('"snapshot-2.pkl"'));
  await first.run('n = 3', 4);
  await until(() => journal(state).includes('n = 3'));
  first.kill('SIGKILL');
  await ended(first);
  const [folderName] = readdirSync(autosaves(state)) as [string];
  // The one after the last line may be there as well.
  const snapshots = readdirSync(join(autosaves(state), folderName)).filter((name) => name.endsWith('.pkl'));
  for (const name of snapshots)
    if (name !== 'snapshot-1.pkl')
      writeFileSync(join(autosaves(state), folderName, name), Buffer.alloc(3000));

  const env = { XDG_STATE_HOME: state, BRINE_HOME: join(folder.path, 'keys'), BRINE_AUTOSAVE: 'on' };
  const piped = await pipe('.recover', { cwd: folder.path, env });
  expect([piped.code, piped.stderr]).toEqual([3, expect.stringContaining('SNAPSHOT_MAGIC')]);
  const second = await start(state);
  const report = (await second.run('.recover', 4)).replace(/\s+/g, ' ');
  expect(report).toMatch(
    /nothing in snapshot-2\.pkl can be read: SNAPSHOT_MAGIC snapshot-1\.pkl, taken \d+ s ago, is loaded instead; they lie in \/\S+/,
  );
  expect(report).toMatch(/current n /);
  expect(report).toMatch(/older list /);
  expect(report).toContain('.recover --drop forgets it');
  expect(await second.run('[list, still, n]', 5)).toContain('[ [ 1 ], {}, 3 ]');
  expect(existsSync(join(autosaves(state), folderName)), 'it stays').toBe(true);
});

describe('.autosave typed at the prompt', () => {
  test('off: what there was is forgotten, and a killed shell leaves nothing', async () => {
    const state = freshState();
    const first = await start(state);
    await first.run('const list = [1]', 2);
    await until(() => journal(state).includes('const list'));
    expect(await first.run('.autosave off', 2)).toContain('autosave off: never');
    await first.run('list.push(2)', 3);
    expect(readdirSync(autosaves(state))).toEqual([]);
    first.kill('SIGKILL');
    await ended(first);
    const second = await start(state);
    expect(await second.screen()).not.toContain('unsaved');
    expect(await second.run('.recover', 1)).toContain('no session ended unsaved');
  });

  test('exit: a killed shell leaves nothing, one that is ended leaves everything', async () => {
    for (const [signal, isKept] of [
      ['SIGKILL', false],
      ['SIGTERM', true],
    ] as const) {
      const state = freshState();
      const first = await start(state, { BRINE_AUTOSAVE: 'off' });
      expect(await first.run('.autosave exit', 1)).toContain('autosave exit: at the end only');
      await first.run('const list = [1]', 2);
      await first.run('list.push(2)', 3);
      expect(journal(state)).toBe('');
      first.kill(signal);
      await ended(first);
      const second = await start(state);
      if (!isKept) {
        expect(await second.screen()).not.toContain('unsaved');
        continue;
      }
      expect(await second.screen()).toContain('unsaved: 1 name of a session that ended');
      await second.run('.recover', 3);
      expect(await second.run('list', 4)).toContain('[ 1, 2 ]');
    }
  });

  test('on: what follows is kept as it is made', async () => {
    const state = freshState();
    const first = await start(state, { BRINE_AUTOSAVE: 'off' });
    await first.run('const early = [0]', 2);
    expect(await first.run('.autosave on', 2)).toContain('autosave on: after every cell');
    await first.run('let n = 1', 3);
    await until(() => journal(state).includes('"snapshot"'));
    await first.run('n = 2; early.push(1)', 4);
    await until(() => journal(state).includes('n = 2'));
    first.kill('SIGKILL');
    await ended(first);
    const second = await start(state);
    const report = (await second.run('.recover', 4)).replace(/\s+/g, ' ');
    expect(report).toMatch(/current n /);
    expect(await second.run('[n, early[0]]', 5)).toContain('[ 2, 0 ]');
  });

  test('alone says what is, and takes no other word', async () => {
    const program = await start(freshState());
    expect(await program.run('.autosave', 1)).toContain('autosave on: after every cell');
    expect(await program.run('.autosave sometimes', 1)).toContain('takes on, off or exit');
  });
});

test('a session without names is not offered, and a list says that it has none', async () => {
  const state = freshState();
  for (const line of ['1 + 1', 'const kept = [1]']) {
    const program = await start(state);
    await program.run(line, 2);
    program.kill('SIGTERM');
    await ended(program);
  }
  const program = await start(state);
  const screen = await program.screen();
  expect(screen).toMatch(/unsaved: 1 name \(kept\)[\s\S]*\.recover\s+brings\s+it\s+back/);
  expect(screen).not.toContain('more session');
  expect(await program.run('.recover --list', 1)).toMatch(/no names, 1 cell of history/);
  expect(await program.run('.recover', 2)).toContain('restored  kept');
  expect(await program.run('kept[0]', 3)).toContain('\n1\n');
});

test('several sessions are listed, brought back by number and dropped', async () => {
  const state = freshState();
  for (const name of ['first', 'second']) {
    const program = await start(state);
    await program.run(`const ${name} = [1]`, 2);
    program.kill('SIGTERM');
    await ended(program);
  }
  const program = await start(state);
  expect(await program.screen()).toMatch(/\(and 1\s+more\s+session\);\s+\.recover\s+lists\s+them/);
  const left = readdirSync(autosaves(state));
  const listed = await program.run('.recover', 1);
  const [, newest, oldest] = /\n1 .*1 name \((\w+)\)\n2 .*1 name \((\w+)\)\n/.exec(listed) as string[];
  expect([newest, oldest].sort()).toEqual(['first', 'second']);
  // A number stays what the list says, also when those above it are gone.
  expect(await program.run('.recover 1', 2)).toContain(`restored  ${newest}`);
  // It goes with the next snapshot, which has it.
  await until(() => left.some((place) => !readdirSync(autosaves(state)).includes(place)));
  expect(await program.run('.recover 1', 2)).toContain('session 1 is not there any more');
  expect(await program.run('.recover 2', 2)).toContain(`restored  ${oldest}`);
});

test('.undo takes back what cells changed in objects, .redo returns it, checkpoints go further', async () => {
  const state = freshState();
  const program = await start(state);
  await program.run('const list = [1], box = new Map([["a", list]])', 2);
  await until(() => journal(state).includes('"snapshot"'));
  await program.run('.checkpoint one', 2);
  await program.run('list.push(2); const later = 1', 3);
  const undone = await program.run('.undo', 3);
  expect(undone).toMatch(
    /✓ took back 1 cell\n {2}In\[2\] {2}list\.push\(2\); const later = 1\n {2}changed {3}box {2}list\n {2}dropped {3}later/,
  );
  expect(await program.run('[box.get("a") === list, list.length, typeof later]', 4)).toContain(
    "[ true, 1, 'undefined' ]",
  );
  expect(await program.run('.redo', 4)).toContain('nothing was undone since the last cell');
  // That cell only looked.
  expect(await program.run('.undo', 4)).toMatch(/✓ took back 1 cell: no name differs\n {2}In\[3\] {2}\[box/);
  await program.run('list.push(3)', 5);
  await program.run('.undo', 5);
  await program.run('.redo', 5);
  expect(await program.run('list', 6)).toContain('[ 1, 3 ]');
  expect(await program.run('.checkpoint', 6)).toMatch(/\none +2 names/);
  expect(await program.run('.rollback one', 6)).toContain('back at one, before');
  expect(await program.run('list', 7)).toMatch(/\n\[ 1 \]\nIn/);
  expect(await program.run('.rollback two', 7)).toContain('there is no checkpoint two');
});
