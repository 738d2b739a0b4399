// Goal: the packages that only some stores need stay optional: brine alone loads none of them, and says what to install.
// Method: the built brine alone in an empty project, in a process of its own; the loaded modules are counted there.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driverPackages, installLine } from '../../src/stores/peers.js';
import { temporaryFolder } from '../helpers/brine.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = temporaryFolder();
beforeAll(() => {
  const home = join(project.path, 'node_modules', 'brine');
  mkdirSync(home, { recursive: true });
  for (const each of ['package.json', 'dist'])
    cpSync(join(root, each), join(home, each), { recursive: true });
});
afterAll(project.remove);

function inProject(source: string): string {
  const file = join(project.path, 'main.mjs');
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file], { cwd: project.path, encoding: 'utf8' }).trim();
}

test('brine and brine/stores load in a project that has nothing else', () => {
  expect(
    inProject(`
      import { dumps, loads } from 'brine';
      import { fileStore, memoryStore } from 'brine/stores';
      const store = memoryStore();
      await store.put('a', dumps({ b: 1 }));
      const pieces = [];
      for await (const piece of store.get('a')) pieces.push(piece);
      console.log(loads(Buffer.concat(pieces)).b);
    `),
  ).toBe('1');
});

test.for([
  ['sqlite:lab.db#work', 'npm install libsql@0.5.29'],
  ['redis://127.0.0.1/work', 'npm install unstorage@1.17.6 ioredis@5.11.1'],
  ['s3://lab/work', 'npm install unstorage@1.17.6 aws4fetch@1.0.20'],
  ['unstorage+memory:work', 'npm install unstorage@1.17.6'],
  ['unstorage+vercel-kv:work', 'npm install unstorage@1.17.6 @vercel/kv'],
] as const)('%s says what to install', ([address, line]) => {
  const printed = inProject(`
    import { openStore } from 'brine/stores';
    process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = 'x';
    const error = await openStore(${JSON.stringify(address)}).catch((thrown) => thrown);
    console.log(JSON.stringify([error.name, error.code, error.hint, error.message]));
  `);
  const [name, code, hint, message] = JSON.parse(printed) as string[];
  expect([name, code, hint]).toEqual(['StoreError', 'STORE_PEER', line]);
  expect(message).toContain('not');
});

test('the line names the versions that are tested, which are those of package.json', () => {
  const { devDependencies } = JSON.parse(
    execFileSync('node', ['-p', 'JSON.stringify(require("./package.json"))'], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as { devDependencies: Record<string, string> };
  for (const name of ['libsql', 'unstorage', 'ioredis', 'aws4fetch'])
    expect(installLine([name])).toBe(`npm install ${name}@${devDependencies[name]}`);
  expect(driverPackages('toString')).toEqual(['unstorage']);
});
