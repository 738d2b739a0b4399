// The blocks of the documents that no test runs, each with its reason. Keep it short and honest.

import type { Block } from './blocks/fences.js';

/** A block, by its page and how it starts, and why nobody runs it. */
export const NOT_RUN: readonly { readonly page: string; readonly starts: string; readonly reason: string }[] = [
  {
    page: 'README.md',
    starts: 'npm ci && npm start',
    reason: 'it installs and opens a prompt, as every run of the tests does',
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
