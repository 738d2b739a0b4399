// Goal: the example of docs/examples/postgres.mjs works with a real PostgreSQL: an instance in one `bytea` field and back.
// Method: a cluster of its own in a temporary folder, on a socket in it, started as a user that PostgreSQL lets; without
// PostgreSQL's programs it is skipped.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from './markdown.js';

const DEBIAN = '/usr/lib/postgresql';
const programs =
  process.env['BRINE_TEST_POSTGRES'] ??
  (existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : []).find(
    (folder) => existsSync(join(folder, 'initdb')),
  );

// Root may not run it.
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const ask = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

const folder = mkdtempSync(join(tmpdir(), 'brine-pg-'));
let server: ChildProcess | undefined;
afterAll(async () => {
  if (server !== undefined && server.exitCode === null) {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    // SIGINT: at once, with its files in order.
    server.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

function expected(text: string): string[] {
  return [...text.matchAll(/^console\.log.* \/\/ (.+)$/gm)].map(([, said]) => said as string);
}

test.skipIf(programs === undefined)(
  `an instance goes into one field of PostgreSQL and back${programs === undefined ? ' (no PostgreSQL here)' : ''}`,
  { timeout: 120_000 },
  async () => {
    const who = unprivileged();
    const data = join(folder, 'data');
    mkdirSync(data);
    chmodSync(folder, 0o755);
    if (who.uid !== undefined) chownSync(data, who.uid, who.gid as number);
    const options = { ...who, cwd: data, env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: data } };
    const cluster = join(data, 'cluster');
    const initial = ['-D', cluster, '-U', 'lab', '--auth=trust', '--no-sync', '-E', 'UTF8'];
    execFileSync(join(programs as string, 'initdb'), initial, { ...options, stdio: 'pipe' });
    // A socket in the folder, and no port.
    const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${data}`, '-c', 'fsync=off'];
    server = spawn(join(programs as string, 'postgres'), ['-D', cluster, ...settings], {
      ...options,
      stdio: 'ignore',
    });
    const socket = join(data, '.s.PGSQL.5432');
    for (const deadline = Date.now() + 60_000; !existsSync(socket); ) {
      if (Date.now() > deadline || server.exitCode !== null) throw new Error('PostgreSQL did not start');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const modules = join(folder, 'node_modules');
    mkdirSync(modules);
    symlinkSync(ROOT, join(modules, 'brine'));
    symlinkSync(join(ROOT, 'node_modules', 'pg'), join(modules, 'pg'));
    const example = join(folder, 'postgres.mjs');
    copyFileSync(join(ROOT, 'docs/examples/postgres.mjs'), example);
    const address = `postgres://lab@/postgres?host=${encodeURIComponent(data)}`;
    const run = (): string[] => {
      const env = { ...process.env, DATABASE_URL: address };
      return execFileSync(process.execPath, [example], { encoding: 'utf8', env }).trim().split('\n');
    };
    const { readFileSync } = await import('node:fs');
    const said = expected(readFileSync(example, 'utf8'));
    expect(said).toHaveLength(3);
    expect(run()).toEqual(said);
    // Over what is there.
    expect(run()).toEqual(said);
  },
);
