// Plays a transcript at a prompt in a pseudo-terminal, and gives the transcript that came of it.
//
// `In[1]> …` is typed, with the lines behind it that start with `| `; an answer is what a line has behind a question that the
// screen shows. A shell goes on in the next transcript of its machine until it has ended.

import { BRINE } from '../../helpers/brine.js';
import { KEY, TerminalProgram } from '../../helpers/terminal.js';
import type { Machine } from './machines.js';

const PROMPT = /^In\[\d+\]> ?/;
const WAIT_MS = Number(process.env['BRINE_TEST_WAIT_MS'] ?? 15_000);

/** A shell of one machine. */
export class Prompt {
  readonly #program: TerminalProgram;
  #shownLines = 0;

  constructor(machine: Machine, parameters: readonly string[] = []) {
    const { cwd, env } = machine;
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
    for (const typed of typedIn(lines)) {
      const before = (await this.#lines()).length;
      this.#program.type(`${typed.replaceAll('\n', KEY.enter)}${KEY.enter}`);
      await this.#settled(lines, answered, before);
    }
    const shown = await this.#lines();
    const isWaiting = this.isOpen;
    this.#shownLines = isWaiting ? shown.length - 1 : shown.length;
    return `${shown.slice(from, this.#shownLines).join('\n').trimEnd()}\n`;
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

/** What is typed in a transcript, cell by cell. */
function typedIn(lines: readonly string[]): string[] {
  const typed: string[] = [];
  let isTyped = false;
  for (const line of lines) {
    if (PROMPT.test(line)) typed.push(line.replace(PROMPT, ''));
    else if (isTyped && line.startsWith('| ')) typed.push(`${typed.pop()}\n${line.slice(2)}`);
    isTyped = PROMPT.test(line) || (isTyped && line.startsWith('| '));
  }
  return typed;
}

// Each line is an answer once. One that ends with the question is an answer too: Enter.
function answerTo(question: string, lines: readonly string[], answered: Set<number>): string | undefined {
  if (!/[:?]$/.test(question)) return undefined;
  const at = lines.findIndex(
    (line, index) => (line === question || line.startsWith(`${question} `)) && !answered.has(index),
  );
  if (at < 0) return undefined;
  answered.add(at);
  return (lines[at] as string).slice(question.length + 1);
}
