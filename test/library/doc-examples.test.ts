// Goal: the examples in doc comments of the public API run, and give what their comments say. Method: every `@example` in
// src/ that is of the public API is run by a real Node against the build, those of one folder one after the other in one process; a
// statement of the form `expression; // value` must print that value. The pages in docs/api show them.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
interface Example {
  readonly place: string;
  readonly code: string;
}

function sourceFiles(): string[] {
  return (
    readdirSync(join(root, 'src'), { encoding: 'utf8', recursive: true })
      // What is in the store has no way out of the package.
      .filter((name) => name.endsWith('.ts') && !/^store[/\\]/.test(name))
      .map((name) => `src/${name.replaceAll('\\', '/')}`)
  );
}

function examplesOf(path: string): Example[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const examples: Example[] = [];
  lines.forEach((line, index) => {
    if (!/\*\s+@example/.test(line)) return;
    const code: string[] = [];
    for (const next of lines.slice(index + 1)) {
      if (/\*\/|\*\s+@/.test(next)) break;
      code.push(next.replace(/^\s*\*\s?/, ''));
    }
    examples.push({ place: `${path}:${index + 1}`, code: code.join('\n') });
  });
  return examples;
}

// `expression; // value` becomes a comparison with what a person would see.
function checked(code: string): string {
  return code
    .split('\n')
    .map((line) => {
      const match = /^\s*([^;]+); \/\/ (.+?)( \(.*\))?$/.exec(line);
      if (match === null || /^\s*(const|let|await)\b/.test(line)) return line;
      return `same(${match[1]}, ${JSON.stringify(match[2]?.trim())});`;
    })
    .join('\n');
}

const examples = sourceFiles().flatMap(examplesOf);
const folderOf = ({ place }: Example): string => place.split('/').slice(0, 2).join('/');
/** What an example threw, by its place; the empty text for one that ran. */
const came = new Map<string, string>();

const library = pathToFileURL(join(root, 'dist/index.js')).href;
const IMPORTS = `import { inspect } from 'node:util';
import { readFile, writeFile } from 'node:fs/promises';
import { Autosave, autosaveRoot, deps, detect, diff, disassemble, dump, dumpAll, dumps, endedSessions, exported, exportFormatOf, isCaptured, isSnapshot, LiveValues, load, loadAll, loads, memoize, origin, outputOf, pathBetween, Pickler, recover, registerReducer, repair, replay, retains, Rewind, salvage, savedSessions, Session, sizes, trace, undoSave, why, Unpickler, describeSnapshot } from ${JSON.stringify(library)};
import { pool, serveCluster } from ${JSON.stringify(library.replace('index.js', 'parallel.js'))};
import { copyStored, fileStore, httpStore, isAddress, isKey, memoryStore, openStore, shownAddress, sqliteStore, unstorageStore } from ${JSON.stringify(library.replace('index.js', 'stores.js'))};
class Connection { constructor(url) { this.url = url } }
const losses = [];
function same(value, text) {
  const seen = inspect(value).replace(/^(Map|Set)\\(\\d+\\) /, '$1 ').replace(/(Map|Set)\\(\\d+\\) /g, '$1 ');
  if (seen !== text) throw new Error(seen + ' is not ' + text);
}
const told = (place, error) => process.stderr.write('came ' + JSON.stringify([place, error === undefined ? '' : String(error?.stack ?? error)]) + '\\n');
`;

// Each in a function of its own, so that what one declares is not there for the next.
function program(some: readonly Example[]): string {
  const steps = some.map(
    ({ place, code }) =>
      `await writeFile('model.pkl', dumps({ ready: true }));\ntry { await (async () => {\n${checked(code)}\n})(); told(${JSON.stringify(place)}); } catch (error) { told(${JSON.stringify(place)}, error); }`,
  );
  return `${IMPORTS}${steps.join('\n')}`;
}

async function run(name: string, some: readonly Example[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'brine-examples-'));
  // Packages that some stores need.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  try {
    writeFileSync(join(folder, `${name}.mjs`), program(some));
    const { stderr } = await promisify(execFile)(process.execPath, [`${name}.mjs`], { cwd: folder });
    for (const [, line] of stderr.matchAll(/^came (.*)$/gm)) {
      const [place, error] = JSON.parse(line as string) as [string, string];
      came.set(place, error);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  const folders = [...new Set(examples.map(folderOf))];
  await Promise.all(
    folders.map((folder) =>
      run(
        folder.replace('/', '-'),
        examples.filter((one) => folderOf(one) === folder),
      ),
    ),
  );
});

test('there are examples to run', () => {
  expect(examples.length).toBeGreaterThan(7);
});

for (const { place } of examples)
  test(`the example at ${place} runs`, () => {
    expect(came.get(place)).toBe('');
  });
