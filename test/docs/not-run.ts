// The blocks of the documents that no test runs, each with its reason. Keep it short and honest.

import type { Block } from './blocks/fences.js';

/** A block, by its page and how it starts, and why nobody runs it. */
export const NOT_RUN: readonly { readonly page: string; readonly starts: string; readonly reason: string }[] =
  [
    {
      page: 'README.md',
      starts: 'npm ci && npm start',
      reason: 'it installs this checkout, and runs all tests, this one with them',
    },
    {
      page: 'README.md',
      starts: '$ brine',
      reason: 'scripts/tour.mjs plays it in a shell; test/docs/readme.test.ts compares',
    },
    {
      page: 'CONTRIBUTING.md',
      starts: 'npm ci && npm test',
      reason: 'it runs all tests, this one with them',
    },
    {
      page: 'docs/CAPTURE.md',
      starts: 'function* () {',
      reason: 'a sketch of a text that brine makes, with names in the place of others',
    },
    {
      page: 'docs/CAPTURE.md',
      starts: 'function* (n) {  ',
      reason: 'two texts side by side',
    },
    {
      page: 'docs/PARALLEL.md',
      starts: 'const counts = await workers.reduce(merge',
      reason: 'a line of docs/examples/word-count.mjs, which test/docs/word-count.test.ts runs',
    },
    {
      page: 'docs/PARALLEL.md',
      starts: 'brine worker --queue',
      reason:
        'it needs machines and a Redis; test/parallel/cluster.test.ts has processes, and a Redis where there is one',
    },
    {
      page: 'docs/PARALLEL.md',
      starts: "const workers = pool({ cluster: 'redis:",
      reason: 'likewise',
    },
    {
      page: 'docs/PARALLEL.md',
      starts: 'const id = await workers.submit',
      reason: 'likewise',
    },
    {
      page: 'docs/commands/doctor.md',
      starts: '',
      reason: 'what it says is of the machine; test/cli/doctor.test.ts makes machines for it',
    },
    {
      page: 'docs/commands/jupyter.md',
      starts: '',
      reason: 'it needs Jupyter; test/cli/jupyter drives the kernel, with a real Jupyter where there is one',
    },
    {
      page: 'docs/commands/worker.md',
      starts: '',
      reason: 'it needs a Redis; test/parallel/cluster.test.ts starts workers where there is one',
    },
    {
      page: 'docs/commands/jobs.md',
      starts: '',
      reason: 'it needs a Redis; test/parallel/cluster.test.ts types these commands where there is one',
    },
  ];

/** True when a block is on the list. */
export function isNotRun(page: string, { text }: Block): boolean {
  return NOT_RUN.some((entry) => entry.page === page && text.startsWith(entry.starts));
}
