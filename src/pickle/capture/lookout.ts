// Looks at the functions of a batch: what V8 says of each, and which function of which text it is.
//
// Looking takes some ten microseconds a function. Where many probes are to be expected, by the first few hundred, a heap
// snapshot is taken at once: then one function of each context is looked at for all. Knows nothing of scope nodes.

import type { Bulk } from './bulk.js';
import { callOf } from './frame.js';
import type { HeapView } from './heap-view.js';
import type { InspectedFunction, V8Session } from './inspector.js';
import type { Needs } from './needs.js';
import type { CodeUnit } from './scopes.js';
import type { Script, Scripts } from './scripts.js';
import { isHeapSmall } from './small-heap.js';
import type { ValueNumbers } from './values.js';

/** A function's place in a text. */
export interface UnitAt {
  readonly script: Script;
  readonly unit: CodeUnit;
}

/** One function as looked at. */
export interface Seen {
  readonly seen: InspectedFunction;
  /** Null when its text is not to be had. */
  readonly at: UnitAt | null;
}

/** What it looks with. */
export interface LookoutSources {
  readonly session: V8Session;
  readonly scripts: Scripts;
  readonly bulk: Bulk;
  readonly values: ValueNumbers;
  needsOf(fn: Function, at: UnitAt): Needs;
  /** Functions of earlier batches that scopes may be shared with. */
  earlier(): readonly Function[];
}

const SAMPLE = 512;

/** Looks at the functions of one run. */
export class Lookout {
  readonly #sources: LookoutSources;

  constructor(sources: LookoutSources) {
    this.#sources = sources;
  }

  /** Looks at a batch; a heap snapshot may have been taken when it returns. */
  look(functions: readonly Function[]): Seen[] {
    const { session, bulk } = this.#sources;
    const sample = functions.slice(0, SAMPLE);
    const seen = this.#placed(session.inspect(sample));
    if (functions.length > SAMPLE) {
      const { receivers, probes } = this.#expect(sample, seen);
      const mustPause = receivers > 0;
      if (bulk.isWorth((probes / SAMPLE) * functions.length, { mustPause }))
        this.#snapshot(functions, mustPause);
      const rest = functions.slice(SAMPLE);
      const { view } = bulk;
      const inspected = view === null ? session.inspect(rest) : inspectByContext(session, view, rest);
      for (const each of this.#placed(inspected)) seen.push(each);
    }
    if (!bulk.hasValues) {
      const receivers = functions.reduce((sum, fn, i) => sum + this.#takesReceiver(fn, seen[i] as Seen), 0);
      const isOnlyWay = receivers > 0 && functions.some((fn, i) => this.#isShut(fn, seen[i] as Seen));
      if (bulk.isWorth(receivers, { mustPause: true }) || (isOnlyWay && isHeapSmall(session)))
        this.#snapshot(functions, true);
    }
    return seen;
  }

  #snapshot(functions: readonly Function[], hasValues: boolean): void {
    this.#sources.bulk.take([...functions, ...this.#sources.earlier()], { hasValues });
  }

  #placed(inspected: readonly InspectedFunction[]): Seen[] {
    const { scripts } = this.#sources;
    return inspected.map((seen) => ({ seen, at: seen.place === null ? null : scripts.unitAt(seen.place) }));
  }

  // How many probes these functions would need: one for each receiver, one for each repetition of equal values.
  #expect(functions: readonly Function[], all: readonly Seen[]): { receivers: number; probes: number } {
    const { needsOf, values } = this.#sources;
    const known = new Map<object, Set<string>>();
    let receivers = 0;
    let repeated = 0;
    all.forEach(({ seen, at }, i) => {
      receivers += this.#takesReceiver(functions[i] as Function, { seen, at });
      if (at === null) return;
      const { declared } = needsOf(functions[i] as Function, at);
      const place = declared.find(({ isAssigned, scope }) => isAssigned && scope.kind !== 'top')?.scope;
      if (place === undefined) return;
      const fingerprint = values.fingerprint(seen.entries, 0);
      const same = known.get(place);
      if (same === undefined) known.set(place, new Set([fingerprint]));
      else if (same.has(fingerprint)) repeated++;
      else same.add(fingerprint);
    });
    return { receivers, probes: receivers + repeated };
  }

  // True for one whose receiver nothing but a heap snapshot tells.
  #isShut(fn: Function, seen: Seen): boolean {
    if (this.#takesReceiver(fn, seen) === 0) return false;
    const { pseudoScope, isPseudoHidden } = this.#sources.needsOf(fn, seen.at as UnitAt);
    return pseudoScope?.kind !== 'top' && (isPseudoHidden || callOf((seen.at as UnitAt).unit) === null);
  }

  #takesReceiver(fn: Function, { at }: Seen): number {
    if (at === null || at.unit.form !== 'arrow') return 0;
    const { pseudo, pseudoScope } = this.#sources.needsOf(fn, at);
    return pseudo.size > 0 && !(pseudoScope?.kind === 'top' && at.script.isModule) ? 1 : 0;
  }
}

// — helpers —

// Functions of one context have the same levels; each has a place of its own, which the snapshot knows.
function inspectByContext(
  session: V8Session,
  view: HeapView,
  functions: readonly Function[],
): InspectedFunction[] {
  const asked: Function[] = [];
  const askedAt = new Map<number, number>();
  const sources = functions.map((fn) => {
    const context = view.contextOf(fn);
    const place = view.placeOf(fn);
    const known = context === null || place === null ? undefined : askedAt.get(context);
    if (known !== undefined) return { index: known, place };
    const index = asked.push(fn) - 1;
    if (context !== null && place !== null) askedAt.set(context, index);
    return { index, place: null };
  });
  const inspected = session.inspect(asked);
  return sources.map(({ index, place }) => {
    const seen = inspected[index] as InspectedFunction;
    return place === null ? seen : { place, entries: seen.entries, bound: null };
  });
}
