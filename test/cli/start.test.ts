// Goal: the first prompt is there at once: nothing is loaded before it that is not needed for it.
// Method: the built program's modules that are imported before the prompt shows, added up. Times are in bench/startup.mjs.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { BRINE } from '../helpers/brine.js';

/** The characters of code that may be loaded before the first prompt. */
const BUDGET = 90_000;

/** The text of each module that one imports, itself included, but for what it imports later. */
function loadedBy(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(file, 'utf8');
  found.set(file, text);
  for (const [, path] of text.matchAll(/(?:from|import)\s*"(\.[^"]+)"/g))
    loadedBy(join(dirname(file), path!), found);
  return found;
}

test('little is loaded before the first prompt: no evaluator, no pickler, no view', () => {
  const main = readFileSync(BRINE, 'utf8');
  const prompt = /import\("(\.[^"]*\/prompt-[^"]*)"\)/.exec(main)?.[1];
  expect(prompt).toBeDefined();
  const modules = loadedBy(join(dirname(BRINE), prompt!), loadedBy(BRINE));
  const size = [...modules.values()].reduce((sum, text) => sum + text.length, 0);
  expect(size).toBeGreaterThan(10_000);
  expect(size).toBeLessThan(BUDGET);
  const texts = [...modules.values()].join('\n');
  for (const mark of ['react', 'yoga', 'class Parser', 'class Evaluator', 'GetPrivateMember'])
    expect(texts).not.toContain(mark);
});
