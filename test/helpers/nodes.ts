// Other versions of Node to test on. One comes from `BRINE_NODE_24`, or is installed once through npm into a cache.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/brine-nodes', import.meta.url));

/** The major versions of Node that brine is tried on; the first is the oldest that it runs on. */
export const MAJORS: readonly number[] = [20, 22, 24, 26];

/** The path of a Node of a major version, or the reason why there is none. */
export function findNode(major: number): { readonly path: string } | { readonly missing: string } {
  if (Number(process.versions.node.split('.')[0]) === major) return { path: process.execPath };
  const given = process.env[`BRINE_NODE_${major}`];
  if (given !== undefined && given !== '') {
    return existsSync(given)
      ? { path: given }
      : { missing: `BRINE_NODE_${major} is ${given}, which does not exist` };
  }
  const folder = `${cache}/${major}`;
  const path = `${folder}/node_modules/node/bin/node`;
  if (existsSync(path)) return { path };
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync(
      'npm',
      ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${major}`],
      {
        stdio: 'pipe',
        timeout: 120_000,
      },
    );
  } catch (error) {
    return { missing: `npm cannot install node@${major}: ${(error as Error).message.split('\n')[0]}` };
  }
  return existsSync(path) ? { path } : { missing: `npm installed node@${major} without a program` };
}
