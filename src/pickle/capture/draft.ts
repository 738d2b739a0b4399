// One function on its way to a description, and the probe into its frame. Knows nothing of how scopes are told apart.

import type { CodeEntry } from '../../graph/code.js';
import type { Alignment } from './align.js';
import { callOf, firstStatementOf } from './frame.js';
import type { Level } from './identity.js';
import type { InspectedFunction, ProbeCall, V8Session } from './inspector.js';
import type { Needs } from './needs.js';
import type { FunctionBox } from './owners.js';
import type { CodeUnit } from './scopes.js';
import { placeOf, type Script } from './scripts.js';
import type { Uncapturable } from './types.js';

/** One function on its way to a description. */
export interface Draft {
  readonly box: FunctionBox;
  readonly unit: CodeUnit;
  readonly script: Script;
  readonly seen: InspectedFunction;
  readonly needs: Needs;
  readonly entry: CodeEntry;
  readonly alignment: Alignment;
  readonly levels: Level[];
  readonly globals: Set<string>;
  /** True when it is taken for strict, as code of a direct eval may be, and nothing tells. */
  readonly isStrictGuess?: boolean;
  /** The `this` of a generator object, whose function the draft is of. */
  readonly receiver?: unknown;
  /** Set when nothing tells whether it shares a scope with another function. */
  isUndecided: boolean;
  /** Set when it shares variables with a function of another text. */
  isAcrossTexts?: boolean;
  /** Set once the answer was given. */
  isFinished?: boolean;
}

/** Where the first statement of a function is, for a stop that needs no stepping; or null. */
export function firstStop(
  unit: CodeUnit,
  script: Script,
  options?: { readonly mayBeAsync: boolean },
): ProbeCall['first'] {
  const range = firstStatementOf(unit, options);
  return range === null ? null : { start: placeOf(script, range.start), end: placeOf(script, range.end) };
}

/** The value of an expression in the frame of a draft's function, in a box, or null when there is none. */
export function probeIn(
  session: V8Session,
  draft: Draft,
  expression: string,
  call = callOf(draft.unit),
): { value: any } | null {
  const { place, entries } = draft.seen;
  if (call === null || place === null) return null;
  return session.probe(
    draft.box.fn,
    { place, call, first: firstStop(draft.unit, draft.script), entries },
    expression,
  );
}

/** True when the code of a draft's function is sloppy; undefined when its frame does not tell. */
export function isSloppyIn(session: V8Session, draft: Draft): boolean | undefined {
  const { place, entries } = draft.seen;
  const call = callOf(draft.unit);
  if (call === null || place === null) return undefined;
  const first = firstStop(draft.unit, draft.script, { mayBeAsync: true });
  return session.isSloppy(draft.box.fn, { place, call, first, entries });
}

/** A refusal. */
export function refuse(what: string, reason: string, hint: string): Uncapturable {
  return { kind: 'uncapturable', what, reason, hint };
}
