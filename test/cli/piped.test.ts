// Goal: piped input runs as if it had been typed, in order, and its exit code says what happened.
// Method: real processes of the built program; standard output and exit code are compared whole.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path };

/** `[what it shows, input, standard output]`, all ending with 0 and nothing on standard error. */
const PRINTS: readonly (readonly [string, string, string])[] = [
  ['nothing', '', ''],
  [
    'values of expressions only',
    'let a = 1\na + 1\n"text"\n[a, { b: 2 }]\nundefined\nnull',
    "2\n'text'\n[ 1, { b: 2 } ]\nnull\n",
  ],
  [
    'statements in order',
    'const x = await new Promise(r => setTimeout(() => r(1), 50)); x + 1; console.log("end")',
    '2\nend\n',
  ],
  ['names declared again', 'const a = 1\nconst a = 2\na', '2\n'],
  ['a chain over lines', '[1, 2]\n  .map(x => x * 2)\n  .filter(Boolean)\n', '[ 2, 4 ]\n'],
  ["a chain of a command's name", 'const o = { vars: () => 3 }\no\n.vars()', '3\n'],
  ['object literals', '{ a: 1, b: 2 }\n{ a: 1 }', '{ a: 1, b: 2 }\n{ a: 1 }\n'],
  ['TypeScript', 'let n: number = 1\ninterface I { a: string }\nn\nenum E { A }\nE.A', '1\n0\n'],
  ['a function over lines', 'function f() {\n  return 1\n}\nf()', '1\n'],
  ['commands inside text', '`\n.vars\n`', "'\\n.vars\\n'\n"],
  ['imports', 'import { join } from "node:path"\njoin("a", "b")', "'a/b'\n"],
  ['require', 'require("node:path").sep', "'/'\n"],
  ['timers that outlive it', 'void setTimeout(() => console.log("later"), 20); 1', '1\nlater\n'],
  ['output without colours', '({ a: "x" })', "{ a: 'x' }\n"],
];

for (const [name, input, expected] of PRINTS) {
  test(`prints ${name}`, async () => {
    expect(await pipe(input, here)).toEqual({ stdout: expected, stderr: '', code: 0 });
  });
}

/** `[what, input, exit code]` */
const ENDS: readonly (readonly [string, string, number])[] = [
  ['an uncaught error', 'nope()', 1],
  ['a rejected promise', 'Promise.reject(new Error("x")); 1', 1],
  ['an error in a timer', 'setTimeout(() => { throw new Error("x") }, 1)', 1],
  ['a syntax error', 'let a = ;', 1],
  ['an unfinished input', 'function f() {', 1],
  ['process.exitCode', 'process.exitCode = 7', 7],
  ['.exit with a code', '.exit 3\nthrow 1', 3],
  ['.exit after process was hidden', 'let process = 1\n.exit 4', 4],
  ['an unknown command', '.svae x', 2],
  ['a file that is not there', '.load nothing.pkl', 1],
  ['a file that is no snapshot', '.load broken.pkl', 3],
  ['a Python pickle', '.load python.pkl', 3],
];

writeFileSync(join(folder.path, 'broken.pkl'), 'not a snapshot at all');
writeFileSync(join(folder.path, 'python.pkl'), Buffer.from([0x80, 4, 0x95, 0, 0]));

for (const [name, input, code] of ENDS) {
  test(`${name} ends with ${code}`, async () => {
    const run = await pipe(input, here);
    expect(run.code, run.stderr).toBe(code);
  });
}

test('errors say the line of the input and nothing of brine', async () => {
  const { stderr, code } = await pipe('1\n\n\nnope()', here);
  expect(stderr).toBe('Uncaught ReferenceError: nope is not defined\n    at [stdin]:4:1\n');
  expect(code).toBe(1);
  const syntax = await pipe('1\nlet a = ;', here);
  expect(syntax.stderr).toBe(
    "[stdin]:2\nlet a = ;\n        ^\n\nUncaught SyntaxError: Unexpected token ';'\n    at [stdin]:2:9\n",
  );
});

test('statements before a failure keep their effect; it stops at the first, or goes on', async () => {
  expect((await pipe('1\nnope()\n2', here)).stdout).toBe('1\n');
  const on = await brine(['--keep-going'], { ...here, input: '1\nnope()\nlet a = ;\n2' });
  expect([on.stdout, on.code]).toEqual(['1\n2\n', 1]);
});

test('quiet prints no values', async () => {
  expect((await brine(['-q'], { ...here, input: '1\nconsole.log(2)' })).stdout).toBe('2\n');
});

test('a reader that goes away ends it with 0', async () => {
  const child = spawn(process.execPath, [BRINE], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end('for (let i = 0; i < 1e6; i++) console.log(i)');
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
});

test('SIGINT ends it with 130', async () => {
  const child = spawn(process.execPath, [BRINE], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end('console.log("on")\nwhile (true) {}');
  child.stdout.once('data', () => child.kill('SIGINT'));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...given) => resolve(given)),
  );
  expect(code ?? (signal === 'SIGINT' ? 130 : signal)).toBe(130);
});

test('a session is saved and comes back', async () => {
  const input = [
    'let count = 0; const inc = () => ++count; inc()',
    'class Point { constructor(x) { this.x = x } get twice() { return this.x * 2 } }',
    'const p = new Point(3); p.self = p',
    'function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }',
    'made = new Map([[p, "key"]])',
    'import { join } from "node:path"',
    '.save work.pkl',
  ].join('\n');
  const save = await pipe(input, here);
  expect([save.stdout.slice(0, 2), save.code]).toEqual(['1\n', 0]);
  expect(save.stderr).toMatch(/✓ work\.pkl .*names/);
  const load = await pipe(
    '.load work.pkl\ninc()\np.twice\np.self === p\nfact(5)\nmade.get(p)\njoin("a", "b")\np = 1',
    here,
  );
  expect(load.stdout).toBe("2\n6\ntrue\n120\n'key'\n'a/b'\n");
  expect(load.stderr).toMatch(/✓ work\.pkl .*saved .* ago[\s\S]*Assignment to constant variable/);
  const evaluated = await brine(['eval', 'inc()', '-l', 'work.pkl', '-s', 'next.pkl'], here);
  expect([evaluated.stdout, evaluated.code]).toEqual(['2\n', 0]);
  expect((await pipe('.load next.pkl\ninc()', here)).stdout).toBe('3\n');
});

test('a file that is no snapshot is not replaced unasked, nor is a word passed over', async () => {
  const notes = join(folder.path, 'notes.txt');
  writeFileSync(notes, 'kept');
  const refused = await pipe('let a = 1\n.save notes.txt', here);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    '✗ "notes.txt" is a text file, and was not replaced\n  choose another name, or --overwrite (onConflict: "overwrite") replaces it  [STORE_FOREIGN]\n',
  ]);
  expect(readFileSync(notes, 'utf8')).toBe('kept');
  expect((await pipe('let a = 1\n.save notes.txt --overwrite', here)).code).toBe(0);
  expect((await pipe('.load notes.txt\na', here)).stdout).toBe('1\n');
  const odd = await pipe('.trace all', here);
  expect([odd.code, odd.stderr]).toEqual([2, '✗ .trace takes no all\n  usage: .trace\n']);
});

test('a script is saved, run, and loaded', async () => {
  await brine(['-k'], { ...here, input: 'let a = 1\nconst b: number = 2\nnope\n.save cells.ts' });
  expect(readFileSync(join(folder.path, 'cells.ts'), 'utf8')).toBe(
    '// cells: made by brine\nlet a = 1\nconst b: number = 2\n// In[3] failed: Uncaught ReferenceError: nope is not defined\n//   nope\n',
  );
  expect((await pipe('.load cells.ts\na + b', here)).stdout).toBe('3\n');
  writeFileSync(join(folder.path, 'lib.mjs'), 'export const x = 5');
  writeFileSync(
    join(folder.path, 'main.ts'),
    'import { x } from "./lib.mjs"\nenum E { A = 2 }\nconsole.log(x + E.A)',
  );
  expect(await brine(['run', join(folder.path, 'main.ts')], { cwd: '/' })).toMatchObject({
    stdout: '7\n',
    code: 0,
  });
});

test('commands answer with JSON', async () => {
  const { stdout } = await pipe(
    'let a = 1\n.vars --json\n.why --json\n.history --json\n.drop a --json',
    here,
  );
  const [variables, why, history, dropped] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(variables).toMatchObject([{ name: 'a', kind: 'let' }]);
  expect(why).toEqual({ path: '', type: '', save: 'value', problems: [] });
  expect(history).toMatchObject([{ number: 1, source: 'let a = 1' }]);
  expect(dropped).toEqual({ dropped: ['a'] });
});

test('unknown commands, flags and names suggest what was meant', async () => {
  const near = async (input: string) => (await pipe(input, here)).stderr;
  expect(await near('.svae x')).toContain('did you mean .save?');
  expect(await near('.hist')).toContain('did you mean .history?');
  expect(await near('.load x --repalce')).toContain('did you mean --replace?');
  expect(await near('let counter = 1\n.drop countre')).toContain('did you mean counter?');
});

test('names of a hostile session cannot reach the terminal raw', async () => {
  const run = await pipe('globalThis["a\\u001b[2Jb\\u202e"] = 1\n.vars\n.save hostile.pkl', here);
  expect(run.stdout + run.stderr).not.toMatch(/\u001b|\u202e/);
  expect(run.stdout).toContain('a\\u{1b}[2Jb\\u{202e}');
});

test('usage errors end with 2', async () => {
  expect((await brine(['--nope'], here)).code).toBe(2);
  expect((await brine(['run'], here)).code).toBe(2);
  expect((await brine(['--version'], here)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await brine(['--help'], here)).code).toBe(0);
});

test('user code may take any global name', async () => {
  const input =
    'class Map {}\nlet Set = 1, process = 2, performance = 3, JSON = 4, Date = 5, Reflect = 6\n1 + 1\n.drop process Set';
  const run = await pipe(input, here);
  expect([run.stdout, run.code]).toEqual(['2\n', 0]);
});

test('a reader that has enough ends the program, and that is no error', () => {
  const shell = `'${process.execPath}' '${BRINE}' doctor | true; echo "\${PIPESTATUS[0]}"`;
  const run = spawnSync('bash', ['-c', shell], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('0\n');
});
