// Goal: the examples in doc comments of the public API run, and give what their comments say. Method: every `@example` in
// src/ that is of the public API is put into a module of its own and run by a real Node against the build; a statement of the form
// `expression; // value` must print that value.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
interface Example {
  readonly place: string;
  readonly code: string;
}

function sourceFiles(): string[] {
  return readdirSync(join(root, 'src'), { encoding: 'utf8', recursive: true })
    // What is in the store has no way out of the package.
    .filter((name) => name.endsWith('.ts') && !/^store[/\\]/.test(name))
    .map((name) => `src/${name.replaceAll('\\', '/')}`);
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
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brine-examples-'));
  // Packages that some stores need.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('there are examples to run', () => {
  expect(examples.length).toBeGreaterThan(7);
});

for (const [index, { place, code }] of examples.entries()) {
  test(`the example at ${place} runs`, () => {
    const file = join(folder, `example-${index}.mjs`);
    const library = pathToFileURL(join(root, 'dist/index.js')).href;
    writeFileSync(
      file,
      `import { inspect } from 'node:util';
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
await writeFile('model.pkl', dumps({ ready: true }));
{
${checked(code)}
}
`,
    );
    execFileSync(process.execPath, [file], { cwd: folder, stdio: 'pipe' });
  });
}
