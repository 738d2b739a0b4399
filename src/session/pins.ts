// Pins: expressions that make values again which cannot be saved. They travel in the snapshot as text, and run only when
// somebody says so.
//
// Knows nothing of snapshots and of asking.

import { SessionError } from '../errors.js';
import type { Evaluator } from '../evaluator/index.js';
import { parseCell } from '../evaluator/parse.js';
import type { MetaPin } from '../format/index.js';
import { createTombstone, tombstoneRecord } from '../realm/tombstone.js';
import { shortType } from './preview.js';

/** The reason of tombstones that stand for pinned values. */
export const PINNED = 'it is pinned: an expression makes it again';

/** What came of running a pin. */
export interface PinRun extends MetaPin {
  /** `waiting`: it did not run, because nobody said that it may. */
  readonly state: 'made' | 'failed' | 'waiting';
  /** What was thrown, as text. */
  readonly error?: string;
}

/** The pins of a session. */
export class Pins {
  private readonly evaluator: Evaluator;
  private readonly sources = new Map<string, string>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
  }

  /** The pins of names that there are, sorted. */
  list(): MetaPin[] {
    return [...this.sources]
      .filter(([name]) => this.evaluator.has(name))
      .map(([name, source]) => ({ name, source }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Pins a name; throws SESSION_PIN for a name that there is not, and for what is no expression. */
  set(name: string, source: string): void {
    if (!this.evaluator.has(name))
      throw new SessionError('SESSION_PIN', `the session has no ${name} to pin`, {
        path: name,
        hint: `make it first: const ${name} = ${source}`,
      });
    const problem = expressionProblem(source);
    if (problem !== undefined)
      throw new SessionError('SESSION_PIN', `the pin of ${name} is no expression: ${problem}`, {
        path: name,
        hint: `for example: .pin ${name} "await connect(url)"`,
      });
    this.sources.set(name, source);
  }

  /** Takes pins over from a snapshot. */
  adopt(pins: readonly MetaPin[]): void {
    for (const { name, source } of pins)
      if (expressionProblem(source) === undefined) this.sources.set(name, source);
  }

  /** Removes a pin; false when there is none. */
  delete(name: string): boolean {
    return this.sources.delete(name);
  }

  /** Runs the pin of a name and gives the name what it makes. Throws SESSION_PIN when there is none. */
  async run(name: string): Promise<PinRun> {
    const source = this.sources.get(name);
    const binding = this.evaluator.binding(name);
    if (source === undefined || binding === undefined)
      throw new SessionError('SESSION_PIN', `${name} is not pinned`, {
        path: name,
        hint: '.pins lists what is',
      });
    const { evaluator } = this;
    const number = evaluator.nextCellNumber;
    const outcome = await evaluator.evaluate(`(${source}\n)`, { fileName: `pin of ${name}`, isWhole: true });
    // It is no input of anybody's.
    if (outcome.status !== 'incomplete' && evaluator.cells.at(-1) === outcome.cell) {
      evaluator.cells.pop();
      evaluator.nextCellNumber = number;
    }
    if (outcome.status !== 'done') {
      const thrown = outcome.status === 'failed' ? outcome.error : outcome.message;
      return { name, source, state: 'failed', error: messageOf(thrown) };
    }
    evaluator.define(binding, outcome.value);
    return { name, source, state: 'made' };
  }
}

/** A tombstone for what a pinned name holds; undefined for what is saved as it is: primitive values, and tombstones. */
export function pinnedStandIn({ name, source }: MetaPin, value: unknown): object | undefined {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject || tombstoneRecord(value as object) !== undefined) return undefined;
  return createTombstone({
    path: name,
    what: shortType(value),
    reason: PINNED,
    hint: `run its pin: ${source}`,
    isCallable: typeof value === 'function',
  });
}

function expressionProblem(source: string): string | undefined {
  const parsed = parseCell(`(${source}\n)`);
  if (parsed.status !== 'program') return parsed.message;
  const [statement, ...more] = parsed.program.body;
  return statement?.type === 'ExpressionStatement' && more.length === 0
    ? undefined
    : 'it is more than one expression';
}

// What was thrown may refuse to be looked at.
function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'something was thrown that cannot be shown';
  }
}
