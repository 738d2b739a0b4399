// Goal: whatever captured code names and its surroundings declare is in its scope, never left to be a global by accident.
// Method: every use of a name in every form of code, alone in a script or module function of its own: the name is there
// with its value. Then real bundles: the free names of every function in them, found by another library (eslint-scope),
// are in its scope or are free in the bundle as a whole.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { type Node, parse } from 'acorn';
import { analyze } from 'eslint-scope';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCapture } from '../../../src/pickle/capture/index.js';
import type { Capture, Captured, ScopeNode } from '../../../src/pickle/capture/types.js';
// @ts-expect-error: a table in plain JavaScript, which programs of their own import too
import { DECLARATIONS, HOLDERS, USES } from '../../library/code/names.mjs';

let capture: Capture;
beforeAll(() => {
  capture = openCapture();
});
afterAll(() => capture.close());

type Use = readonly [name: string, about: string, body: string];
type Holder = readonly [name: string, around: (body: string) => string];

/** The names in the scopes of a captured function, or of its class. */
function namesAround(captured: Captured): Set<string> {
  const named = captured.kind === 'member' ? (capture.describe([captured.owner])[0] as Captured) : captured;
  const names = new Set<string>();
  if (!('scope' in named)) return names;
  for (let scope: ScopeNode | null = named.scope; scope !== null; scope = scope.parent)
    for (const name of scope.bindings.keys()) names.add(name);
  return names;
}

const WRAPPERS: readonly [string, (text: string, value: string) => unknown][] = [
  ['a module function', (text, value) => vm.compileFunction(`${text}; return ${value}`)()],
  ['a function in a script', (text, value) => vm.runInThisContext(`(() => { ${text}; return ${value} })()`)],
  [
    'a block in a script',
    (text, value) => vm.runInThisContext(`{ ${text.replace('var ', 'let ')}; ${value} }`),
  ],
];

describe.each(WRAPPERS)('code in %s', (_, evaluate) => {
  it.each(HOLDERS as Holder[])('takes with it whatever it names: %s', (_form, around) => {
    const uses = USES as Use[];
    const held = uses.map(([, , body]) => evaluate(DECLARATIONS, around(body)) as Function);
    const missing: string[] = [];
    capture.describe(held).forEach((captured, i) => {
      const [use, about] = uses[i] as Use;
      if (!namesAround(captured).has(about)) missing.push(`${use}: ${about}, ${captured.kind}`);
    });
    expect(missing).toEqual([]);
  });
});

// — bundles —

const require = createRequire(import.meta.url);
const BUNDLES = [
  ['luxon', 'luxon/build/node/luxon.js'],
  ['immutable', 'immutable/dist/immutable.js'],
  ['decimal.js', 'decimal.js/decimal.js'],
  ['acorn', 'acorn/dist/acorn.js'],
  ['react', 'react/cjs/react.development.js'],
  ['flatted', 'flatted/cjs/index.js'],
] as const;

interface Found {
  readonly identifier: { readonly name: string; readonly start: number };
}

/** The references that nothing in a text declares. */
function freeIn(text: string): { program: Node; free: readonly Found[] } {
  const program = parse(text, { ecmaVersion: 'latest', ranges: true });
  const scopes = analyze(program as any, { ecmaVersion: 2022, sourceType: 'script' });
  return { program, free: (scopes.globalScope?.through ?? []) as unknown as Found[] };
}

/** What runs when a class is made, and not again: its heritage, its computed keys, its static initialisers. */
function rangesLeftOut(program: any): [number, number][] {
  const expression = program.body[0].expression;
  if (expression.type !== 'ClassExpression') return [];
  const nodes = [expression.superClass];
  for (const element of expression.body.body) {
    if (element.computed) nodes.push(element.key);
    if (element.type === 'StaticBlock') nodes.push(element);
    else if (element.static && element.type === 'PropertyDefinition') nodes.push(element.value);
  }
  return nodes.filter((node) => node != null).map((node) => [node.start, node.end]);
}

/** Everything that can be reached from some values without running anything: functions alone. */
function functionsFrom(root: unknown): Function[] {
  const seen = new Set<unknown>();
  const functions: Function[] = [];
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      continue;
    seen.add(value);
    if (typeof value === 'function') functions.push(value);
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key);
      waiting.push(descriptor?.value, descriptor?.get, descriptor?.set);
    }
  }
  return functions;
}

it.each(BUNDLES)('every free name of every function of %s is in its scope', (_, specifier) => {
  const file = require
    .resolve(specifier.split('/')[0] as string)
    .replace(/\/node_modules\/.*/, `/node_modules/${specifier}`);
  const source = readFileSync(file, 'utf8');
  const everywhereFree = new Set(
    freeIn(`(function (exports, require, module, __filename, __dirname) {${source}\n})`).free.map(
      ({ identifier }) => identifier.name,
    ),
  );
  const module = { exports: {} as unknown };
  const names = ['exports', 'require', 'module', '__filename', '__dirname'];
  vm.compileFunction(source, names, { filename: `/user/${specifier}` })(
    module.exports,
    require,
    module,
    file,
    '',
  );
  const waiting = functionsFrom(module.exports);
  const seen = new Set<Function>(waiting);
  const wrong: string[] = [];
  let count = 0;
  for (let batch = waiting; batch.length > 0; ) {
    const described = capture.describe(batch);
    const next: Function[] = [];
    described.forEach((captured, i) => {
      if (captured.kind !== 'function' && captured.kind !== 'class') return;
      count++;
      const text = captured.code.entry.source;
      const isMethod = ['method', 'getter', 'setter'].includes(captured.code.entry.form);
      const { program, free } = freeIn(isMethod ? `({${text}})` : `(${text})`);
      const leftOut = rangesLeftOut(program);
      const around = namesAround(captured);
      for (const { identifier } of free) {
        const { name, start } = identifier;
        if (leftOut.some(([from, to]) => from <= start && start < to)) continue;
        if (!around.has(name) && !everywhereFree.has(name))
          wrong.push(`${(batch[i] as Function).name} lacks ${name}`);
      }
      for (let scope = captured.scope; scope !== null; scope = scope.parent)
        for (const { value } of scope.bindings.values())
          for (const fn of functionsFrom(value))
            if (!seen.has(fn)) {
              seen.add(fn);
              next.push(fn);
            }
    });
    batch = next;
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(5);
});
