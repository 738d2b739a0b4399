// Readers for runs of objects with one hidden class: generated per layout, so that every property is read by name in one
// tight loop. They write the same rows as reading key by key does.
//
// Generated text holds property names only as JSON strings. Knows nothing of how a layout was found.

import { compileGenerated } from '../realm/compile.js';
import type { RunReader } from './context.js';

const readers = new Map<string, RunReader | undefined>();

/** More keys would make texts that V8 compiles slowly. */
const KEYS_MAX = 256;

/** A reader for objects with these keys; undefined where code cannot be generated. */
export function readerFor(keys: readonly string[]): RunReader | undefined {
  if (keys.length > KEYS_MAX) return undefined;
  const signature = JSON.stringify(keys);
  if (!readers.has(signature))
    readers.set(signature, compileGenerated(PARAMETERS, readerText(keys)) as RunReader | undefined);
  return readers.get(signature);
}

const PARAMETERS = 'walk, values, place, same, exemplar, firstKey, rows, columns';

function readerText(keys: readonly string[]): string {
  const set = keys.map((_, i) => `const c${i} = columns[${i}];`).join(' ');
  const reads = keys.map((key, i) => {
    const name = JSON.stringify(key);
    return `v = o[${name}];
    if (typeof v === 'number') c${i}.number(v); else walk.cell(c${i}, v, at);`;
  });
  return `'use strict';
  ${set}
  const end = values.length;
  let at = place, v;
  for (; at < end; at++) {
    const o = values[at];
    if (typeof o !== 'object' || !same(o, exemplar)) return at;
    let isPlain = false;
    for (const key in o) { isPlain = key === firstKey; break; }
    if (!isPlain) return at;
    rows.push(at);
    ${reads.join('\n    ')}
  }
  return at;`;
}
