// The names of a session as rows of a table. Runs no code of the values' and reads nothing that is unread. Knows nothing of how
// rows are shown.

import type { Evaluator } from '../evaluator/index.js';
import type { ReducerRegistry } from '../graph/registry.js';
import { sessionGlobal, withPristineBuiltins } from '../realm/pristine.js';
import { shortType } from './preview.js';
import { findLosses, isLinked, isMissing } from './save.js';
import type { VariableRow } from './types.js';
import { unreadOf } from './unread.js';
import { valuePreview } from './value-preview.js';

/** One row for each name: what it is, a short preview, and what a save would make of it. */
export function variableRows(evaluator: Evaluator, registry: ReducerRegistry): VariableRow[] {
  const names = evaluator.names();
  const lost = new Set(findLosses(evaluator, { names, registry, isShallow: true }).map((loss) => loss.name));
  return names.map((name) => {
    const binding = evaluator.binding(name);
    const descriptor = sessionGlobal(name);
    const unread = unreadOf(descriptor);
    if (unread !== undefined) {
      const { kind, cell } = unread.binding;
      return {
        name,
        kind,
        type: unread.type,
        preview: unread.preview,
        bytes: unread.bytes,
        cell,
        save: unread.losses.some(({ path }) => path === name) ? 'lost' : 'value',
      };
    }
    const isAccessor = descriptor !== undefined && !('value' in descriptor);
    const value: unknown = descriptor?.value;
    return {
      name,
      kind: binding?.kind ?? 'implicit',
      type: isAccessor ? 'accessor' : shortType(value),
      preview: isAccessor ? '' : withPristineBuiltins(() => valuePreview(value)),
      bytes: undefined,
      cell: binding?.cell ?? 0,
      save:
        lost.has(name) || isMissing(value)
          ? 'lost'
          : binding !== undefined && isLinked(binding)
            ? 'link'
            : 'value',
    };
  });
}
