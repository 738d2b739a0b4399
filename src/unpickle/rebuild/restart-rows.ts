// Rows of generator objects that stand somewhere become rows of functions: each by the text that goes on from there.
//
// Generators that stand at the same place of the same text share one. Knows nothing of how functions are made.

import type { RestoredGenerator } from '../../realm/restored.js';
import type { CodeText, CodeTexts } from './check-text.js';
import { type ResumeSource, resumeSource } from './resume-source.js';
import { ResumeSupport } from './resume-support.js';
import type { FunctionRow, GeneratorRow, RebuildHost, ScopeRow, ScopeShape } from './types.js';

/** A function that goes on as a generator object, and what is remembered of the object. */
export interface Restart {
  readonly row: FunctionRow;
  readonly restored: RestoredGenerator;
  /** The place in its function's text of what stands at an offset of its own. */
  readonly originalOf: (offset: number) => number | undefined;
}

/** The functions for generator objects; `onBroken` hears of those that cannot be made. */
export function restartRows(
  generators: readonly GeneratorRow[],
  texts: CodeTexts,
  host: RebuildHost,
  onBroken: (id: number, error: unknown) => void,
): Restart[] {
  const sources = new Map<CodeText, Map<string, ResumeSource>>();
  const shapes = new Map<string, ScopeShape>();
  const restarts: Restart[] = [];
  for (const generator of generators) {
    try {
      const text = texts.of(generator.code);
      const source = sourceFor(sources, text, generator);
      restarts.push(restart(generator, source, shapes, host));
    } catch (error) {
      onBroken(generator.id, error);
    }
  }
  return restarts;
}

function sourceFor(
  sources: Map<CodeText, Map<string, ResumeSource>>,
  text: CodeText,
  { position, iterators }: GeneratorRow,
): ResumeSource {
  let byPlace = sources.get(text);
  if (byPlace === undefined) {
    byPlace = new Map();
    sources.set(text, byPlace);
  }
  const key = `${position}/${iterators.length}`;
  let source = byPlace.get(key);
  if (source === undefined) {
    source = resumeSource(text, position, iterators.length);
    byPlace.set(key, source);
  }
  return source;
}

function restart(
  { id, code, scope, home, iterators }: GeneratorRow,
  source: ResumeSource,
  shapes: Map<string, ScopeShape>,
  host: RebuildHost,
): Restart {
  const { supportName, entry, originalOf } = source;
  const iteratorOf = (index: number): unknown => host.ensure(iterators[index]);
  const support = new ResumeSupport(iteratorOf);
  const restored: RestoredGenerator = {
    entry: code,
    source: entry.source,
    originalOf,
  };
  const around = supportName === null ? scope : supported(scope, supportName, support, shapes);
  return { row: { id, code: entry, scope: around, home, isAlone: true }, restored, originalOf };
}

// One more scope, with what the loops go over.
function supported(
  parent: ScopeRow | null,
  name: string,
  support: ResumeSupport,
  shapes: Map<string, ScopeShape>,
): ScopeRow {
  let shape = shapes.get(name);
  if (shape === undefined) {
    shape = { form: 'block', names: [name], kinds: ['const'], isInitialised: [true] };
    shapes.set(name, shape);
  }
  return { shape, parent, cells: [support] };
}
