// How a file is opened: options to a policy and limits. What decides it for values decides it for sessions.
//
// Knows nothing of how files are read and built.

import { UnpicklingError } from '../errors.js';
import { DEFAULT_LIMITS, type Limits, RESTRICTED_LIMITS } from '../limits.js';
import { type Allow, allowProblem, dataPolicy, type Policy, TRUSTED } from '../unpickle/policy.js';

/** How a file may be opened; see `docs/SECURITY.md`. */
export type OpenMode = 'inspect' | 'data' | 'trusted';

/** What callers say about opening. */
export interface OpenOptions {
  readonly mode?: OpenMode | undefined;
  readonly allow?: Allow | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Limits to hold a file to before it is known whether it is trusted, and afterwards. */
export function limitsFor(isTrusted: boolean, wanted: Partial<Limits> | undefined): Limits {
  return { ...(isTrusted ? DEFAULT_LIMITS : RESTRICTED_LIMITS), ...wanted };
}

/** The policy of a mode that builds. */
export function policyFor(mode: 'data' | 'trusted', allow: Allow | undefined): Policy {
  return mode === 'trusted' ? TRUSTED : dataPolicy(allow);
}

const MODES: readonly unknown[] = ['inspect', 'data', 'trusted', undefined];

/** Throws UNPICKLE_OPTION for options of the wrong form, or that contradict each other. */
export function checkOpenOptions({ mode, allow, limits }: OpenOptions): void {
  if (!MODES.includes(mode))
    throw wrong(`there is no mode ${JSON.stringify(mode)}`, "give 'inspect', 'data' or 'trusted'");
  const problem = allowProblem(allow);
  if (problem !== undefined)
    throw wrong(`the option allow has the wrong form: ${problem}`, "for example ['intrinsic:Math.max']");
  if (mode === 'trusted' && allow !== undefined)
    throw wrong(
      'allow restricts nothing in mode trusted, where the code of the file may do anything',
      "leave out mode, or give 'data'",
    );
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!Object.hasOwn(DEFAULT_LIMITS, name) || typeof value !== 'number' || !(value >= 0))
      throw wrong(
        `there is no limit ${name} of that value`,
        `the limits are ${Object.keys(DEFAULT_LIMITS).join(', ')}`,
      );
  }
}

function wrong(message: string, hint: string): UnpicklingError {
  return new UnpicklingError('UNPICKLE_OPTION', message, { hint });
}
