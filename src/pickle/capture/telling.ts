// Tells scope instances apart: functions of one place whose levels hold equal values may share a scope or not.
//
// One function of each distinct scope is entered (a frame probe) to get at a binding for writing; a mark is written
// there; whoever reads the mark in its own scope shares it. Every value is put back before the question is answered.
// The accessors are kept for the run, so that later questions about a known scope need no new probe.

import { callOf } from './frame.js';
import { ScopeInstance } from './identity.js';
import {
  DEAD_ZONE,
  type FunctionPlace,
  type ProbeCall,
  type ScopeEntry,
  type V8Session,
  valueIn,
} from './inspector.js';
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
}

/** A question: which instance is the scope of this witness? The answer is called once. */
export interface Question {
  readonly scope: StaticScope;
  /** All values of the level and of the levels outside it, as text. */
  readonly fingerprint: string;
  /** Names that may be written to. */
  readonly writable: readonly string[];
  readonly witness: Witness;
  answer(instance: ScopeInstance): void;
}

interface Known {
  readonly instance: ScopeInstance;
  readonly witnesses: Witness[];
  readonly writable: Set<string>;
  cell: { get(): unknown; set(value: unknown): void } | null;
  cellName: string;
  isOpaque: boolean;
}

const WITNESSES_MAX = 4;

/** Everything told apart in one run. */
export class Teller {
  readonly #session: V8Session;
  readonly #known = new Map<StaticScope, Map<string, Known[]>>();

  constructor(session: V8Session) {
    this.#session = session;
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
    for (const [bucket, waiting] of buckets) this.#tellBucket(bucket, waiting);
  }

  #bucket(question: Question): Known[] {
    let byValues = this.#known.get(question.scope);
    if (byValues === undefined) {
      byValues = new Map();
      this.#known.set(question.scope, byValues);
    }
    let bucket = byValues.get(question.fingerprint);
    if (bucket === undefined) {
      bucket = [];
      byValues.set(question.fingerprint, bucket);
    }
    return bucket;
  }

  #tellBucket(bucket: Known[], questions: readonly Question[]): void {
    const rest = [...questions];
    if (bucket.length === 0) this.#settle(rest.shift() as Question, newKnown(bucket));
    if (rest.length === 0) return;
    const marks: Marks = { byMark: new Map(), names: new Set() };
    const undo: (() => void)[] = [];
    try {
      for (const known of bucket) this.#mark(known, marks, undo);
      let waiting: readonly Question[] = rest;
      while (waiting.length > 0) {
        const unmarked = this.#settleMarked(waiting, marks);
        const [first, ...others] = unmarked;
        if (first === undefined) return;
        const known = bucket.find((each) => each.isOpaque) ?? newKnown(bucket);
        this.#settle(first, known);
        this.#mark(known, marks, undo);
        waiting = others;
        if (others.length > 0) waiting = this.#settleEach(others, { bucket, marks, undo });
      }
    } finally {
      for (const restore of undo.reverse()) restore();
    }
  }

  // Reads all at once and settles those that see a mark; returns the others.
  #settleMarked(questions: readonly Question[], marks: Marks): Question[] {
    const inspected = this.#session.inspect(questions.map((question) => question.witness.box.fn));
    return questions.filter((question, i) => {
      const known = markedIn(inspected[i]?.entries[question.witness.index], marks);
      if (known !== null) this.#settle(question, known);
      return known === null;
    });
  }

  // One after the other: each either sees a mark or is a scope of its own, marked for those that follow.
  #settleEach(questions: readonly Question[], state: BucketState): readonly Question[] {
    for (const question of questions) {
      const [unmarked] = this.#settleMarked([question], state.marks);
      if (unmarked === undefined) continue;
      const known = state.bucket.find((each) => each.isOpaque) ?? newKnown(state.bucket);
      this.#settle(unmarked, known);
      this.#mark(known, state.marks, state.undo);
    }
    return [];
  }

  #settle(question: Question, known: Known): void {
    if (known.witnesses.length < WITNESSES_MAX) known.witnesses.push(question.witness);
    for (const name of question.writable) known.writable.add(name);
    question.answer(known.instance);
  }

  #mark(known: Known, marks: Marks, undo: (() => void)[]): void {
    if (known.cell === null && !known.isOpaque) this.#open(known);
    const { cell } = known;
    if (cell === null) return;
    const before = cell.get();
    const mark = {};
    cell.set(mark);
    undo.push(() => cell.set(before));
    marks.byMark.set(mark, known);
    marks.names.add(known.cellName);
  }

  #open(known: Known): void {
    const witnesses = [...known.witnesses].sort(
      (a, b) => Number(a.unit.form === 'class') - Number(b.unit.form === 'class'),
    );
    for (const witness of witnesses) {
      const call = callOf(witness.unit);
      const name = markableName(known, witness);
      if (call === null || name === undefined) continue;
      const value = name === '$v' ? '$w' : '$v';
      const text = `{get:()=>${name},set:(${value})=>{${name}=${value}}}`;
      const cell = this.#session.probe(
        witness.box.fn,
        { place: witness.place, call, first: witness.first, entries: witness.entries },
        text,
      )?.value;
      if (cell === undefined || !isWorking(cell)) continue;
      known.cell = cell;
      known.cellName = name;
      return;
    }
    known.isOpaque = true;
  }
}

interface Marks {
  readonly byMark: Map<unknown, Known>;
  /** The names under which marks were written. */
  readonly names: Set<string>;
}

interface BucketState {
  readonly bucket: Known[];
  readonly marks: Marks;
  readonly undo: (() => void)[];
}

// — helpers —

function newKnown(bucket: Known[]): Known {
  const known: Known = {
    instance: new ScopeInstance('block'),
    witnesses: [],
    writable: new Set(),
    cell: null,
    cellName: '',
    isOpaque: false,
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

// A name of the scope that is not hidden by a nearer declaration where the function would start.
function markableName(known: Known, witness: Witness): string | undefined {
  const entry = witness.entries[witness.index] as ScopeEntry;
  for (const name of known.writable) {
    const binding = lookUp(witness.unit.inner, name);
    const isHidden = binding !== null && binding.scope.depth > witness.unit.scope.depth;
    if (!isHidden && valueIn(entry, name) !== DEAD_ZONE) return name;
  }
  return undefined;
}

function isWorking(cell: { get(): unknown; set(value: unknown): void }): boolean {
  try {
    const value = cell.get();
    cell.set(value);
    return true;
  } catch {
    return false;
  }
}
