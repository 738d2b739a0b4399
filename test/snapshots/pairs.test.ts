// Goal: what one supported Node saves, every other one loads, and it is what it was.
// Method: each Node makes the values and the session of every golden and saves them; each Node, itself too, loads what each
// has saved, compares it with what it makes itself, and looks at the session. A kind that the older Node of a pair does
// not have is told by `test/library/older-node.test.ts`.

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode, MAJORS } from '../helpers/nodes.js';
import { reportRow } from '../helpers/torture.js';

const run = promisify(execFile);
const names = readdirSync(`${ROOT}/snapshots/1`)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -4))
  .sort();
const nodes = MAJORS.map((major) => ({ major, node: findNode(major) }));

const PRELUDE = `
  import fs from 'node:fs';
  const names = ${JSON.stringify(names)};
  const golden = (name) => import(${JSON.stringify(`${ROOT}/snapshots/1/`)} + name + '.mjs');
  const withReducers = (tool, { reducers = [] }) => { for (const [Type, reducer] of reducers) tool.registerReducer(Type, reducer); return tool; };
  const folder = process.argv[2];`;

const SAVES = `
  for (const name of names) {
    const one = await golden(name);
    const path = folder + '/' + name + '.pkl';
    if (one.cells === undefined) {
      fs.writeFileSync(path, withReducers(new lib.Pickler({ onLoss() {} }), one).dumps(one.make()));
      continue;
    }
    const session = new lib.Session();
    for (const cell of one.cells) await session.evaluator.evaluate(cell);
    await session.save(path, { sign: 'no' });
  }`;

const LOADS = `
  const wrong = [];
  let count = 0;
  for (const name of names) {
    const one = await golden(name);
    const path = folder + '/' + name + '.pkl';
    count++;
    if (one.cells === undefined) {
      const losses = [];
      const tool = withReducers(new lib.Unpickler({ onLoss: ({ path }) => losses.push(path) }), one);
      const value = tool.loads(fs.readFileSync(path));
      if (losses.join() !== (one.losses ?? []).join()) wrong.push(name + ' lost ' + losses.join());
      const found = one.isCompared === false ? [] : lib.differences(one.make(), value);
      if (found.length > 0) wrong.push(name + ': ' + found.slice(0, 3).join('; '));
      const [shown, expected] = [one.check?.(value), one.expected];
      const different = lib.differences(expected, shown);
      if (different.length > 0) wrong.push(name + ' does: ' + different.slice(0, 3).join('; '));
      continue;
    }
    const session = new lib.Session();
    await session.load(path, { as: 'trusted' });
    for (const [source, expected] of one.checks) {
      const outcome = await session.evaluator.evaluate(source);
      const shown = JSON.stringify(outcome.status === 'failed' ? String(outcome.error) : outcome.value);
      if (shown !== JSON.stringify(expected)) wrong.push(name + ': ' + source + ' gives ' + shown);
    }
  }
  console.log(JSON.stringify({ wrong, count }));`;

describe('every ordered pair of Nodes', () => {
  let lib: LibraryBundle;
  const program = (text: string): string =>
    `import * as lib from ${JSON.stringify(lib.url)};\n${PRELUDE}\n${text}`;
  const folderOf = (major: number): string => join(lib.folder, `by-${major}`);
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts']);
    writeFileSync(join(lib.folder, 'saves.mjs'), program(SAVES));
    writeFileSync(join(lib.folder, 'loads.mjs'), program(LOADS));
    for (const { major, node } of nodes) {
      if ('missing' in node) continue;
      mkdirSync(folderOf(major));
      await run(node.path, ['--no-warnings', join(lib.folder, 'saves.mjs'), folderOf(major)]);
    }
  }, 240_000);
  afterAll(() => lib.remove());

  const pairs = nodes.flatMap((from) => nodes.map((to) => ({ from, to })));
  test.each(pairs)('saved by Node $from.major, loaded by Node $to.major', async (pair) => {
    const { from, to } = pair;
    for (const { node } of [from, to]) if ('missing' in node) throw new Error(node.missing);
    const { path } = to.node as { path: string };
    const { stdout } = await run(path, [
      '--no-warnings',
      join(lib.folder, 'loads.mjs'),
      folderOf(from.major),
    ]);
    const { wrong, count } = JSON.parse(stdout) as { wrong: string[]; count: number };
    expect(wrong).toEqual([]);
    expect(count).toBe(names.length);
    if (from === nodes.at(-1) && to === nodes.at(-1))
      reportRow({
        what: 'saved by one Node, loaded by another',
        trials: pairs.length,
        result: `${names.length} goldens the same on Node ${MAJORS.join(', ')}, each way`,
      });
  });
});
