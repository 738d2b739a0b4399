// Goal: on a disk that is really full, a save fails with ENOSPC, the old file is whole, and nothing is left over.
// Method: a 1 MiB tmpfs, mounted in a name space of the child process's own; where that is not allowed the test says
// so and is skipped. The case is the one that two well-known packages get wrong: 900,000 bytes over a good 300,000.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleStore } from './bundle.js';

const UNSHARE = ['--user', '--map-root-user', '--mount', 'sh', '-c'];

test('a full disk keeps the old file', (context) => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'brine-full-'));
  try {
    const disk = join(folder, 'disk');
    fs.mkdirSync(disk);
    const mount = `mount -t tmpfs -o size=1m none '${disk}'`;
    if (spawnSync('unshare', [...UNSHARE, mount]).status !== 0) {
      context.skip('mounting a tmpfs is not allowed here');
    }
    const child = join(folder, 'child.mjs');
    fs.writeFileSync(child, childSource(bundleStore(folder)));
    const run = spawnSync('unshare', [...UNSHARE, `${mount} && '${process.execPath}' '${child}' '${disk}'`], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    const rows = JSON.parse(run.stdout) as Record<string, unknown>[];
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).toMatchObject({
        code: 'STORE_WRITE',
        errno: 'ENOSPC',
        isOldWhole: true,
        names: ['work.pkl'],
      });
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

function childSource(store: string): string {
  return `
    import fs from 'node:fs';
    import { replaceFile, replaceFileSync } from ${JSON.stringify(store)};
    const folder = process.argv[2];
    const path = folder + '/work.pkl';
    const old = Buffer.alloc(300_000, 'o');
    const fresh = Buffer.alloc(900_000, 'n');
    const pieces = Array.from({ length: 90 }, () => fresh.subarray(0, 10_000));
    const rows = [];
    for (const save of [replaceFile, replaceFileSync]) {
      for (const chunks of [[fresh], pieces]) {
        fs.writeFileSync(path, old);
        let error;
        try { await save(path, chunks); } catch (e) { error = e; }
        rows.push({
          code: error?.code, errno: error?.cause?.code,
          isOldWhole: fs.readFileSync(path).equals(old), names: fs.readdirSync(folder),
        });
      }
    }
    console.log(JSON.stringify(rows));`;
}
