// Goal: at the prompt and in a pipe, names keep their saves, any of them loads, going back works, and somebody else's save
// is merged, overwritten or left alone as told, never replaced unseen.
// Method: the built program in pipes and in a pseudo-terminal, with a home of its own; a second process saves in between.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let homes = 0;
const newHome = () => ({ cwd: folder.path, env: { BRINE_HOME: join(folder.path, `home-${homes++}`) } });

test('a name keeps its saves; .sessions shows them; any of them loads; .undo-save goes back', async () => {
  const home = newHome();
  const saved = await pipe('let a = 1\n.save work\na = 2\n.save\na = 3\n.save work', home);
  expect(saved.code, saved.stderr).toBe(0);
  expect(saved.stderr).toMatch(/work@1 [\s\S]*work@2 [\s\S]*work@3 /u);
  const list = await pipe('.sessions', home);
  expect(list.stdout).toMatch(
    /^ +session +saved +size *\n1 +work@3 +\d+ s ago +[\d.]+ k?B +newest *\n +work@2 .*\n +work@1 .*\n$/iu,
  );
  const json = JSON.parse((await pipe('.sessions work --json', home)).stdout);
  expect(json[0].generations.map((one: { generation: number }) => one.generation)).toEqual([1, 2, 3]);
  expect((await pipe('.load work@2\na', home)).stdout).toBe('2\n');
  expect((await brine(['work'], { ...home, input: 'a' })).stdout).toBe('3\n');
  const undone = await pipe('.undo-save work\n.load work\na\n.undo-save\n.load work\na', home);
  expect(undone.stdout).toBe('2\n1\n');
  expect(undone.stderr).toContain('work is as it was at work@2 again, now work@4');
  expect(JSON.parse((await brine(['vars', 'work@3', '--json'], home)).stdout)[0].name).toBe('a');
  expect(readdirSync(folder.path)).not.toContain('work');
});

test('after one’s own .undo-save the next save follows it, and speaks of nobody else', async () => {
  const home = newHome();
  const run = await pipe(
    'let a = 1\n.save work\na = 2\n.save\n.undo-save\na = 3\n.save\n.load work@3 --as older\nolder.a',
    home,
  );
  expect(run).toMatchObject({ code: 0, stdout: '2\n3\n1\n' });
  expect(run.stderr).toContain('now work@3');
  expect(run.stderr).toContain('work@4');
  expect(run.stderr).not.toContain('somebody else');
  // At the prompt nothing is asked.
  const program = new TerminalProgram([BRINE], home);
  try {
    await program.waitFor(/In\[1\]> *$/);
    await program.run('.load work', 4);
    await program.run('.undo-save', 4);
    expect(await program.run('.save', 4)).toMatch(/work@6 {3}/);
  } finally {
    program.kill();
  }
});

test('words that are no names, and saves that are not there, are refused', async () => {
  const home = newHome();
  const runs = [
    ['.load nothing@1', 1, 'there is no session nothing'],
    ['.load wrok', 1, 'did you mean work?'],
    ['.load work@9', 1, 'work has no generation 9'],
    ['.save work@1', 2, '.save takes no generation'],
    ['.undo-save', 2, '.undo-save needs the name of a session'],
    ['.undo-save a.pkl', 2, '.undo-save needs the name of a session'],
    ['.undo-save work', 1, 'work has no save before 1'],
    ['.sessions ../x', 1, 'cannot be the name of a session'],
  ] as const;
  await pipe('let a = 1\n.save work', home);
  for (const [input, code, text] of runs) {
    const run = await pipe(input, home);
    expect([run.code, run.stderr], input).toEqual([code, expect.stringContaining(text)]);
  }
});

test('encrypted saves have generations too: each loads by its number, and going back needs no passphrase', async () => {
  const home = newHome();
  const secret = { ...home, env: { ...home.env, BRINE_PASSPHRASE: 'secret' } };
  const saves = [1, 2, 3].map((n) => `a = ${n}\n.save work --encrypt\n`).join('');
  const made = await pipe(`let a = 0\n${saves}`, secret);
  expect(made.stderr.match(/work@\d/gu)).toEqual(['work@1', 'work@2', 'work@3']);
  expect((await pipe('.load work@2\na', secret)).stdout).toBe('2\n');
  const undone = await pipe('.undo-save work\n.sessions work', home);
  expect(undone.stderr).toContain('work is as it was at work@2 again, now work@4');
  expect(undone.stdout.match(/work@\d/gu)).toEqual(['work@4', 'work@3', 'work@2', 'work@1']);
  expect((await pipe('.load work\na', secret)).stdout).toBe('2\n');
  expect((await pipe('.load work\na', home)).code).toBe(3);
});

test('the project says how many saves stay, and how many bytes', async () => {
  const home = newHome();
  const saves = '.save work\n'.repeat(6);
  const listed = async (config: object): Promise<{ generation: number; bytes: number }[]> => {
    writeFileSync(join(folder.path, '.brinerc.json'), JSON.stringify(config));
    try {
      const run = await pipe(`let a = 'x'.repeat(1000)\n${saves}.sessions work --json`, home);
      return JSON.parse(run.stdout)[0].generations;
    } finally {
      rmSync(join(folder.path, '.brinerc.json'));
    }
  };
  expect((await listed({ generations: 3 })).map(({ generation }) => generation)).toEqual([4, 5, 6]);
  const inBudget = await listed({ generations: 5, generationsMaxSize: '7KB' });
  expect(inBudget.length).toBeGreaterThan(1);
  expect(inBudget.length).toBeLessThan(5);
  expect(inBudget.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(7168);
  expect(inBudget.at(-1)?.generation).toBe(12);
  expect((await listed({ generationsMaxSize: '1B' })).map(({ generation }) => generation)).toEqual([18]);
});

// Saves to `target` from another process in between, by a cell of the first one.
const other = (target: string, cells: string): string => {
  const program = JSON.stringify(`${cells}\n.save ${target} --overwrite`);
  const run = `process.getBuiltinModule('child_process').execFileSync(process.execPath, [${JSON.stringify(BRINE)}]`;
  return `void ${run}, { input: ${program}, stdio: 'pipe' })`;
};

test("in a pipe, somebody else's save is an error until it is said what is to become of it", async () => {
  for (const target of ['shared', 'shared.pkl']) {
    const home = newHome();
    const begin = `let a = 1, b = 2\n.save ${target} --overwrite\n${other(target, 'let a = 10, c = 30')}\n`;
    const refused = await pipe(`${begin}.save ${target}`, home);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('[STORE_CONFLICT]')]);
    expect(refused.stderr).toContain('--overwrite');
    const merged = await pipe(`${begin}.save ${target} --merge\n[a, b, c].join()`, home);
    expect(merged.stdout, merged.stderr).toBe("'1,2,30'\n");
    expect(merged.stderr).toMatch(/merged shared\S*: c came in; yours stayed: a/u);
    expect((await pipe(`.load ${target}\n[a, b, c].join()`, home)).stdout).toBe("'1,2,30'\n");
    const overwritten = await pipe(`${begin}.save ${target} --overwrite`, home);
    expect(overwritten.code, overwritten.stderr).toBe(0);
    expect((await pipe(`.load ${target}\n[a, b, typeof c].join()`, home)).stdout).toBe("'1,2,undefined'\n");
  }
});

test('at a terminal it is a question: cancel, a new name, merge, overwrite', {
  timeout: 120_000,
}, async () => {
  const home = newHome();
  const terminal = new TerminalProgram([BRINE], { cwd: folder.path, env: home.env, columns: 200, rows: 50 });
  const type = async (text: string, awaited: string | RegExp): Promise<void> => {
    terminal.type(`${text}${KEY.enter}`);
    await terminal.waitFor(awaited);
  };
  try {
    await terminal.waitFor('In[1]>');
    await type('let a = 1', 'In[2]>');
    await type('.save shared', /shared@1 [^\n]*names?/u);
    await type(other('shared', 'let a = 10, c = 30'), 'In[3]>');
    await type('.save', /saved by somebody else[\s\S]*\[c\]ancel:/u);
    await type('c', 'nothing was saved');
    await type('.save', /nothing was saved[\s\S]*\[c\]ancel:/u);
    await type('n', 'save as:');
    writeFileSync(join(folder.path, 'notes.txt'), 'kept');
    await type('notes.txt', /"notes\.txt" is a text file, and was not replaced[\s\S]*In\[3\]> *$/u);
    expect(readFileSync(join(folder.path, 'notes.txt'), 'utf8')).toBe('kept');
    await type('.save', /STORE_FOREIGN[\s\S]*\[c\]ancel:/u);
    await type('n', /STORE_FOREIGN[\s\S]*save as: *$/u);
    await type('mine', /mine@1 [^\n]*names?/u);
    await type('.save shared', /mine@1[\s\S]*\[c\]ancel:/u);
    await type('m', /c came in; yours stayed: a[\s\S]*shared@3 /u);
    await type(other('shared', 'let d = 1'), 'In[4]>');
    await type('.save', /shared@3[\s\S]*generation 4[\s\S]*\[c\]ancel:/u);
    await type('o', /shared@5 [^\n]*names/u);
    await type('[a, c].join()', "'1,30'");
  } finally {
    terminal.kill();
  }
});

test('two prompts and one file: each of the answers leaves a whole save, and nothing is replaced unseen', {
  timeout: 120_000,
}, async () => {
  const home = newHome();
  const started = async (): Promise<TerminalProgram> => {
    const program = new TerminalProgram([BRINE], { cwd: folder.path, env: home.env, columns: 300, rows: 50 });
    await program.waitFor('In[1]>');
    return program;
  };
  const [first, second] = await Promise.all([started(), started()]);
  const type = async (program: TerminalProgram, text: string, awaited: string | RegExp): Promise<void> => {
    program.type(`${text}${KEY.enter}`);
    await program.waitFor(awaited);
  };
  const held = async (): Promise<string> =>
    (await pipe('.load both.pkl\n[a, typeof b, typeof c].join()', home)).stdout.trim();
  try {
    await type(first, 'let a = 1, b = 1', 'In[2]>');
    await type(first, '.save both.pkl', /both\.pkl [^\n]*2 names/u);
    await type(second, 'let a = 2, c = 2', 'In[2]>');
    await type(second, '.save both.pkl', /generation 1, saved by somebody else[\s\S]*\[c\]ancel:/u);
    await type(second, 'n', 'save as:');
    await type(second, 'second.pkl', /second\.pkl [^\n]*2 names/u);
    expect(await held()).toBe("'1,number,undefined'");
    await type(second, '.save both.pkl', /second\.pkl[\s\S]*\[c\]ancel:/u);
    await type(second, 'm', /b came in; yours stayed: a[\s\S]*both\.pkl [^\n]*3 names/u);
    expect(await held()).toBe("'2,number,number'");
    // Now the first one is behind.
    await type(
      first,
      '.save',
      /generation 2, saved by somebody else, and this session knows generation 1[\s\S]*\[c\]ancel:/u,
    );
    await type(first, 'c', 'nothing was saved');
    expect(await held()).toBe("'2,number,number'");
    await type(first, '.save', /nothing was saved[\s\S]*\[c\]ancel:/u);
    await type(first, 'o', /\[c\]ancel: o[\s\S]*both\.pkl [^\n]*2 names/u);
    expect(await held()).toBe("'1,number,undefined'");
  } finally {
    first.kill();
    second.kill();
  }
});
