// Goal: the pages in docs/commands show what the program really prints, and their tables say what `--json` has.
// Method: each page's inputs run in a folder of their own, by the built program, and the blocks behind them are compared with
// what it printed; times, the version of Node and sizes that follow from both count as equal. Each command line runs again with `--json`: every field that
// it prints must be in the table with its type, and every field of the table must have been printed, unless it is optional.
// The page of `dis` is compared in test/detect/disassemble.test.ts, what `serve` and `jupyter` do in test/docs/serve.test.ts and
// test/cli/jupyter/, that of `completion` shows nothing; those of `worker` and `.jobs` need a Redis and are tried in
// test/parallel/cluster.test.ts, that of `doctor` depends on the machine: test/cli/doctor.test.ts. With BRINE_UPDATE_DOCS=1 the
// blocks are written anew.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programOf } from '../../cli/arguments.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { Served } from '../helpers/serve.js';
import { ROOT, table } from './markdown.js';

Reflect.set(globalThis, '__BRINE_VERSION__', '0.0.0');
const FOLDER = join(ROOT, 'docs/commands');
// What only a prompt has is compared with its screens in test/cli/screens.test.ts.
const isOfPrompt = (name: string): boolean => /^```prompt$/m.test(readFileSync(join(FOLDER, name), 'utf8'));
const ELSEWHERE = ['dis.md', 'completion.md', 'serve.md', 'jupyter.md', 'worker.md', 'jobs.md', 'doctor.md'];
const pages = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.md') && !ELSEWHERE.includes(name) && !isOfPrompt(name),
);
const isUpdating = process.env['BRINE_UPDATE_DOCS'] === '1';

test('there are pages', () => {
  expect(pages.length).toBeGreaterThan(5);
});

for (const name of pages) {
  test.concurrent(`${name} shows what is printed`, { timeout: 60_000 }, async ({ expect }) => {
    const path = join(FOLDER, name);
    let text = readFileSync(path, 'utf8');
    const folder = temporaryFolder();
    const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'home'), HOME: folder.path } };
    const json: unknown[] = [];
    try {
      const steps = [...text.matchAll(/^```(brine|sh)\n(.*?)^```\n+```text\n(.*?)^```/gms)];
      expect(steps.length).toBeGreaterThan(0);
      for (const [whole, kind, input = '', shown = ''] of steps) {
        const printed =
          kind === 'brine'
            ? await piped(input, here)
            : await commands(name.replace('.md', ''), input, here, json);
        if (kind === 'brine') json.push(...(await pipedJson(input, here, name.replace('.md', ''))));
        if (isUpdating) text = text.replace(whole, () => withText(whole, printed));
        else expect(plain(printed)).toBe(plain(shown));
      }
      if (isUpdating) writeFileSync(path, text);
    } finally {
      folder.remove();
    }
    expect(problemsOf(text, json)).toEqual([]);
  });
}

// Lines that a session runs, by page and by the heading that has the table of what the last one prints.
const ASKED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'drop.md': {
    '.drop --json': ['let a = 1, b = 2', '.drop a --json'],
    '.clear --json': ['.clear --json'],
  },
  'pin.md': {
    '.pin --json': ['let db = 1', '.pin db "({ url: 1 })"', '.pin db --run --json'],
    '.pins --json': ['.pins --json'],
    '.unpin --json': ['.unpin db --json'],
  },
  'save.md': { '.save --json': ['.save all.pkl --json --verify'] },
  'load.md': { '.load --json': ['.load all.pkl --json'] },
  'undo.md': {
    '.checkpoint --json': ['.checkpoint clean --json'],
    '.undo --json': ['db = 7', '.undo --json'],
    '.redo --json': ['.redo --json'],
    '.rollback --json': ['.rollback clean --json'],
  },
  'help.md': { '.help --json': ['.help --json'] },
  'recover.md': {
    '.autosave --json': ['.autosave on --json'],
    '.recover --list --json': ['.recover --list --json'],
    '.recover --json': ['.recover --json'],
  },
  'sessions.md': { '.undo-save --json': ['.save work', 'db = 8', '.save work', '.undo-save work --json'] },
  'verify.md': { '--json': ['.verify all.pkl --json'] },
};

test('pages of the prompt say what --json has', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  const env = { BRINE_HOME: join(folder.path, 'home'), HOME: folder.path, BRINE_AUTOSAVE: 'on' };
  try {
    // Unsaved work of another session.
    const other = new Served({ cwd: folder.path, env });
    await other.evaluate('let left = 1');
    other.child.kill('SIGTERM');
    await other.ended;
    const served = new Served({ cwd: folder.path, env });
    const problems: string[] = [];
    for (const [name, headings] of Object.entries(ASKED)) {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      for (const [heading, lines] of Object.entries(headings)) {
        let json: unknown;
        for (const line of lines) {
          if (!line.startsWith('.')) await served.evaluate(line);
          else json = (await served.ask('command', { line }))['result']?.json;
        }
        const own = partUnder(text, heading);
        problems.push(...problemsOf(own, [json]).map((problem) => `${name}, ${heading}: ${problem}`));
      }
    }
    expect(await served.end()).toBe(0);
    expect(problems).toEqual([]);
  } finally {
    folder.remove();
  }
});

// The part of a page under a heading of the second level that names a command.
function partUnder(text: string, heading: string): string {
  const parts = text.split(/^(?=## )/m);
  const found = parts.find((one) => one.split('\n', 1)[0]!.includes(`\`${heading}\``));
  if (found === undefined) throw new Error(`there is no heading with ${heading}`);
  return found;
}

test('every command with --json has a table of its fields', async () => {
  const { stdout } = await pipe('.help --json\n', { cwd: ROOT });
  const listed = JSON.parse(stdout) as readonly {
    readonly name: string;
    readonly flags: readonly string[];
  }[];
  const named = new Set<string>();
  for (const name of readdirSync(FOLDER)) {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const [title = ''] = text.split('\n', 1);
    for (const [heading = '', ...rest] of text.split(/^(?=## )/m).map((one) => one.split('\n'))) {
      if (!rest.some((line) => line.startsWith('| field | type |'))) continue;
      const own = [...heading.matchAll(/`(\.[\w-]+)[^`]*`/g)].map((found) => found[1]);
      const all = [...title.matchAll(/`(?:brine )?(\.?[\w-]+)[^`]*`/g)].map((found) => found[1]);
      for (const command of own.length > 0 ? own : all) if (command !== undefined) named.add(command);
    }
  }
  const wanted = listed.filter(({ flags }) => flags.includes('json')).map(({ name }) => `.${name}`);
  expect(wanted.length).toBeGreaterThan(30);
  expect(wanted.filter((name) => !named.has(name))).toEqual([]);
  const bareOnes = listed.filter(({ flags }) => !flags.includes('json')).map(({ name }) => name);
  expect(bareOnes).toEqual(['exit']);
  const program = programOf().commands.filter((one) => one.options.some(({ long }) => long === '--json'));
  const bare = new Set([...named].map((name) => name.replace(/^\./, '')));
  expect(program.map((one) => one.name()).filter((name) => !bare.has(name))).toEqual([]);
  // What has no --json prints a script, or is a program of its own.
  const without = programOf().commands.filter((one) => !program.some((other) => other.name() === one.name()));
  expect(without.map((one) => one.name())).toEqual(['completion', 'serve']);
});

function withText(block: string, printed: string): string {
  const fence = '```text\n';
  return `${block.slice(0, block.lastIndexOf(fence) + fence.length)}${printed}\`\`\``;
}

type Here = { readonly cwd: string; readonly env: Record<string, string> };

async function piped(input: string, here: Here): Promise<string> {
  const { stdout, stderr, code } = await pipe(input, here);
  expect({ code, stderr: /^✗.*/m.exec(stderr)?.[0] }).toEqual({ code: 0, stderr: undefined });
  return stdout;
}

async function pipedJson(input: string, here: Here, name: string): Promise<unknown[]> {
  const isAsked = (line: string): boolean => line.startsWith(`.${name}`);
  if (!input.split('\n').some(isAsked)) return [];
  const asked = input.replace(/^\.(\w+)(.*)$/gm, (line) =>
    isAsked(line) ? `${line} --json` : line.startsWith('.save') ? line : '',
  );
  const { stdout } = await pipe(asked, { ...here, env: { ...here.env, BRINE_AUTOSAVE: 'off' } });
  return stdout
    .split('\n')
    .flatMap((line) => (/^(?:[{[]"|\[\]|\[\{)/.test(line) ? [JSON.parse(line) as unknown] : []));
}

async function commands(name: string, input: string, here: Here, json: unknown[]): Promise<string> {
  let printed = '';
  for (const line of input.trim().split('\n')) {
    const words = [...line.replace(/^brine /, '').matchAll(/'([^']*)'|(\S+)/g)].map(
      (word) => word[1] ?? (word[2] as string),
    );
    // Other commands have tables of their own. What writes does so in a copy of the folder.
    if (!line.startsWith(`brine ${name} `) && line !== `brine ${name}`) {
      printed += (await brine(words, here)).stdout;
      continue;
    }
    const twin = WRITING.test(line) ? copyOf(here) : undefined;
    const told = (await brine([...words, '--json'], twin ?? here)).stdout;
    json.push(JSON.parse(told.trimEnd().split('\n').at(-1) as string));
    if (twin !== undefined) rmSync(twin.cwd, { recursive: true });
    const { stdout, stderr, code } = await brine(words, here);
    // What a load and a save report goes there.
    const isNoted = /--(load|save)\b/.test(line);
    expect({ line, stderr: isNoted ? '' : stderr, isSaid: [0, 1, 4].includes(code ?? -1) }).toEqual({
      line,
      stderr: '',
      isSaid: true,
    });
    printed += stdout;
  }
  return printed;
}

const WRITING = /^brine (merge|copy|convert|repair|gc|sign|trust .+)\b|--save\b/;

function copyOf({ cwd }: Here): Here {
  const twin = `${cwd}-json`;
  cpSync(cwd, twin, { recursive: true });
  return { cwd: twin, env: { BRINE_HOME: join(twin, 'home'), HOME: twin } };
}

function plain(text: string): string {
  return text
    .replace(/ *\d+(\.\d+)? (ms|s)\b/g, ' T')
    .replace(/bytes \d+-\d+/g, 'bytes B')
    .replace(/^(session +saved) .*/gm, '$1')
    .replace(/[\d.]+ k?B(?= {2}(T|newest)|$| would be free| freed)/gm, 'S')
    .replace(/saved \S+ on .* by brine/, 'saved by brine')
    .replace(/[\d.]+ k?B$/gm, 'S')
    .replace(/(snapshot v\d) .*/, '$1')
    .replace(/(section +\w+ +)[\d.]+ k?B/g, '$1S')
    .replace(/brine-ed25519:\S+/g, 'KEY')
    .replace(/\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b/g, 'PRINT')
    .replace(/Node \d+\.\d+\.\d+/g, 'Node')
    .replace(/\d+ (s|min|h) ago/g, 'T ago')
    .replace(/[\d.]+ k?B {2}(meta|spare)|(?<=values, )[\d.]+ k?B/g, 'S $1')
    .trimEnd();
}

// `a.b[].c` to the types that were seen there.
function fieldsOf(values: readonly unknown[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const stack: { readonly value: unknown; readonly path: string }[] = values.map((value) => ({
    value,
    path: '',
  }));
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, path } = next;
    const type = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
    if (path !== '' && !path.endsWith('[]')) found.set(path, (found.get(path) ?? new Set()).add(type));
    else if (path !== '' && type !== 'object') found.set(path, (found.get(path) ?? new Set()).add(type));
    if (Array.isArray(value))
      for (const item of value)
        stack.push({ value: item, path: `${path}[]`.replace(/(parts\[\]\.)+parts\[\]$/, 'parts[]') });
    else if (type === 'object')
      for (const [key, item] of Object.entries(value as object)) {
        const own = path === '' || path === '[]' ? `${path === '[]' ? '[].' : ''}${key}` : `${path}.${key}`;
        stack.push({ value: item, path: own.replace(/^((?:names\[\]\.)?)(parts\[\]\.)+parts$/, '$1parts') });
      }
  }
  return found;
}

function problemsOf(text: string, json: readonly unknown[]): string[] {
  // What is no command (`pmap`) has no --json.
  const isCommand = json.length > 0 || /^# `[.b]/.test(text);
  if (!text.includes('| field | type |')) return isCommand ? ['there is no table of fields'] : [];
  const rows = table(text, 'field', 'type');
  const found = fieldsOf(json);
  const problems: string[] = [];
  const known = new Map(rows.map((row) => [(row['field'] as string).replace('?', ''), row]));
  for (const [path, types] of found) {
    const row = known.get(path);
    const isInAny = [...known].some(([field, { type }]) => type === 'any' && path.startsWith(field));
    if (row === undefined && !isInAny) problems.push(`${path} (${[...types]}) is not in the table`);
    for (const type of types)
      if (row !== undefined && row['type'] !== 'any' && !(row['type'] as string).split(' or ').includes(type))
        problems.push(`${path} is a ${type}, and the table says ${row['type']}`);
  }
  for (const row of rows) {
    const field = row['field'] as string;
    if (!field.includes('?') && !found.has(field)) problems.push(`${field} was never printed`);
  }
  return problems;
}
