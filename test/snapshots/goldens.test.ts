// Goal: what an earlier brine wrote opens today and is what it was.
// Method: every golden in snapshots/ against its checksum and against the module beside it: compared strictly, tried out,
// pickled again; sessions in a process of their own; all of them with the Python reader where there is Python.

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECTION, unseal } from '../../src/format/container.js';
import { describeSnapshot, Pickler, Unpickler } from '../../src/index.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { ROOT } from '../docs/markdown.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { MAJORS } from '../helpers/nodes.js';
import { differences } from '../helpers/same.js';

interface Golden {
  readonly make?: () => unknown;
  readonly check?: (value: any) => unknown;
  readonly expected?: unknown;
  readonly isCompared?: boolean;
  readonly isSameBytes?: boolean;
  readonly isSameBytesElsewhere?: boolean;
  readonly losses?: readonly string[];
  readonly reducers?: readonly [any, any][];
  readonly stripes?: number;
  readonly checks?: readonly [string, unknown][];
  readonly names?: readonly string[];
  readonly outputs?: readonly unknown[];
  readonly options?: { readonly note: string; readonly author: string };
}

const SNAPSHOTS = `${ROOT}/snapshots`;
const folders = readdirSync(SNAPSHOTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const sums = folders.flatMap(({ name: folder }) =>
  readFileSync(`${SNAPSHOTS}/${folder}/SHA256SUMS`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => ({ folder, sum: line.slice(0, 64), file: line.slice(66) })),
);
// What another Node wrote lies in a folder of its own, and is of the same modules.
function moduleOf(folder: string, file: string): string {
  return `${SNAPSHOTS}/${folder.replace(/-node-\d+$/u, '')}/${file.replace(/pkl$/u, 'mjs')}`;
}

const goldens = await Promise.all(
  sums
    .filter(({ file }) => file.endsWith('.pkl'))
    .map(async ({ folder, file }) => {
      const path = `${SNAPSHOTS}/${folder}/${file}`;
      const golden = (await import(moduleOf(folder, file))) as Golden;
      return { name: `${folder}/${file}`, path, golden };
    }),
);
const values = goldens.filter(({ golden }) => golden.make !== undefined);
const sessions = goldens.filter(({ golden }) => golden.make === undefined);

describe('the files', () => {
  test('are those of the lists, each a snapshot with its module', () => {
    for (const { name: folder } of folders) {
      const listed = sums.filter((sum) => sum.folder === folder).map(({ file }) => file);
      const there = readdirSync(`${SNAPSHOTS}/${folder}`).filter(
        (file) => file !== 'SHA256SUMS' && file !== 'UNRELEASED',
      );
      expect(there.sort()).toEqual([...listed].sort());
      const modules = sums
        .filter((sum) => sum.folder === folder.replace(/-node-\d+$/u, '') && sum.file.endsWith('.mjs'))
        .map(({ file }) => file);
      expect(listed.filter((file) => file.endsWith('.pkl')).sort()).toEqual(
        modules.map((file) => file.replace(/mjs$/u, 'pkl')).sort(),
      );
    }
    expect(values.length).toBeGreaterThan(12);
    expect(sessions.length).toBeGreaterThan(0);
  });

  test('are of every supported Node, and say who wrote them', () => {
    const nodes: number[] = [];
    for (const { name: folder } of folders) {
      const told = JSON.parse(readFileSync(`${SNAPSHOTS}/${folder}/PROVENANCE.json`, 'utf8'));
      expect(told).toEqual({
        protocol: 1,
        brine: expect.stringMatching(/^\d+\.\d+\.\d+/u),
        node: expect.stringMatching(/^\d+\.\d+\.\d+$/u),
        v8: expect.any(String),
        platform: expect.any(String),
      });
      const major = Number(told.node.split('.')[0]);
      expect(folder).toBe(major === 20 ? '1' : `1-node-${major}`);
      nodes.push(major);
      for (const { file } of sums.filter((sum) => sum.folder === folder && sum.file.endsWith('.pkl'))) {
        const { meta } = describeSnapshot(readFileSync(`${SNAPSHOTS}/${folder}/${file}`));
        expect([meta.node, meta.brine], file).toEqual([told.node, told.brine]);
      }
    }
    expect(nodes.sort()).toEqual(MAJORS);
  });

  test.each(sums)('$folder/$file is unchanged', ({ folder, file, sum }) => {
    const bytes = readFileSync(`${SNAPSHOTS}/${folder}/${file}`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
  });
});

function pickled(value: unknown, golden: Golden): { bytes: Uint8Array; losses: string[] } {
  const losses: string[] = [];
  const pickler = new Pickler({ onLoss: ({ path }) => losses.push(path) });
  for (const [Type, reducer] of golden.reducers ?? []) pickler.registerReducer(Type, reducer);
  return { bytes: pickler.dumps(value), losses };
}

function opened(bytes: Uint8Array, golden: Golden): { value: unknown; losses: string[] } {
  const losses: string[] = [];
  const unpickler = new Unpickler({ onLoss: ({ path }) => losses.push(path) });
  for (const [Type, reducer] of golden.reducers ?? []) unpickler.registerReducer(Type, reducer);
  return { value: unpickler.loads(bytes), losses };
}

function isOfThisNode(bytes: Uint8Array): boolean {
  return describeSnapshot(bytes).meta.node.split('.')[0] === process.versions.node.split('.')[0];
}

/** Everything but `meta`, which names the writer, and the spare, which has a copy of that. */
function withoutMeta(bytes: Uint8Array): string[] {
  return unseal(bytes, DEFAULT_LIMITS)
    .filter(({ kind }) => kind !== SECTION.meta && kind !== SECTION.spare)
    .map(
      ({ kind, pieces }) =>
        `${kind} ${createHash('sha256')
          .update(Buffer.concat(pieces as readonly Uint8Array[]))
          .digest('hex')}`,
    );
}

describe.each(values)('$name', ({ path, golden }) => {
  const bytes = readFileSync(path);

  test('opens, and is what its module makes', () => {
    const { value, losses } = opened(bytes, golden);
    expect(losses).toEqual(golden.losses ?? []);
    if (golden.isCompared !== false) expect(differences(golden.make?.(), value)).toEqual([]);
    expect(golden.check?.(value)).toEqual(golden.expected);
    if (golden.isCompared === false) expect(golden.check).toBeDefined();
  });

  // Where Nodes lay out buffers differently, what another one wrote may be saved in other bytes.
  const isOther = golden.isSameBytesElsewhere === false && !isOfThisNode(bytes);
  test.skipIf(golden.isSameBytes === false || isOther)(
    'gives the same bytes when it is pickled again',
    () => {
      const again = pickled(opened(bytes, golden).value, golden);
      expect(withoutMeta(again.bytes)).toEqual(withoutMeta(bytes));
    },
  );

  test.skipIf(golden.stripes === undefined)('lies in several stripes', () => {
    const stripes = withoutMeta(bytes).filter((section) => section.startsWith(`${SECTION.stripe} `));
    // One more is the base's.
    expect(stripes.length).toBeGreaterThan(golden.stripes as number);
  });
});

// Of each module once, whichever Nodes it lies there from.
test.each(values.filter(({ name }) => name.startsWith('1/')))(
  '$name loses nothing but what it says when it is made again',
  ({ golden }) => {
    expect(pickled(golden.make?.(), golden).losses).toEqual(golden.losses ?? []);
  },
);

describe('sessions', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary();
  });
  afterAll(() => lib.remove());

  for (const isLazy of [true, false]) {
    test.each(sessions)(
      `$name opens, ${isLazy ? 'name by name' : 'as a whole'}`,
      async ({ path, golden }) => {
        const out = await lib.run(`
        const session = new lib.Session();
        const { note, author } = await session.load(${JSON.stringify(path)}, { isLazy: ${isLazy}, as: "trusted" });
        const outputs = session.evaluator.cells.map(({ output }) => output ?? null);
        const found = [];
        for (const [source] of ${JSON.stringify(golden.checks)}) {
          const outcome = await session.evaluator.evaluate(source);
          found.push([source, outcome.status === 'failed' ? String(outcome.error) : outcome.value]);
        }
        console.log(JSON.stringify({ found, outputs, options: { note, author } }));`);
        const told = JSON.parse(out);
        expect(told.found).toEqual(golden.checks);
        const nothing = told.outputs.map(() => null);
        expect(told.outputs).toEqual(golden.outputs?.map((output) => output ?? null) ?? nothing);
        expect(told.options).toEqual(golden.options ?? {});
      },
    );
  }
});

describe('the maker', () => {
  test('refuses to overwrite what a release has written, and writes nothing where nothing is missing', () => {
    const copy = mkdtempSync(join(tmpdir(), 'brine-goldens-'));
    try {
      cpSync(SNAPSHOTS, `${copy}/snapshots`, { recursive: true });
      cpSync(`${ROOT}/scripts`, `${copy}/scripts`, { recursive: true });
      rmSync(`${copy}/snapshots/1/UNRELEASED`, { force: true });
      const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
        spawnSync(process.execPath, [`${copy}/scripts/make-goldens.mjs`, ...args], { encoding: 'utf8' });
      const refused = run('--fresh');
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('is released');
      expect(run().stdout).toContain('nothing was written');
      for (const { folder, file } of sums) {
        const bytes = readFileSync(`${copy}/snapshots/${folder}/${file}`);
        expect(bytes.equals(readFileSync(`${SNAPSHOTS}/${folder}/${file}`)), file).toBe(true);
      }
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

// Python reads them the same whichever Node runs: `.ci/run` has it do so once.
const hasPython =
  process.env['BRINE_TEST_NO_PYTHON'] !== '1' &&
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

// One process for all of them: the start of each line that it prints of a file, then a form feed.
const LISTER = `
import contextlib, io, sys
sys.path.insert(0, sys.argv[1])
from read_snapshot import main
for path in sys.argv[2:]:
    listing = io.StringIO()
    with contextlib.redirect_stdout(listing):
        code = main([path])
    for line in listing.getvalue().splitlines() if code == 0 else []:
        print(line[:4000])
    print("\\f")`;

describe.skipIf(!hasPython)('with the Python reader', () => {
  const printed = new Map<string, string>();
  beforeAll(() => {
    const out = execFileSync(
      'python3',
      ['-c', LISTER, `${ROOT}/docs/examples`, ...goldens.map(({ path }) => path)],
      { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
    );
    const texts = out.split('\f\n');
    expect(texts.pop()).toBe('');
    goldens.forEach(({ name }, index) => printed.set(name, texts[index] as string));
  });

  test.each(goldens)('$name is listed', ({ name: file, path, golden }) => {
    const text = printed.get(file) as string;
    const { meta } = describeSnapshot(readFileSync(path));
    expect(text.split('\n')[0]).toContain(`${meta.values} values`);
    for (const name of golden.names ?? ['(value)']) expect(text).toContain(`\n${name} = `);
  });

  test('plain data is what it is here', () => {
    const text = printed.get('1/plain-data.pkl');
    expect(text).toContain("'primitives': [undefined, None, True, False, 1, 'text', 5n]");
    expect(text).toContain("'order': {'2': 4, '10': 3, 'b': 1, 'a': 2, '-1': 5, '': 6}");
    expect(text).toContain("'nested': [[[[{'deep': [1, [2]]}]]]]");
  });
});
