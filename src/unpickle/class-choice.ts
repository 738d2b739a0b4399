// Classes of a snapshot that exist here under the same name: the stored one beside the one that is here, or the one that is
// here for both.
//
// `current` gives instances the class that is here, with the fields that were stored. `migrate` does so for classes that have
// a static method `Symbol.for('brine.migrate')`, which is then called with each instance to bring it up to date. A class
// with private members is never exchanged: nobody but its own code can put them on an object. Knows nothing of sessions.

import type { Graph, Segment } from '../graph/graph.js';
import { nativeFunctionToString, originalTextOf } from '../realm/function-to-string.js';
import { withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';

/** What to do about a class that exists here too. */
export type OnClassConflict = 'stored' | 'current' | 'migrate';

/** A class that the snapshot and this process have with different sources. */
export interface ClassConflict {
  readonly name: string;
  /** What its instances have now: the class of the snapshot, the one that is here, or that one after its own migration. */
  readonly taken: 'stored' | 'current' | 'migrated';
  /** Why it is not what was asked for. */
  readonly why?: string;
}

const MIGRATE = Symbol.for('brine.migrate');
const descriptorOf = Object.getOwnPropertyDescriptor;
const { apply } = Reflect;

/** What was built, as migrations need it. */
interface Built {
  readonly graph: Graph;
  readonly values: readonly unknown[];
  readonly options: { readonly pathOf?: (id: number) => string | undefined };
  isBuried(id: number): boolean;
  lose(id: number, record: TombstoneRecord): void;
}

/** Decides about classes, for all builds of one snapshot. */
export class ClassChoice {
  readonly conflicts: ClassConflict[] = [];
  private readonly rule: OnClassConflict;
  private readonly find: (name: string) => unknown;
  /** What was decided, by name and source: a class is met again when what uses it is read late. */
  private readonly chosen = new Map<string, Function | undefined>();
  /** Prototypes of classes that instances are migrated to, with the class and the source that was stored. */
  private readonly migrated = new Map<object, { readonly current: Function; readonly source: string }>();

  /** @param find  The class of a name that is here; anything else means that there is none. */
  constructor(rule: OnClassConflict, find: (name: string) => unknown) {
    this.rule = rule;
    this.find = find;
  }

  /** The class to use for one that was stored; undefined for the stored one itself. */
  choose(source: string, rootName: string | undefined): Function | undefined {
    const name = /^class\s+(?!extends\b)([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(source)?.[1] ?? rootName;
    if (name === undefined) return undefined;
    const key = `${name} ${source}`;
    if (!this.chosen.has(key)) this.chosen.set(key, this.decide(source, name));
    return this.chosen.get(key);
  }

  private decide(source: string, name: string): Function | undefined {
    const current = this.find(name);
    if (!isClass(current)) return undefined;
    const text = textOf(current);
    const isSame = text === source;
    const keep = (why?: string): undefined => {
      if (!isSame) this.conflicts.push({ name, taken: 'stored', ...(why !== undefined && { why }) });
      return undefined;
    };
    if (this.rule === 'stored') return keep();
    // Whatever looks like one: a text or a comment that does costs only the exchange.
    if (PRIVATE.test(source) || PRIVATE.test(text)) return keep('it has private members');
    if (this.rule === 'current') {
      if (!isSame) this.conflicts.push({ name, taken: 'current' });
      return current;
    }
    if (isSame) return current;
    const prototype: unknown = descriptorOf(current, 'prototype')?.value;
    if (typeof descriptorOf(current, MIGRATE)?.value !== 'function' || typeof prototype !== 'object')
      return keep("the class that is here has no static method [Symbol.for('brine.migrate')]");
    this.migrated.set(prototype as object, { current, source });
    this.conflicts.push({ name, taken: 'migrated' });
    return current;
  }

  /** Calls the migrations for the instances that a build made. One that throws is named, and leaves its own as it was. */
  migrate(builder: Built): void {
    if (this.migrated.size === 0) return;
    for (const segment of builder.graph.segments) {
      const { proto, kind } = segment.layout;
      // The prototype of a subclass is no instance.
      if (typeof proto !== 'number' || kind.name === 'prototype') continue;
      const found = this.migrated.get(builder.values[proto] as object);
      if (found !== undefined) this.migrateAll(builder, segment, found);
    }
  }

  private migrateAll(
    builder: Built,
    { firstId, rows }: Segment,
    { current, source }: { readonly current: Function; readonly source: string },
  ): void {
    const method = descriptorOf(current, MIGRATE)?.value as Function;
    for (let id = firstId; id < firstId + rows; id++) {
      if (builder.isBuried(id)) continue;
      try {
        withSessionBuiltins(() => apply(method, current, [builder.values[id], { source }]) as unknown);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        builder.lose(id, {
          path: builder.options.pathOf?.(id) ?? `value ${id}`,
          what: current.name,
          reason: `its migration threw: ${why}`,
          hint: `it has the fields that were stored; mend [Symbol.for('brine.migrate')] of ${current.name}`,
          isCallable: false,
        });
      }
    }
  }
}

/** True for a class that has a text. */
export function isClass(value: unknown): value is Function {
  return typeof value === 'function' && /^class\b/.test(textOf(value));
}

const PRIVATE = /#[\p{ID_Start}$_]/u;

function textOf(value: Function): string {
  return originalTextOf(value) ?? (apply(nativeFunctionToString, value, []) as string);
}
