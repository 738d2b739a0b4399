// A client of `brine serve`: asks, waits for answers, and checks every line that it hears against the schema in the documents.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Validator } from 'jsonschema';
import { BRINE } from './brine.js';
import { threadsOf } from './threads.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../docs/serve.schema.json', import.meta.url), 'utf8'));
const validator = new Validator();

/** What is wrong with a line, by the schema: `fromServer` or `toServer`. */
export function problemsOf(line: unknown, side: 'fromServer' | 'toServer'): string[] {
  const schema = { ...SCHEMA, $ref: undefined, ...SCHEMA.$defs[side] };
  // An address that references are relative to.
  return validator
    .validate(line, schema, { base: 'http://localhost/serve' })
    .errors.map((error) => error.stack);
}

/** Nothing that is asked of a server takes as long; the tests may take twice that. */
const ANSWER_MS = 60_000;

/** A line that came. */
export type Line = Record<string, any>;

/** A running `brine serve`. */
export class Served {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything that came, in order. */
  readonly lines: Line[] = [];
  /** What was no JSON, or not as the schema says. */
  readonly problems: string[] = [];
  stderr = '';
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #rest = '';
  #ids = 0;

  constructor(options: {
    readonly cwd: string;
    readonly env?: Record<string, string>;
    readonly parameters?: readonly string[];
    readonly node?: string;
  }) {
    this.child = spawn(options.node ?? process.execPath, [BRINE, 'serve', ...(options.parameters ?? [])], {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  /** Waits for a line. Throws when it does not come, with what the processes do instead. */
  async line(isWanted: (line: Line) => boolean, from = 0): Promise<Line> {
    for (const end = Date.now() + ANSWER_MS; ; ) {
      const found = this.lines.slice(from).find(isWanted);
      if (found !== undefined) return found;
      if (Date.now() >= end) throw new Error(await this.#silence());
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - Date.now());
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  // Twice, so that a thread that runs is told from one that waits.
  async #silence(): Promise<string> {
    const before = threadsOf(this.child.pid as number);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return [
      `what was waited for did not come within ${ANSWER_MS} ms`,
      ...['the last lines:', ...this.lines.slice(-5).map((line) => JSON.stringify(line).slice(0, 500))],
      ...['stderr:', this.stderr.slice(-2000), 'threads:', ...before],
      ...['half a second later:', ...threadsOf(this.child.pid as number)],
    ].join('\n');
  }

  /** Sends a request, and waits for its answer. */
  async ask(method: string, params?: object): Promise<Line> {
    const id = this.send(method, params);
    return this.answer(id);
  }

  /** Sends a request without waiting; gives its id. */
  send(method: string, params?: object): number {
    const id = ++this.#ids;
    this.write(`${JSON.stringify({ id, method, ...(params && { params }) })}\n`);
    return id;
  }

  answer(id: number): Promise<Line> {
    return this.line((line) => line['id'] === id && line['event'] === undefined);
  }

  write(text: string): void {
    this.child.stdin.write(text);
  }

  /** The result of a cell. */
  async evaluate(code: string, more: object = {}): Promise<Line> {
    return (await this.ask('evaluate', { code, ...more }))['result'];
  }

  /** What a request printed. */
  printed(id: number | null, stream?: string): string {
    return this.lines
      .filter((line) => line['event'] === 'output' && line['id'] === id)
      .filter((line) => stream === undefined || line['stream'] === stream)
      .map((line) => line['text'])
      .join('');
  }

  /** Ends the input, and waits for the end. */
  async end(): Promise<number | null> {
    this.child.stdin.end();
    return this.ended;
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() as string;
    for (const line of lines) {
      try {
        const value = JSON.parse(line) as Line;
        this.lines.push(value);
        this.problems.push(...problemsOf(value, 'fromServer'));
      } catch {
        this.problems.push(`no JSON: ${line.slice(0, 200)}`);
      }
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const go of waiting) go();
  }
}
