// Runs the inputs of a session again and says which of its names come out as they are: what is reproducible.
//
// For a process of its own: the inputs are the user's code, and it runs here in full, with all that it does to files and
// networks. Knows nothing of how a process of its own is had.

import { Evaluator } from '../evaluator/index.js';
import { openSnapshot } from '../format/index.js';
import { Session } from '../session/index.js';
import { type Change, diff } from './diff.js';
import { Web } from './web.js';
import { why } from './why.js';

/** What came of one name. */
export interface ReplayedName {
  readonly name: string;
  /** `same`; `unsure`: what can be compared is the same, the rest cannot be saved; `differs`; `missing`: it was not made. */
  readonly state: 'same' | 'unsure' | 'differs' | 'missing';
  /** The first differences. */
  readonly changes: readonly Change[];
}

/** What came of running a session's inputs again. */
export interface Replay {
  /** How many inputs ran. */
  readonly cells: number;
  /** Inputs that throw now and did not then. */
  readonly failed: readonly { readonly number: number; readonly error: string }[];
  /** Sorted. */
  readonly names: readonly ReplayedName[];
  readonly isReproducible: boolean;
}

const CHANGES_OF_NAME = 5;

/**
 * Runs the inputs of a session again, in this process, and compares what they make with what the session has.
 *
 * @param before  A session as it was saved; see {@link detect}. Its inputs are run: be sure that they may.
 * @returns For each name whether it came out the same, and inputs that throw now. Nothing throws: what an input throws is in
 *   there.
 * @see nbval, which runs notebooks again and compares
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('let sum = 1 + 1, when = process.hrtime.bigint()');
 *   const { names } = await replay(detect(session));
 *   names.map(({ name, state }) => `${name} ${state}`); // [ 'sum same', 'when differs' ]
 */
export async function replay(before: Web): Promise<Replay> {
  const evaluator = new Evaluator();
  const failed: { number: number; error: string }[] = [];
  const cells = before.meta.session?.cells ?? [];
  for (const { number, source, isError } of cells) {
    const outcome = await evaluator.evaluate(source, { isWhole: true });
    if (outcome.status !== 'done' && !isError)
      failed.push({
        number,
        error: outcome.status === 'failed' ? thrownText(outcome.error) : outcome.message,
      });
  }
  const { changes } = diff(before, new Web(openSnapshot(new Session(evaluator).snapshot().bytes)));
  const names = namesOf(before).map((name) => replayed(before, name, changes));
  return { cells: cells.length, failed, names, isReproducible: names.every(({ state }) => state === 'same') };
}

function namesOf(web: Web): string[] {
  const bindings = (web.meta.session?.bindings ?? []).map(({ name }) => name);
  return [...new Set([...web.roots.map(({ name }) => name), ...bindings])].sort();
}

function replayed(before: Web, name: string, changes: readonly Change[]): ReplayedName {
  const own = changes.filter((change) => change.name === name);
  if (own.length > 0) {
    const isMissing = own.some(({ kind, path }) => kind === 'removed' && path === name);
    return { name, state: isMissing ? 'missing' : 'differs', changes: own.slice(0, CHANGES_OF_NAME) };
  }
  const isWhole = ['value', 'link'].includes(why(before, name)?.save ?? 'value');
  return { name, state: isWhole ? 'same' : 'unsure', changes: [] };
}

// What was thrown may itself refuse to be looked at.
function thrownText(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that cannot be shown';
  }
}
