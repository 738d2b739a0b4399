// Tells scope instances apart: functions of one place whose levels hold equal values may share a scope or not.
//
// One function of each distinct scope is entered (a frame probe) to get at a binding for writing; a mark is written
// there; whoever reads the mark in its own scope shares it. Every value is put back before `tell` returns. The accessors
// are kept for the run, so that later questions about a known scope need no new probe. Where many probes would be
// needed, or functions cannot be entered, a heap snapshot tells; where that fails too, the answer is null: nothing is
// ever assumed. Knows nothing of scope nodes and levels.

import type { Bulk } from './bulk.js';
import { DEAD_ZONE, type FunctionPlace, isHiddenByWith, type ScopeEntry, valueIn } from './entries.js';
import { callOf } from './frame.js';
import type { HeapView } from './heap-view.js';
import { ScopeInstance } from './identity.js';
import type { ProbeCall, V8Session, VariableCell } from './inspector.js';
import type { FunctionBox } from './owners.js';
import { type CodeUnit, lookUp, type StaticScope } from './scopes.js';

/** A function that reaches a scope. */
export interface Witness {
  readonly box: FunctionBox;
  readonly unit: CodeUnit;
  readonly place: FunctionPlace;
  readonly first: ProbeCall['first'];
  /** Which entry of its scope chain the scope is. */
  readonly index: number;
  readonly entries: readonly ScopeEntry[];
  /** True for a generator object: it shows its scopes and cannot be entered. */
  readonly isGenerator?: boolean;
}

/** A question: which instance is the scope of this witness? The answer is called once; null when nothing tells. */
export interface Question {
  readonly scope: StaticScope;
  /** All values of the level and of the levels outside it, as text. */
  readonly fingerprint: string;
  /** Names that may be written to. */
  readonly writable: readonly string[];
  readonly witness: Witness;
  answer(instance: ScopeInstance | null): void;
}

interface Known {
  readonly instance: ScopeInstance;
  readonly witnesses: Witness[];
  readonly writable: Set<string>;
  cell: VariableCell | null;
  cellName: string;
  /** False once none of its functions could be entered. */
  canOpen: boolean;
}

const WITNESSES_MAX = 4;

/** Everything told apart in one run. */
export class Teller {
  readonly #session: V8Session;
  readonly #bulk: Bulk;
  readonly #known = new Map<StaticScope, Map<string, Known[]>>();
  /** Scopes that are told apart without comparing values first. */
  readonly #united = new Set<StaticScope>();

  constructor(session: V8Session, bulk: Bulk) {
    this.#session = session;
    this.#bulk = bulk;
  }

  /** One function of every scope known so far. */
  witnesses(): Function[] {
    const functions: Function[] = [];
    for (const byValues of this.#known.values())
      for (const bucket of byValues.values())
        for (const { witnesses } of bucket)
          if (witnesses[0]?.isGenerator !== true) functions.push((witnesses[0] as Witness).box.fn);
    return functions;
  }

  /** Answers questions. Variables are as before when it returns. */
  tell(questions: readonly Question[]): void {
    const buckets = new Map<Known[], Question[]>();
    for (const question of questions) {
      const bucket = this.#bucket(question);
      const waiting = buckets.get(bucket);
      if (waiting === undefined) buckets.set(bucket, [question]);
      else waiting.push(question);
    }
    let probes = 0;
    for (const [bucket, waiting] of buckets) probes += waiting.length - (bucket.length === 0 ? 1 : 0);
    if (this.#bulk.view === null && this.#bulk.isWorth(probes, { mustPause: false }))
      this.#snapshot(questions);
    for (const [bucket, waiting] of buckets) this.#tellBucket(bucket, waiting);
  }

  #bucket(question: Question): Known[] {
    let byValues = this.#known.get(question.scope);
    if (byValues === undefined) {
      byValues = new Map();
      this.#known.set(question.scope, byValues);
    }
    if (question.witness.isGenerator === true) this.#unite(question.scope, byValues);
    const key = this.#united.has(question.scope) ? '' : question.fingerprint;
    let bucket = byValues.get(key);
    if (bucket === undefined) {
      bucket = [];
      byValues.set(key, bucket);
    }
    return bucket;
  }

  // A generator lists variables that no closure sees, so its values cannot be compared with those of closures.
  #unite(scope: StaticScope, byValues: Map<string, Known[]>): void {
    if (this.#united.has(scope)) return;
    this.#united.add(scope);
    const all = [...byValues.values()].flat();
    byValues.clear();
    byValues.set('', all);
  }

  #tellBucket(bucket: Known[], questions: readonly Question[]): void {
    const { view } = this.#bulk;
    let rest = view === null ? questions : settleByContext(bucket, questions, view);
    if (bucket.length === 0 && rest.length > 0) {
      settle(rest[0] as Question, newKnown(bucket));
      rest = rest.slice(1);
    }
    if (rest.length === 0) return;
    const undecided = this.#tellByMarks(bucket, rest);
    if (undecided.length === 0) return;
    const last = this.#snapshot(undecided);
    const lost = last === null ? undecided : settleByContext(bucket, undecided, last);
    for (const question of lost) question.answer(null);
  }

  #snapshot(questions: readonly Question[]): HeapView | null {
    const closures = questions.filter((question) => question.witness.isGenerator !== true);
    const functions = closures.map((question) => question.witness.box.fn);
    return this.#bulk.take([...functions, ...this.witnesses()], { hasValues: false });
  }

  // — by marks —

  // Returns the questions that marks cannot answer, because neither side can be entered.
  #tellByMarks(bucket: Known[], questions: readonly Question[]): readonly Question[] {
    const marks: Marks = { byMark: new Map(), names: new Set(), undo: [] };
    const undecided: Question[] = [];
    try {
      for (const known of bucket) mark(known, marks);
      // Read all at once as long as that settles any; after that each may be a scope of its own.
      let waiting = this.#settleMarked(questions, marks);
      for (let isFirst = true; waiting.length > 0; isFirst = false) {
        const [question, ...others] = waiting as [Question, ...Question[]];
        waiting = others;
        if (!isFirst && this.#settleMarked([question], marks).length === 0) continue;
        if (!this.#tellOne(question, bucket, marks)) undecided.push(question);
        if (isFirst) waiting = this.#settleMarked(waiting, marks);
      }
    } finally {
      for (const restore of marks.undo.reverse()) restore();
    }
    return undecided;
  }

  // A question whose scope shows no mark: it is that of a scope nobody could write to yet, or a new one.
  #tellOne(question: Question, bucket: Known[], marks: Marks): boolean {
    const fresh = newKnown([]);
    witness(fresh, question);
    const unmarked = bucket.filter((known) => known.cell === null);
    if (this.#open(fresh)) {
      mark(fresh, marks);
      const same = this.#thoseThatSee(fresh, unmarked, marks);
      if (same === null) bucket.push(fresh);
      else takeOver(same, fresh, marks);
      settle(question, same ?? fresh);
      return true;
    }
    for (const known of unmarked) if (this.#open(known)) mark(known, marks);
    if (this.#settleMarked([question], marks).length === 0) return true;
    // The variables of one generator object are never those of another.
    const mayBeSame = (known: Known): boolean =>
      known.cell === null && !(question.witness.isGenerator === true && known.witnesses.every(isOfGenerator));
    if (bucket.some(mayBeSame)) return false;
    bucket.push(fresh);
    settle(question, fresh);
    return true;
  }

  // The one of some scopes whose functions read the mark that was just written.
  #thoseThatSee(fresh: Known, unmarked: readonly Known[], marks: Marks): Known | null {
    if (unmarked.length === 0) return null;
    const first = unmarked.map(({ witnesses }) => witnesses[0] as Witness);
    const inspected = this.#session.inspect(first.map(({ box }) => box.fn));
    const index = first.findIndex((each, i) => markedIn(inspected[i]?.entries[each.index], marks) === fresh);
    return unmarked[index] ?? null;
  }

  // Reads all at once and settles those that see a mark; returns the others.
  #settleMarked(questions: readonly Question[], marks: Marks): readonly Question[] {
    if (marks.byMark.size === 0 || questions.length === 0) return questions;
    const inspected = this.#session.inspect(questions.map((question) => question.witness.box.fn));
    return questions.filter((question, i) => {
      const known = markedIn(inspected[i]?.entries[question.witness.index], marks);
      if (known !== null) settle(question, known);
      return known === null;
    });
  }

  #open(known: Known): boolean {
    if (known.cell !== null || !known.canOpen) return known.cell !== null;
    const witnesses = [...known.witnesses].sort(
      (a, b) => Number(a.unit.form === 'class') - Number(b.unit.form === 'class'),
    );
    for (const each of witnesses) {
      const call = each.isGenerator === true ? null : callOf(each.unit);
      const name = markableName(known, each);
      if (call === null || name === undefined) continue;
      const { place, first, entries } = each;
      const cell = this.#session.cell(each.box.fn, { place, call, first, entries }, name);
      if (cell === undefined || !isWorking(cell) || !this.#isThere(each, name, cell)) continue;
      known.cell = cell;
      known.cellName = name;
      return true;
    }
    known.canOpen = false;
    return false;
  }

  // What a frame finds under a name has to be what V8 lists: in loops it looks at the wrong level at times.
  #isThere({ box, index }: Witness, name: string, cell: VariableCell): boolean {
    const before = cell.get();
    const sentinel = {};
    cell.set(sentinel);
    try {
      const entry = this.#session.inspect([box.fn])[0]?.entries[index];
      return entry !== undefined && valueIn(entry, name) === sentinel;
    } finally {
      cell.set(before);
    }
  }
}

interface Marks {
  readonly byMark: Map<unknown, Known>;
  /** The names under which marks were written. */
  readonly names: Set<string>;
  readonly undo: (() => void)[];
}

// — helpers —

// Two functions share a scope exactly when they hold the same context. Returns the questions whose context is not known.
function settleByContext(
  bucket: Known[],
  questions: readonly Question[],
  view: HeapView,
): readonly Question[] {
  const byContext = new Map<number, Known>();
  for (const known of bucket) {
    const context = contextOf(known.witnesses[0] as Witness, view);
    if (context === null) return questions;
    byContext.set(context, known);
  }
  return questions.filter((question) => {
    const context = contextOf(question.witness, view);
    if (context === null) return true;
    const known = byContext.get(context) ?? newKnown(bucket);
    byContext.set(context, known);
    settle(question, known);
    return false;
  });
}

function contextOf({ box, entries, index }: Witness, view: HeapView): number | null {
  return view.contextsOf(box.fn, entries)?.[index] ?? null;
}

function settle(question: Question, known: Known): void {
  witness(known, question);
  question.answer(known.instance);
}

function witness(known: Known, question: Question): void {
  if (known.witnesses.length < WITNESSES_MAX && !known.witnesses.includes(question.witness)) {
    known.witnesses.push(question.witness);
    known.canOpen = true;
  }
  for (const name of question.writable) known.writable.add(name);
}

function isOfGenerator(each: Witness): boolean {
  return each.isGenerator === true;
}

function mark(known: Known, marks: Marks): void {
  const { cell } = known;
  if (cell === null) return;
  const before = cell.get();
  const sentinel = {};
  cell.set(sentinel);
  marks.undo.push(() => cell.set(before));
  marks.byMark.set(sentinel, known);
  marks.names.add(known.cellName);
}

// What was found out about a scope belongs to one that was known already.
function takeOver(known: Known, fresh: Known, marks: Marks): void {
  known.cell = fresh.cell;
  known.cellName = fresh.cellName;
  for (const [sentinel, owner] of marks.byMark) if (owner === fresh) marks.byMark.set(sentinel, known);
}

function newKnown(bucket: Known[]): Known {
  const known: Known = {
    instance: new ScopeInstance('block'),
    witnesses: [],
    writable: new Set(),
    cell: null,
    cellName: '',
    canOpen: true,
  };
  bucket.push(known);
  return known;
}

function markedIn(entry: ScopeEntry | undefined, marks: Marks): Known | null {
  if (entry === undefined) return null;
  for (const name of marks.names) {
    const known = marks.byMark.get(valueIn(entry, name));
    if (known !== undefined) return known;
  }
  return null;
}

// A name of the scope that is not hidden by a nearer declaration, or the object of a `with`, where the function would start.
function markableName(known: Known, each: Witness): string | undefined {
  const entry = each.entries[each.index] as ScopeEntry;
  for (const name of known.writable) {
    const binding = lookUp(each.unit.inner, name);
    const isHidden =
      (binding !== null && binding.scope.depth > each.unit.scope.depth) ||
      isHiddenByWith(each.entries, each.index, name);
    if (!isHidden && valueIn(entry, name) !== DEAD_ZONE) return name;
  }
  return undefined;
}

function isWorking(cell: VariableCell): boolean {
  try {
    const value = cell.get();
    cell.set(value);
    return true;
  } catch {
    return false;
  }
}
