// Goal: what `npm pack` makes is small, has nothing in it that does not belong there, and works in an empty project: with `import` and with
// `require`, on every Node, with types that hold under strict settings in both kinds of module.
// Method: the tarball is packed, looked at and installed by npm into a project of its own; programs run there on each Node; the
// TypeScript compiler checks files that use it. Where npm cannot install (no registry), the tests say so and are skipped.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { temporaryFolder } from '../helpers/brine.js';
import { findNode, MAJORS } from '../helpers/nodes.js';

/** What the tarball and what is in it may take, in bytes. */
const BUDGET = { packed: 1_200_000, unpacked: 4_500_000 };

const folder = temporaryFolder();
afterAll(() => folder.remove());
const project = join(folder.path, 'project');

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}
let packed: Packed;
let whyNot: string | undefined;

beforeAll(() => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  // The build before the tests leaves the types out.
  if (!existsSync(join(ROOT, 'dist/types')))
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT });
  const printed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder.path],
    {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  packed = (JSON.parse(printed) as Packed[])[0] as Packed;
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
  try {
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, join(folder.path, packed.filename)], {
      cwd: project,
      stdio: 'pipe',
    });
  } catch (error) {
    whyNot = `npm cannot install here: ${(error as Error).message.split('\n')[0]}`;
    console.warn(whyNot);
  }
});

test('the tarball is within its budget', () => {
  expect(packed.size).toBeLessThan(BUDGET.packed);
  expect(packed.unpackedSize).toBeLessThan(BUDGET.unpacked);
});

test('it has what belongs there and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  const tops = new Set(paths.map((path) => path.split('/')[0]));
  expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json']);
  for (const wanted of [
    'dist/index.js',
    'dist/cli/main.js',
    'dist/types/src/index.d.ts',
    'dist/LICENCES.txt',
  ])
    expect(paths).toContain(wanted);
  expect(paths.filter((path) => /\.(ts|map|pkl|tgz|log)$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
});

test('nothing in it imports modules of Node’s in the way that reads all of their exports', () => {
  const code = packed.files.filter(({ path }) => /^dist\/.*\.js$/.test(path));
  expect(code.length).toBeGreaterThan(20);
  for (const { path } of code) {
    const { body } = parse(readFileSync(join(ROOT, path), 'utf8'), {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
    });
    for (const node of body)
      if (node.type === 'ImportDeclaration' && `${node.source.value}`.startsWith('node:'))
        expect(node.specifiers.map(({ type }) => type)).toContain('ImportNamespaceSpecifier');
  }
});

test('no path of the machine that built it is in it', () => {
  for (const { path } of packed.files)
    if (/\.(js|ts|txt|json)$/.test(path))
      expect(readFileSync(join(ROOT, path), 'utf8').includes(ROOT), path).toBe(false);
});

test('every package whose code is in the build is listed with its source, its hash and the text of its licence', () => {
  const text = readFileSync(join(ROOT, 'dist/LICENCES.txt'), 'utf8');
  const [, count] = /code of these (\d+) packages/.exec(text) ?? [];
  expect(Number(count)).toBeGreaterThan(20);
  expect(text.match(/^={80}$/gm)).toHaveLength(Number(count));
  for (const name of ['acorn', 'commander', 'ink', 'react'])
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  const listed = [
    ...text.matchAll(
      /^(\S+) (\S+) \([\w. -]+\)\n {2}(?:https:\/\/\S+|\(gives no address\))\n {2}(sha512-\S+)$/gm,
    ),
  ];
  expect(listed).toHaveLength(Number(count));
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly version: string; readonly integrity?: string }>;
  };
  const hashes = new Map(Object.values(packages).map((one) => [one.integrity, one.version]));
  for (const [, name, version, hash] of listed) expect(hashes.get(hash), name).toBe(version);
});

describe('in an empty project', () => {
  const MODULE = `
    class Account { #sum = 1; add(n) { this.#sum += n; return this.#sum } }
    let count = 0;
    const copy = loads(dumps({ inc: () => ++count, get: () => count, ada: new Account(), map: new Map([[1, new Set('ab')]]) }));
    copy.inc();
    console.log(JSON.stringify([copy.get(), count, copy.ada.add(2), copy.map.get(1).size]));`;
  const programs = {
    'main.mjs': `import { dumps, loads } from 'brine';\n${MODULE}`,
    'main.cjs': `const { dumps, loads } = require('brine');\n${MODULE}`,
  };

  test('nothing is installed but what it needs', (context) => {
    if (whyNot !== undefined) return context.skip(whyNot);
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(lock.packages).sort()).toEqual([
      '',
      'node_modules/@swc/wasm-typescript',
      'node_modules/brine',
    ]);
    expect(statSync(join(project, 'node_modules/.bin/brine')).isFile()).toBe(true);
  });

  for (const major of MAJORS) {
    const node = findNode(major);
    test.skipIf('missing' in node)(
      `it works on Node ${major}, imported, required and as a command`,
      (context) => {
        if (whyNot !== undefined) return context.skip(whyNot);
        const run = (...args: string[]): string =>
          execFileSync((node as { path: string }).path, args, { cwd: project, encoding: 'utf8' });
        for (const [name, text] of Object.entries(programs)) {
          writeFileSync(join(project, name), text);
          expect(run('--no-warnings', name).trim(), name).toBe('[1,0,3,2]');
        }
        expect(run('node_modules/brine/dist/cli/main.js', 'eval', 'const n: number = 20; n + 1').trim()).toBe(
          '21',
        );
      },
    );
  }

  test('its types hold under strict settings, for both kinds of module and for bundlers', (context) => {
    if (whyNot !== undefined) return context.skip(whyNot);
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    for (const name of ['@types/node', 'undici-types'])
      if (!existsSync(join(project, 'node_modules', name)))
        symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), 'dir');
    const use = `
      const copy: { readonly n: number } = loads<{ readonly n: number }>(dumps({ n: 1 }));
      export const n: number = copy.n;
      // @ts-expect-error: no option has this name
      dumps(1, { noSuchOption: true });\n`;
    writeFileSync(join(project, 'use.mts'), `import { dumps, loads } from 'brine';\n${use}`);
    writeFileSync(join(project, 'use.cts'), `import { dumps, loads } from 'brine';\n${use}`);
    writeFileSync(join(project, 'use.ts'), `import { dumps, loads } from 'brine';\n${use}`);
    writeFileSync(
      join(project, 'parts.mts'),
      "import { pool } from 'brine/parallel';\nexport const one: unknown = pool;\n",
    );
    const tsc = (...args: string[]): string => {
      try {
        const options = [
          '--noEmit',
          '--strict',
          '--exactOptionalPropertyTypes',
          '--target',
          'es2023',
          '--lib',
          'es2023,esnext.disposable',
        ];
        execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...args], {
          cwd: project,
          encoding: 'utf8',
        });
        return '';
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(tsc('--module', 'nodenext', 'use.mts', 'use.cts', 'parts.mts')).toBe('');
    expect(tsc('--module', 'esnext', '--moduleResolution', 'bundler', 'use.ts')).toBe('');
  });
});
