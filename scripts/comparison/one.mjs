// One process of the comparison: saves every value with one tool, or loads what another process saved. Prints a verdict for each key.
//
//   node one.mjs save|load <peer> <folder>
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { VALUES, valueWithGetter, valueWithHandle } from './questions.mjs';

/** What comes back is not what was saved. */
class Wrong extends Error {}

const [, , direction, name, folder] = process.argv;
const { peer } = await import(`../../bench/peers/${name}.mjs`);
const missing = await peer.available();
if (missing !== undefined) throw new Error(missing);
const brine = await import('../../dist/index.js');

const fileOf = (key) => join(folder, `${name}-${key}`);
const verdicts = direction === 'save' ? saved() : loaded();
writeSync(1, JSON.stringify(verdicts));
process.reallyExit(0);

function saved() {
  const values = VALUES.map(({ key, make }) => [
    key,
    attempt(() => writeFileSync(fileOf(key), peer.dump(make()))),
  ]);
  return Object.fromEntries([...values, ['getter', getter()], ['handle', handle()], ['hostile', hostile()]]);
}

function loaded() {
  const values = VALUES.map(({ key, check }) => [
    key,
    attempt(() => {
      const copy = peer.load(readFileSync(fileOf(key)));
      if (!isRight(() => check(copy))) throw new Wrong();
    }),
  ]);
  return Object.fromEntries([...values, ['damage', damage()], ['code', code()]]);
}

// Does saving run a getter?
function getter() {
  let ran = false;
  attempt(() => peer.dump(valueWithGetter(() => (ran = true))));
  return ran ? 'wrong' : 'same';
}

// What cannot be saved: is it told, and is the rest saved?
function handle() {
  if (name === 'brine') {
    const losses = [];
    const copy = brine.loads(brine.dumps(valueWithHandle(), { onLoss: ({ path }) => losses.push(path) }));
    return losses.join() === '.job.done' && copy.plain === 1 ? 'same' : 'wrong';
  }
  return attempt(() => {
    peer.load(peer.dump(valueWithHandle()));
    throw new Wrong();
  });
}

// One bit changed: an error, or another value?
function damage() {
  const bytes = readFileSync(fileOf('plain'));
  const right = peer.load(bytes);
  let unseen = 0;
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const verdict = attempt(() => {
      if (!isDeepStrictEqual(peer.load(damaged), right)) throw new Wrong();
    });
    if (verdict === 'wrong') unseen++;
  }
  return unseen === 0 ? 'same' : `wrong ${Math.round((100 * unseen) / (bytes.length * 8))} %`;
}

// A file from anybody, which has `globalThis.ran = true` in it wherever code can be.
function hostile() {
  const text = 'globalThis.ran = true';
  const bytes =
    name === 'brine'
      ? brine.dumps({ a: new Function(text), [Symbol.iterator]: new Function(text) })
      : name === 'v8'
        ? peer.dump({ a: text })
        : Buffer.from(`(${text})`);
  writeFileSync(fileOf('hostile'), bytes);
  return 'same';
}

function code() {
  const bytes = readFileSync(fileOf('hostile'));
  attempt(() => {
    const copy = name === 'brine' ? brine.loads(bytes, { mode: 'data' }) : peer.load(bytes);
    if (typeof copy.a === 'function') copy.a();
  });
  return globalThis.ran === true ? 'wrong' : 'same';
}

function attempt(act) {
  try {
    act();
    return 'same';
  } catch (error) {
    return error instanceof Wrong ? 'wrong' : 'refused';
  }
}

// What comes back may not even be there to be asked.
function isRight(check) {
  try {
    return check() === true;
  } catch {
    return false;
  }
}
