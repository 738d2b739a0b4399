// What differs between two snapshots, by path: what was added, removed and changed, code as a text diff, and what is shared
// otherwise than before.
//
// Both graphs are walked together from the names that both have. A value is compared with at most a few others, and paths are
// made only of what differs, so it takes time with the size of the graphs. Builds nothing.

import { structuredPatch } from 'diff';
import type { CodeEntry } from '../graph/code.js';
import { typeOf } from './cell-text.js';
import { comparePair, exactCell, type PairVisitor, type Side } from './diff-values.js';
import type { Web, WebRoot } from './web.js';

/** One difference. */
export interface Change {
  /** `identity`: it is shared with something else than before. */
  readonly kind: 'added' | 'removed' | 'changed' | 'code' | 'identity';
  /** The name it hangs from. */
  readonly name: string;
  readonly path: string;
  /** What it was, in short; of `identity` the path that it was shared with. */
  readonly before?: string;
  /** What it is, in short; of `identity` the path that it is shared with. */
  readonly after?: string;
  /** Of `code`: the lines of a text diff. Missing when the texts differ too much. */
  readonly lines?: readonly string[];
}

/** What differs. */
export interface Difference {
  readonly isSame: boolean;
  /** 1,000 at most. */
  readonly changes: readonly Change[];
  /** How many there are. */
  readonly changeCount: number;
  /** Names that are as they were. */
  readonly unchanged: readonly string[];
}

/** Changes are told up to this number. */
export const CHANGES_MAX = 1000;
/** Texts that need more edits are called different and not compared line by line. */
const EDITS_MAX = 1000;

/**
 * Says what differs between two snapshots.
 *
 * @param before  See {@link detect}.
 * @param after   See {@link detect}.
 * @param name    Only this name. Default: all.
 * @returns The changes, 1,000 at most, with their number; names that are as they were.
 * @see `git diff`, for values
 * @example
 *   const before = detect(dumps({ rate: 0.1, old: 1 }));
 *   const after = detect(dumps({ rate: 0.05, fresh: [] }));
 *   diff(before, after).changes.map(({ kind, path }) => `${kind} ${path}`); // [ 'changed .rate', 'removed .old', 'added .fresh' ]
 */
export function diff(before: Web, after: Web, name?: string): Difference {
  return new Comparison(before, after).run(name);
}

/** The lines of a text diff, or undefined when the texts differ too much. */
export function textDiff(before: string, after: string): string[] | undefined {
  const patch = structuredPatch('', '', `${before}\n`, `${after}\n`, undefined, undefined, {
    context: 2,
    maxEditLength: EDITS_MAX,
  });
  return patch?.hunks.flatMap(({ oldStart, newStart, lines }) => [
    `@@ -${oldStart} +${newStart} @@`,
    ...lines,
  ]);
}

class Comparison implements PairVisitor {
  readonly before: Web;
  readonly after: Web;
  private readonly changes: Change[] = [];
  private changeCount = 0;
  // By pair: the two ids, and the pair that led there.
  private readonly pairs: {
    readonly a: number;
    readonly b: number;
    readonly parent: number;
    readonly root: string;
  }[] = [];
  private readonly forth: Int32Array;
  private readonly back: Int32Array;
  private current = -1;
  private name = '';
  private readonly changedPairs = new Set<number>();

  constructor(before: Web, after: Web) {
    this.before = before;
    this.after = after;
    this.forth = new Int32Array(before.count).fill(-1);
    this.back = new Int32Array(after.count).fill(-1);
  }

  run(only: string | undefined): Difference {
    const alike: string[] = [];
    for (const name of namesOf(this.before, this.after)) {
      if (only !== undefined && name !== only) continue;
      const count = this.changeCount;
      this.compareNames(name);
      if (this.changeCount === count) alike.push(name);
    }
    const { changes, changeCount } = this;
    return { isSame: changeCount === 0, changes, changeCount, unchanged: this.withoutChanged(alike) };
  }

  // What two names share is told of one, and has changed for both.
  private withoutChanged(names: readonly string[]): string[] {
    const pairs = [...this.changedPairs].map((pair) => this.pairs[pair] as { a: number; b: number });
    if (pairs.length === 0) return [...names];
    const changed = new Set([
      ...this.before.namesLeadingTo(pairs.map(({ a }) => a)),
      ...this.after.namesLeadingTo(pairs.map(({ b }) => b)),
    ]);
    return names.filter((name) => !changed.has(name));
  }

  private compareNames(name: string): void {
    const [x, y] = [namedOf(this.before, name), namedOf(this.after, name)];
    this.current = -1;
    this.name = name;
    if (x === undefined) return this.tell({ kind: 'added', path: name, after: shownRoot(this.after, y) });
    if (y === undefined) return this.tell({ kind: 'removed', path: name, before: shownRoot(this.before, x) });
    if (x.root?.id === undefined || y.root?.id === undefined) {
      if (exactRoot(x) !== exactRoot(y))
        this.changed(name, shownRoot(this.before, x), shownRoot(this.after, y));
      return;
    }
    const total = Math.max(this.before.count, this.after.count);
    let next = this.pairs.length;
    this.enter(x.root.id, y.root.id, () => '', name);
    for (; next < this.pairs.length; next++) {
      this.after.rounds.at('comparing', next, total);
      this.current = next;
      const { a, b } = this.pairs[next] as { a: number; b: number };
      comparePair(a, b, this);
    }
  }

  // — what a comparison of two values calls —

  pair(a: number, b: number, step: () => string): void {
    this.enter(a, b, step, '');
  }

  cells(a: Side, b: Side, step: () => string): void {
    if (exactCell(this.before, a) !== exactCell(this.after, b))
      this.changed(this.pathTo(step), this.before.textOf(a.column, a.at), this.after.textOf(b.column, b.at));
  }

  added(b: Side, step: () => string): void {
    this.tell({ kind: 'added', path: this.pathTo(step), after: this.after.textOf(b.column, b.at) });
  }

  removed(a: Side, step: () => string): void {
    this.tell({ kind: 'removed', path: this.pathTo(step), before: this.before.textOf(a.column, a.at) });
  }

  kinds(a: number, b: number): void {
    this.changed(
      this.pathTo(() => ''),
      typeOf(this.before.steps, a),
      typeOf(this.after.steps, b),
    );
  }

  shape(what: string): void {
    this.changed(
      this.pathTo(() => ''),
      what,
      what,
    );
  }

  codes(a: CodeEntry | undefined, b: CodeEntry | undefined): void {
    if (a?.source === b?.source && a?.form === b?.form) return;
    const lines = textDiff(a?.source ?? '', b?.source ?? '');
    this.tell({ kind: 'code', path: this.pathTo(() => ''), ...(lines !== undefined && { lines }) });
  }

  // Each value is compared when it is met first on either side; who was met before with another one is shared otherwise.
  private enter(a: number, b: number, step: () => string, root: string): void {
    if (a >= this.before.count || b >= this.after.count) return;
    const [pairOfA, pairOfB] = [this.forth[a] as number, this.back[b] as number];
    const isKnown = pairOfA >= 0 && pairOfA === pairOfB;
    if (isKnown) return;
    if (pairOfA >= 0 || pairOfB >= 0) {
      this.tell({
        kind: 'identity',
        path: root === '' ? this.pathTo(step) : root,
        ...(pairOfA >= 0 && { before: this.pathOf(pairOfA) }),
        ...(pairOfB >= 0 && { after: this.pathOf(pairOfB) }),
      });
      if (pairOfA >= 0 && pairOfB >= 0) return;
    }
    const pair = this.pairs.push({ a, b, parent: root === '' ? this.current : -1, root }) - 1;
    if (pairOfA < 0) this.forth[a] = pair;
    if (pairOfB < 0) this.back[b] = pair;
  }

  private changed(path: string, before: string, after: string): void {
    this.tell({ kind: 'changed', path, before, after });
  }

  private tell(change: Omit<Change, 'name'>): void {
    this.changeCount++;
    if (this.current >= 0) this.changedPairs.add(this.current);
    // A way takes time with the lists that it goes through.
    this.after.rounds.step('comparing', this.pairs.length, Math.max(this.before.count, this.after.count));
    if (this.changes.length < CHANGES_MAX) this.changes.push({ ...change, name: this.name });
  }

  private pathTo(step: () => string): string {
    if (this.changes.length >= CHANGES_MAX) return '';
    return `${this.current < 0 ? '' : this.pathOf(this.current)}${step()}`;
  }

  // Of a long way the beginning and the end.
  private pathOf(pair: number): string {
    const steps: string[] = [];
    let index = pair;
    let at = this.pairs[index];
    for (let count = 0; at !== undefined && at.parent >= 0; count++) {
      const parent = this.pairs[at.parent] as (typeof this.pairs)[number];
      // On the side on which the value was met here first: on the other one an earlier step may lead to it.
      const isFirst = this.forth[at.a] === index;
      if (count < STEPS_MAX)
        steps.push(isFirst ? this.before.stepTo(parent.a, at.a) : this.after.stepTo(parent.b, at.b));
      else if (count === STEPS_MAX) steps.push(' … ');
      index = at.parent;
      at = parent;
    }
    return `${at?.root ?? ''}${steps.reverse().join('')}`;
  }
}

const STEPS_MAX = 60;

interface Named {
  readonly root: WebRoot | undefined;
  /** What an imported name is imported from. */
  readonly origin: string | undefined;
}

function namesOf(before: Web, after: Web): string[] {
  const names = [before, after].flatMap((web) => [
    ...web.roots.map(({ name }) => name),
    ...(web.meta.session?.bindings ?? []).map(({ name }) => name),
  ]);
  return [...new Set(names)].sort();
}

function namedOf(web: Web, name: string): Named | undefined {
  const root = web.root(name);
  const binding = web.meta.session?.bindings.find((one) => one.name === name);
  if (root === undefined && binding?.origin === undefined) return undefined;
  const { specifier, imported } = binding?.origin ?? {};
  return { root, origin: root === undefined ? `import ${imported} from ${specifier}` : undefined };
}

function exactRoot({ root, origin }: Named): string {
  return origin ?? (root?.id === undefined ? (root?.exact ?? '') : 'a value');
}

function shownRoot(web: Web, named: Named | undefined): string {
  const { root, origin } = named ?? {};
  return origin ?? (root?.id === undefined ? (root?.text ?? '') : typeOf(web.steps, root.id));
}
