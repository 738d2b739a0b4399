// The cell that made a name, and those after it that mention the name.

import { mentionsOf } from '../evaluator/mentions.js';
import type { Meta } from '../format/index.js';

/** An input that concerns a name. */
export interface OriginCell {
  readonly number: number;
  readonly source: string;
  readonly startedAtMs: number;
}

/** Where a name comes from. */
export interface Origin {
  readonly name: string;
  /** `const`, `import`, … */
  readonly kind: string;
  /** The module of an imported name. */
  readonly imported?: string;
  /** The input that made it; undefined when it is not known: another program made it, or a cell that is not kept. */
  readonly cell?: OriginCell;
  /** Later inputs that mention it, oldest first. */
  readonly mentions: readonly OriginCell[];
}

/**
 * Says which input made a name, and which ones mention it since.
 *
 * @param given  Something with the meta section of a snapshot; see {@link detect}.
 * @param name   A name.
 * @returns undefined for a name that is not there.
 * @see `dill.source.getsource`
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('let total = 1');
 *   await session.evaluator.evaluate('total += 1');
 *   const { cell, mentions } = origin(detect(session), 'total');
 *   cell.source; // 'let total = 1'
 *   mentions.map(({ number }) => number); // [ 2 ]
 */
export function origin({ meta }: { readonly meta: Meta }, name: string): Origin | undefined {
  const binding = meta.session?.bindings.find((one) => one.name === name);
  if (binding === undefined || meta.session === undefined) return undefined;
  const cells = meta.session.cells.map(({ number, source, startedAtMs }) => ({
    number,
    source,
    startedAtMs,
  }));
  const cell = cells.find(({ number }) => number === binding.cell);
  const later = cells.filter(({ number }) => number > binding.cell);
  return {
    name,
    kind: binding.kind,
    ...(binding.origin !== undefined && { imported: binding.origin.specifier }),
    ...(cell !== undefined && { cell }),
    mentions: later.filter(({ source }) => mentionsOf(source).some(({ names }) => names.has(name))),
  };
}
