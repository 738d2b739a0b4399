// Goal: every block of code in the documents runs, and shows what is printed.
// Method: each page's blocks run one after the other (run-blocks.ts); pages run side by side.

import { readdirSync } from 'node:fs';
import { test } from 'vitest';
import { ROOT } from './markdown.js';
import { runBlocks } from './run-blocks.js';

const pages = readdirSync(`${ROOT}/docs/guides`).map((name) => `docs/guides/${name}`);

for (const path of pages) test.concurrent(`${path} shows what is printed`, () => runBlocks(path));
