// A session with a bit of everything that an export shows, made in a process of its own, as the bytes of its snapshot.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brine, temporaryFolder } from '../helpers/brine.js';
import { MARK } from '../helpers/hostile.js';

/** The cells. The mark stands in names, keys, texts, code, what is printed and what is thrown. */
export const CELLS = [
  `import { sep } from 'node:path'`,
  `class Point { #id = 1; constructor(x, y) { this.x = x; this.y = y } norm() { return '${MARK}' } }`,
  `const rows = Array.from({ length: 30 }, (_, id) => ({ id, name: 'n' + id, '${MARK}key': '${MARK}' }))`,
  'rows',
  'const wave = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i / 20))',
  'wave',
  `var name${MARK} = 'text ${MARK}'`,
  `console.log('printed ${MARK}')`,
  'const ring = { name: "ring", nodes: [] }',
  'ring.self = ring, ring.nodes.push({ of: ring, at: new Point(1, 2) })',
  `const counter = (() => { let hidden = { deep: '${MARK}' }; return { inc: () => hidden } })()`,
  `throw new TypeError('thrown ${MARK}')`,
  `const index = new Map([['${MARK}', ring], [ring, 1], [2, new Set(['a', 'b'])]])`,
  `const lost = new (require('node:net').Socket)(), when = new Date(0), pattern = /${MARK}+/i, big = 2n ** 70n`,
  `const failure = new RangeError('${MARK}'), symbol = Symbol('${MARK}'), link = new URL('https://example.org/${MARK}')`,
];

/** The snapshot. */
export async function sampleSnapshot(): Promise<Uint8Array> {
  const folder = temporaryFolder();
  try {
    const input = `${CELLS.join('\n')}\n.save sample.pkl\n`;
    const env = { BRINE_HOME: join(folder.path, 'home') };
    await brine(['--keep-going'], { input, cwd: folder.path, env });
    return readFileSync(join(folder.path, 'sample.pkl'));
  } finally {
    folder.remove();
  }
}

/** A file as a browser is given it. */
export function urlOf(file: string): string {
  return pathToFileURL(file).href;
}
