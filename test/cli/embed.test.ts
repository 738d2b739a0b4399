// Goal: `--embed` puts a package into the file, so that a folder without it can load; `--by-reference` keeps one's own files
// out of it, so that they are what the folder has when it is loaded.
// Method: the built program in a project with a package and files of its own; then in a folder without the package, and in
// the project with another version of the file.

import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const env = { BRINE_HOME: join(folder.path, 'keys') };
const project = join(folder.path, 'project');
const bare = join(folder.path, 'bare');

mkdirSync(join(project, 'node_modules/shapes'), { recursive: true });
mkdirSync(join(project, 'lib'));
mkdirSync(bare);
writeFileSync(
  join(project, 'node_modules/shapes/package.json'),
  '{ "name": "shapes", "version": "1.2.0", "type": "module", "exports": "./index.js" }',
);
writeFileSync(
  join(project, 'node_modules/shapes/index.js'),
  'export class Square { constructor(a) { this.a = a } area() { return this.a * this.a } }\nexport const twice = (x) => 2 * x;',
);
const MODEL = (version: number): string => `exports.Model = class Model { version() { return ${version} } };`;
writeFileSync(join(project, 'lib/model.cjs'), MODEL(1));

const CELLS = `import { Square, twice } from 'shapes';
const { Model } = require('./lib/model.cjs');
const square = new Square(3);
const model = new Model();
const sum = (x) => twice(x) + square.area();
`;

test('--embed: a folder without the package loads it; without the flag it is named there as missing', async () => {
  const saved = await pipe(`${CELLS}.save whole.pkl --embed shapes\n.save named.pkl`, { cwd: project, env });
  expect(saved).toMatchObject({ code: 0 });
  for (const file of ['whole.pkl', 'named.pkl']) cpSync(join(project, file), join(bare, file));
  const look = 'console.log(sum(1), square.area(), square instanceof Square)';
  const there = await pipe(`.load whole.pkl --trust\n${look}`, { cwd: bare, env });
  expect(there.stdout).toContain('11 9 true');
  const missing = await pipe(`.load named.pkl --trust\n${look}`, { cwd: bare, env });
  expect(missing.stderr).toContain('npm install shapes@1.2.0');
  const again = await pipe(`.load named.pkl\n${look}`, { cwd: project, env });
  expect(again.stdout).toContain('11 9 true');
});

test('--by-reference: files of the project are what they are when it is loaded', async () => {
  const saved = await pipe(`${CELLS}.save mine.pkl --by-reference lib/**\n.save copied.pkl`, {
    cwd: project,
    env,
  });
  expect(saved).toMatchObject({ code: 0 });
  writeFileSync(join(project, 'lib/model.cjs'), MODEL(2));
  const look = "console.log(model.version(), model instanceof require('./lib/model.cjs').Model)";
  const loaded = await pipe(`.load mine.pkl\n${look}`, { cwd: project, env });
  expect(loaded.stdout).toContain('2 true');
  const copied = await pipe(`.load copied.pkl\n${look}`, { cwd: project, env });
  expect(copied.stdout).toContain('1 false');
});

test('both need a value', async () => {
  for (const flag of ['--embed', '--by-reference'])
    expect((await pipe(`.save x.pkl ${flag}`, { cwd: project, env })).code, flag).toBe(2);
});
