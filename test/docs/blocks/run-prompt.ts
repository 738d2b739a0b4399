// Plays a transcript at a prompt in a pseudo-terminal, and gives the transcript that came of it.
//
// `In[1]> 1 + 1` is typed, with the lines behind it that start with `| `; an answer is what a line has behind a question that the
// screen shows; nobody types for a while at a line `…`. A shell goes on in the next transcript of its machine until it has ended.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BRINE } from '../../helpers/brine.js';
import { KEY, TerminalProgram } from '../../helpers/terminal.js';
import type { Machine } from './machines.js';

/** A line that stands for a while in which nobody types. */
const PAUSE = '…';
const PAUSE_MS = 1500;
const PROMPT = /^In\[\d+\]> ?/;
const WAIT_MS = Number(process.env['BRINE_TEST_WAIT_MS'] ?? 15_000);

/** A shell of one machine. */
export class Prompt {
  readonly #program: TerminalProgram;
  readonly #autosaves: string;
  #shownLines = 0;

  constructor(machine: Machine, parameters: readonly string[] = []) {
    const { cwd, env } = machine;
    this.#autosaves = join(env['XDG_STATE_HOME'] as string, 'brine/autosave');
    this.#program = new TerminalProgram([BRINE, ...parameters], { cwd, env, rows: 400, columns: 80 });
  }

  /** True while it takes input. */
  get isOpen(): boolean {
    return this.#program.exitCode === undefined;
  }

  close(): void {
    this.#program.kill();
  }

  /** Plays a transcript; what the screen shows above the first prompt is left out unless the transcript has it. */
  async play(transcript: string): Promise<string> {
    const lines = transcript.trimEnd().split('\n');
    const answered = new Set<number>();
    await this.#settled(lines, answered, this.#shownLines);
    const screen = await this.#lines();
    // The prompt that waits is on the screen already, and so is what stands above the first one.
    let from = this.#shownLines;
    if (PROMPT.test(lines[0] ?? '')) from = Math.max(from, screen.length - 1);
    const pauses: number[] = [];
    for (const typed of typedIn(lines)) {
      const before = (await this.#lines()).length;
      if (typed === PAUSE) {
        await this.#pause();
        pauses.push(before - 1 + pauses.length);
        continue;
      }
      this.#program.type(`${typed.replaceAll('\n', KEY.enter)}${KEY.enter}`);
      await this.#settled(lines, answered, before);
    }
    const shown = await this.#lines();
    const isWaiting = this.isOpen;
    this.#shownLines = isWaiting ? shown.length - 1 : shown.length;
    const end = this.#shownLines + pauses.length;
    for (const at of pauses) shown.splice(at, 0, PAUSE);
    return `${shown
      .slice(from, end)
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()}\n`;
  }

  // A while that is long enough for what the prompt does meanwhile: a snapshot of unsaved work.
  async #pause(): Promise<void> {
    const since = Date.now();
    for (const deadline = since + WAIT_MS; Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (hasSnapshotSince(this.#autosaves, since)) return;
    }
  }

  // Waits for a prompt below a line, or for the end; answers what is asked meanwhile.
  async #settled(lines: readonly string[], answered: Set<number>, below: number): Promise<void> {
    for (const deadline = Date.now() + WAIT_MS; ; ) {
      const isOpen = this.isOpen;
      const shown = await this.#lines();
      const last = shown.at(-1) ?? '';
      if (!isOpen) return;
      if (shown.length > below && /^In\[\d+\]> *$/.test(last)) return;
      const answer = answerTo(last, lines, answered);
      if (answer !== undefined) this.#program.type(`${answer}${KEY.enter}`);
      if (Date.now() > deadline)
        throw new Error(`no prompt and no answer; the screen shows:\n${shown.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  async #lines(): Promise<string[]> {
    return (await this.#program.unwrapped()).split('\n');
  }
}

function hasSnapshotSince(folder: string, sinceMs: number): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
    (name) => name.endsWith('.pkl') && statSync(join(folder, name)).mtimeMs >= sinceMs,
  );
}

/** What is typed in a transcript, cell by cell, and pauses. */
function typedIn(lines: readonly string[]): string[] {
  const typed: string[] = [];
  let isTyped = false;
  for (const line of lines) {
    if (PROMPT.test(line)) typed.push(line.replace(PROMPT, ''));
    else if (line === PAUSE) typed.push(line);
    else if (isTyped && line.startsWith('| ')) typed.push(`${typed.pop()}\n${line.slice(2)}`);
    isTyped = PROMPT.test(line) || (isTyped && line.startsWith('| '));
  }
  return typed;
}

// Each line is an answer once. One that ends with the question is an answer too: Enter. Whoever writes a page may put `?: y` for what
// is to be asked.
function answerTo(question: string, lines: readonly string[], answered: Set<number>): string | undefined {
  // What is being typed may have such an end for a moment.
  if (!/[:?]$/.test(question) || PROMPT.test(question) || question.startsWith('| ')) return undefined;
  const asked = [question, '?:'];
  const at = lines.findIndex(
    (line, index) =>
      asked.some((text) => line === text || line.startsWith(`${text} `)) && !answered.has(index),
  );
  if (at < 0) return undefined;
  answered.add(at);
  return /[:?](?: (.*))?$/.exec((lines[at] as string).replace(question, '?:'))?.[1] ?? '';
}
