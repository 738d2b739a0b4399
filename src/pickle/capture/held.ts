import type { SyntaxNode } from '../../graph/syntax-path.js';
import type { GeneratorText, Standing } from './generators.js';
import type { V8Session } from './inspector.js';
import { lineOf } from './suspension.js';

/** What V8 holds for one suspended generator without a name. */
export interface Held {
  readonly isInFlight: boolean;
  readonly iterators: readonly unknown[];
}

/** What V8 holds for generators. */
export function readHeld(_session: V8Session, objects: readonly object[]): (Held | null)[] {
  return objects.map(() => null);
}

/** The iterators for the loops around a place, or why they cannot be told. */
export function heldIterators(
  standing: Standing,
  text: GeneratorText,
  held: Held | null | undefined,
): readonly unknown[] | string {
  const { iterators } = standing;
  if (held === undefined) return [];
  if (held === null || held.isInFlight) {
    const node = iterators[0] as SyntaxNode | undefined;
    if (node === undefined) return 'waits for a promise, or V8 does not tell that it does not';
    return `stands inside a loop over an iterator that V8 does not show, at line ${lineOf(text.script, node.start)}`;
  }
  return held.iterators;
}
