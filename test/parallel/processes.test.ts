// Goal: a program with a pool ends by itself, needs no package that it does not use, and its workers can begin with a session.
// Method: programs of their own against the build; a copy of the build where no package is installed.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'brine-pool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, dist = join(root, 'dist')): string {
  const file = join(folder, 'program.mjs');
  const url = (name: string): string => JSON.stringify(pathToFileURL(join(dist, name)).href);
  writeFileSync(
    file,
    `import { pool } from ${url('parallel.js')};\nimport * as brine from ${url('index.js')};\n${program}`,
  );
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
}

test.each(['threads', 'processes'])('a program with a pool of %s ends without closing it', (kind) => {
  const out = run(`
    class Point { constructor(x) { this.x = x } double() { return new Point(this.x * 2) } }
    class Hidden { #n; constructor(n) { this.#n = n } get n() { return this.#n } }
    const workers = pool({ kind: '${kind}', workers: 2 });
    const points = await workers.map((n) => new Point(n), [1, 2]);
    const doubled = await workers.map((one) => one.double(), points);
    console.log(doubled.map(({ x }) => x).join(), doubled.every((one) => one instanceof Point));
    const hidden = await workers.map((n) => new Hidden(n), [1, 2], { chunk: 1 });
    console.log(hidden.map(({ n }) => n).join(), hidden[0].constructor === hidden[1].constructor);`);
  expect(out).toBe('2,4 true\n1,2 true\n');
});

test('workers begin with a session: functions use its names, not those of the caller', () => {
  const saved = spawnSync(process.execPath, [join(root, 'dist/cli/main.js')], {
    input:
      'let base = 100; class Tag { constructor(n) { this.n = n } }\nconst tag = (n) => new Tag(n + base)\n.save start.pkl\n',
    cwd: folder,
    encoding: 'utf8',
  });
  expect(saved.status, saved.stderr).toBe(0);
  const out = run(`
    globalThis.base = 1;
    globalThis.mine = 7;
    for (const kind of ['threads', 'processes']) {
      await using_(kind);
    }
    async function using_(kind) {
      const workers = pool({ kind, workers: 1, snapshot: 'start.pkl' });
      console.log(await workers.map((n) => [tag(n).n, base, mine], [1, 2]));
      await workers.close();
    }
    try { pool({ snapshot: 'none.pkl' }).size } catch (error) { console.log(error.code) }
  `);
  const lines = '[ [ 101, 100, 7 ], [ 102, 100, 7 ] ]\n';
  expect(out).toBe(`${lines}${lines}STORE_READ\n`);
});

test('without the optional packages everything else works, and the first call says what to install', () => {
  const bare = join(folder, 'bare');
  cpSync(join(root, 'dist'), join(bare, 'dist'), { recursive: true });
  writeFileSync(join(bare, 'package.json'), '{ "type": "module" }');
  const out = run(
    `console.log(brine.loads(brine.dumps(() => 7))());
     for (const options of [{ workers: 1 }, { cluster: 'redis://127.0.0.1:1' }])
       try { await pool(options).map((n) => n, [1]) } catch (error) { console.log(error.code, error.hint) }`,
    join(bare, 'dist'),
  );
  expect(out.split('\n')).toEqual([
    '7',
    'PARALLEL_PEER npm install tinypool@2.2.0',
    'PARALLEL_PEER npm install bullmq@6.7.0 ioredis@5.11.1',
    '',
  ]);
});
