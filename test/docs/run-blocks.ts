// Runs every block of a page, one after the other, and compares what is printed with what the page shows.
//
// What is run, by the language of the block:
//
//   sh       lines of a shell; a `text` block below it is what they print
//   brine    input that is piped into `brine`; likewise
//   js, ts   a module in a Node of its own; likewise, and `// → 42` behind a statement is its value (blocks/run-module.ts)
//   prompt   a transcript with `In[1]> …`, played in a pseudo-terminal; `.exit` ends the shell, the next one is another process
//
// A word behind the language with a dot in it is a file that the text is written to; another word is a machine with keys and a
// working directory of its own (blocks/machines.ts). What is in not-run.ts is passed over. With BRINE_UPDATE_DOCS=1 the page gets
// what was printed, but for what is the same up to times, sizes, versions and keys. The digits of a key are the same on the whole page.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExpectStatic } from 'vitest';
import { REDIS } from '../stores/servers.js';
import { type Block, blocksOf, withTexts } from './blocks/fences.js';
import { Machines } from './blocks/machines.js';
import { runModule } from './blocks/run-module.js';
import { Prompt } from './blocks/run-prompt.js';
import { runPiped, runShell } from './blocks/run-shell.js';
import { hasKeys, isSteadilySame, keysMixedUp, steady } from './blocks/steady.js';
import { page, ROOT } from './markdown.js';
import { isNotRun } from './not-run.js';

/** A text of the page that a run gave, too. */
interface Compared {
  readonly block: Block;
  readonly printed: string;
  readonly isExact: boolean;
}

/**
 * Runs the blocks of a page.
 *
 * @param path    The page, from the project's folder: `docs/guides/sessions.md`.
 * @param expect  That of the test, which may run beside others.
 */
export async function runBlocks(path: string, expect: ExpectStatic): Promise<void> {
  const markdown = page(path);
  const blocks = blocksOf(path, markdown).filter(
    (block) => !isNotRun(path, block) && !isWithoutServer(block),
  );
  expect(blocks.length, `${path} has no blocks to run`).toBeGreaterThan(0);
  const machines = new Machines();
  const prompts = new Map<string, Prompt>();
  const compared: Compared[] = [];
  const failed: string[] = [];
  try {
    for (const block of blocks) {
      try {
        compared.push(...(await run(block, machines, prompts)));
      } catch (error) {
        failed.push(`${block.place}: ${(error as Error).message}`);
        // Nothing that follows would be what the page says.
        if (block.language === 'prompt') break;
      }
    }
  } finally {
    for (const prompt of prompts.values()) prompt.close();
    machines.remove();
  }
  const differing = compared.filter(({ block, printed, isExact }) =>
    isExact ? printed !== block.text : !isSteadilySame(printed, block.text),
  );
  const mixedUp = keysMixedUp(compared.map(({ block, printed }) => [printed, block.text]));
  if (process.env['BRINE_UPDATE_DOCS'] === '1') {
    const isWritten = (each: Compared): boolean =>
      differing.includes(each) || (mixedUp.length > 0 && hasKeys(each.printed));
    const written = compared.filter(isWritten).map(({ block, printed }) => [block, printed] as const);
    writeFileSync(join(ROOT, path), withTexts(markdown, written));
  } else {
    for (const { block, printed } of differing)
      expect.soft(`${block.place}\n${steady(printed)}`).toBe(`${block.place}\n${steady(block.text)}`);
    expect.soft(mixedUp, path).toEqual([]);
  }
  expect(failed.join('\n')).toBe('');
}

async function run(block: Block, machines: Machines, prompts: Map<string, Prompt>): Promise<Compared[]> {
  const { language, word } = block;
  const text = block.text.replaceAll(REDIS_SHOWN, REDIS ?? REDIS_SHOWN);
  if (word.includes('.')) {
    const path = join(machines.on('').cwd, word);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return [];
  }
  const machine = machines.on(word);
  if (language === 'prompt') {
    const open = prompts.get(word);
    const prompt = open?.isOpen ? open : new Prompt(machine);
    prompts.set(word, prompt);
    return [{ block, printed: machines.shown(await prompt.play(text)), isExact: false }];
  }
  if (language === 'js' || language === 'ts') {
    const { told, ...printed } = await runModule(text, language === 'ts', machine);
    return [
      { block, printed: told.replaceAll(REDIS ?? REDIS_SHOWN, REDIS_SHOWN), isExact: true },
      ...shownOf(block, printed, true),
    ];
  }
  const runner = RUNNERS.get(language);
  if (runner === undefined) throw new Error(`nobody knows how to run a block of "${language}"`);
  const printed = await runner(text, machine);
  return shownOf(block, { ...printed, text: machines.shown(printed.text) }, false);
}

/** What pages call the Redis of the tests. */
const REDIS_SHOWN = 'redis://localhost:6379';

function isWithoutServer({ text }: Block): boolean {
  return REDIS === undefined && text.includes(REDIS_SHOWN);
}

const RUNNERS = new Map([
  ['sh', runShell],
  ['brine', runPiped],
]);

// What fails has to show how.
function shownOf(
  { shown }: Block,
  { text, code }: { readonly text: string; readonly code: number | null },
  isExact: boolean,
): Compared[] {
  if (code !== 0 && (shown === undefined || isExact)) throw new Error(`ended with ${code}:\n${text}`);
  return shown === undefined ? [] : [{ block: shown, printed: text, isExact }];
}
