// Readers for runs of objects with one hidden class: generated per layout, so that every property is read by name in one
// tight loop. They write the same rows as reading key by key does.
//
// Generated text holds property names only as JSON strings. Knows nothing of how a layout was found.

import { compileGenerated } from '../realm/compile.js';
import type { RunReader } from './context.js';
import { CHUNK, VISIT_CELLS } from './places.js';

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

const PARAMETERS = 'walk, values, place, same, exemplar, firstKey, columns, end, classes, number';

// Columns are written through local names: the loop is one block, and what V8 knows of it stays known.
function readerText(keys: readonly string[]): string {
  const set = keys.map(
    (_, i) => `const c${i} = columns[${i}]; c${i}.reserve(end - place);
  const t${i} = c${i}.tags, n${i} = c${i}.numbers; let s${i} = c${i}.tagsSeen, a${i} = c${i}.length;`,
  );
  const reads = keys.map((key, i) => {
    const name = JSON.stringify(key);
    return `v = o[${name}];
    if (typeof v === 'number') {
      if ((v | 0) === v && (v !== 0 || 1 / v > 0)) { t${i}[a${i}] = 4; s${i} |= 16; }
      else { t${i}[a${i}] = 5; s${i} |= 32; }
      n${i}[a${i}++] = v;
    } else if (typeof v === 'string') {
      t${i}[a${i}] = 6; s${i} |= 64; n${i}[a${i}++] = c${i}.textIndex(v); w += v.length >> 3;
    } else {
      tag = walk.part(c${i}, v, at);
      t${i}[a${i}] = tag; s${i} |= 1 << tag; n${i}[a${i}++] = walk.number;
    }`;
  });
  const functions = keys.map((key) => `typeof o[${JSON.stringify(key)}] === 'function'`).join(' || ');
  const put = keys.map((_, i) => `c${i}.tagsSeen = s${i}; c${i}.length = a${i};`);
  return `'use strict';
  ${set.join('\n  ')}
  const watch = walk.mayMeetExports;
  const left = walk.cellsLeft;
  let at = place, v, tag, w = 0;
  for (; at < end && w + (at - place) * ${VISIT_CELLS} <= left; at++) {
    const o = values[at & ${CHUNK - 1}];
    if (number > 0 ? classes[at & ${CHUNK - 1}] !== number : typeof o !== 'object' || !same(o, exemplar)) break;
    let isPlain = false;
    for (const key in o) { isPlain = key === firstKey; break; }
    if (!isPlain || watch && (${functions})) break;
    ${reads.join('\n    ')}
  }
  ${put.join('\n  ')}
  walk.weigh(w);
  return at;`;
}
