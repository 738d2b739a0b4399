// Makes the session of this process. Loaded when a command first needs one, so that the prompt does not wait for it.

import type { Evaluator } from '../src/evaluator/index.js';
import type { Loss, VariableRow } from '../src/session/types.js';
import type { SessionLike } from './session-like.js';

/** The session of an evaluator. */
export async function openSession(evaluator: Evaluator): Promise<SessionLike> {
  const missing = async (): Promise<never> => {
    throw new Error('sessions are not built in yet');
  };
  return {
    save: missing,
    load: missing,
    losses: (): Loss[] => [],
    variables: (): VariableRow[] =>
      evaluator.names().map((name) => {
        const binding = evaluator.binding(name)!;
        return {
          name,
          kind: binding.kind,
          type: typeof Reflect.get(globalThis, name),
          cell: binding.cell,
          save: 'value',
        };
      }),
  };
}
