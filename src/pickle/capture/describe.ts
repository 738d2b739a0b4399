// Describes functions: what each is, its text, and the scopes it needs.
//
// A batch goes in steps: look at all functions, read every value they need, tell shared scopes apart, link the scopes.
// Nothing of the user's runs in any of them. Knows nothing of graphs or rows.

import { types } from 'node:util';
import type { CodeEntry } from '../../graph/code.js';
import {
  restoredCode,
  restoredComputedKeys,
  restoredGenerators,
  restoredMembers,
} from '../../realm/restored.js';
import { writtenText } from '../../realm/template-sites.js';
import { type Alignment, align } from './align.js';
import { analyseScopes } from './analyse.js';
import { BatchView } from './batch-view.js';
import { Bodies } from './bodies.js';
import { Bulk } from './bulk.js';
import { computedKeysOf } from './classes.js';
import { DeadZones } from './dead-zone.js';
import { type Draft, isSloppyIn, probeIn, refuse } from './draft.js';
import { isOwn, isUnshown, type ScopeEntry, valueIn } from './entries.js';
import { callOf } from './frame.js';
import {
  argumentsOf,
  type GeneratorSubject,
  type GeneratorText,
  isMereCall,
  type Standing,
  sameYield,
  standingOf,
} from './generators.js';
import { Globals } from './globals.js';
import { callReason, type Held, heldIterators, readHeld, staleReason } from './held.js';
import { HOME_UNTOLD } from './homes.js';
import { type Level, ScopeTree } from './identity.js';
import { Imports } from './imports.js';
import type { InspectedFunction, InspectedGenerator, V8Session } from './inspector.js';
import { KeptKeys } from './kept-keys.js';
import { LevelReader } from './levels.js';
import { Lookout, type Seen, type UnitAt } from './lookout.js';
import { type Needs, needsElsewhere, needsOf, needsWritten } from './needs.js';
import { FunctionBox, Owners } from './owners.js';
import { type CodeUnit, lookUp } from './scopes.js';
import { offsetOf, parseScript, type Script, Scripts, textOf } from './scripts.js';
import { SelfNames } from './self-names.js';
import { callsSuper } from './super-call.js';
import { Surroundings } from './surroundings.js';
import { type Question, Teller } from './telling.js';
import {
  type Captured,
  type CapturedGenerator,
  type CaptureOptions,
  CodeNode,
  type Uncapturable,
} from './types.js';
import { ValueNumbers } from './values.js';

const ACROSS_TEXTS = 'shares variables with a function of another text, since a direct eval made one of them';

/** Describes the functions of one run. */
export class Describer {
  readonly owners: Owners;
  readonly scripts: Scripts;
  readonly #session: V8Session;
  readonly #bulk: Bulk;
  readonly #heap: BatchView;
  readonly #lookout: Lookout;
  readonly #around: Surroundings;
  readonly #levels: LevelReader;
  readonly #teller: Teller;
  readonly #kept: KeptKeys;
  readonly #tree = new ScopeTree();
  readonly #codes = new Map<CodeUnit | CodeEntry, CodeNode>();
  readonly #codeOfText = new Map<string, CodeNode>();
  readonly #needs = new Map<CodeUnit, Needs>();
  readonly #originals = new Map<CodeEntry, Needs | null>();
  readonly #generatorTexts = new Map<CodeEntry, GeneratorText | null>();
  readonly #alignments = new Map<CodeUnit, Alignment>();
  readonly #strictAround = new Map<Script, Strictness>();
  readonly #imports: Imports;
  readonly #toldImports = new Set<string>();

  constructor(session: V8Session, { takesGlobals = false }: CaptureOptions = {}) {
    this.#session = session;
    this.scripts = new Scripts(session);
    this.#imports = new Imports(this.scripts, session);
    this.owners = new Owners(session, (fn) => this.#classUnitOf(fn));
    this.#bulk = new Bulk(session);
    this.#heap = new BatchView(session);
    const bodies = new Bodies(this.#heap);
    const deadZones = new DeadZones(session, this.#heap);
    const selfNames = new SelfNames(session, this.#heap);
    const values = new ValueNumbers();
    const { scripts, owners } = this;
    this.#around = new Surroundings({ session, scripts, owners, bulk: this.#bulk, bodies });
    const globals =
      takesGlobals === false ? null : new Globals(takesGlobals === true ? undefined : takesGlobals);
    this.#levels = new LevelReader(session, {
      around: this.#around,
      values,
      globals,
      deadZones,
      selfNames,
    });
    this.#teller = new Teller(session, this.#bulk);
    this.#kept = new KeptKeys(session);
    this.#lookout = new Lookout({
      session,
      scripts,
      bulk: this.#bulk,
      values,
      needsOf: (fn, { unit, script }) => this.#needsOf(fn, unit, script),
      earlier: () => this.#teller.witnesses(),
    });
  }

  describe(functions: readonly Function[]): Captured[] {
    this.owners.refresh();
    this.#levels.takeQuestions();
    try {
      this.#heap.begin(functions);
      const seen = this.#lookout.look(functions);
      seen.forEach(({ at }, i) => {
        if (at?.unit.form === 'class') this.owners.add(at.unit, functions[i] as Function);
      });
      const drafts = functions.map((fn, i) => this.#draft(fn, seen[i] as Seen));
      this.#heap.begin([]); // what is asked of the heap next is asked only while little is in use
      this.#teller.tell(this.#levels.takeQuestions());
      const open = drafts.filter((draft): draft is Draft => !('kind' in draft));
      this.#around.prepareHomes(open);
      this.#kept.begin(open.filter(({ unit }) => hasComputedFields(unit)).map(({ box }) => box.fn));
      return drafts.map((draft) => ('kind' in draft ? draft : this.#finish(draft)));
    } finally {
      this.#bulk.drop();
      this.#heap.begin([]);
      this.#kept.begin([]);
    }
  }

  /** Describes generator objects; their functions are described as closures are. */
  describeGenerators(objects: readonly object[]): (CapturedGenerator | Uncapturable)[] {
    this.owners.refresh();
    this.#levels.takeQuestions();
    try {
      const seen = this.#session.generators(objects);
      const functions = [
        ...new Set(seen.flatMap(({ fn, state }) => (state === 'suspended' && fn ? [fn] : []))),
      ];
      this.#heap.begin(functions);
      const looks = this.#lookout.look(functions);
      const looked = new Map(functions.map((fn, i) => [fn, looks[i] as Seen]));
      const questions: Question[] = [];
      const drafts = objects.map((object, i) =>
        this.#generatorDraft(object, seen[i] as InspectedGenerator, looked, questions),
      );
      this.#heap.begin([]);
      this.#teller.tell([...this.#levels.takeQuestions(), ...questions]);
      const held = this.#heldBy(drafts);
      return drafts.map((draft) => ('kind' in draft ? draft : this.#finishGenerator(draft, held.get(draft))));
    } finally {
      this.#heap.begin([]);
      this.#bulk.drop();
    }
  }

  // — what a generator is —

  #generatorDraft(
    object: object,
    seen: InspectedGenerator,
    looked: ReadonlyMap<Function, Seen>,
    questions: Question[],
  ): GeneratorDraft | CapturedGenerator | Uncapturable {
    if (seen.state === 'closed') return finishedGenerator(seen);
    if (seen.state !== 'suspended' || seen.fn === undefined)
      return refuseGenerator('is running, so that it stands nowhere');
    const look = looked.get(seen.fn) as Seen;
    const refusal = this.#refusal(seen.fn, look.seen, look.at);
    if (refusal !== null) return refusal;
    const restored = restoredGenerators.get(object);
    const { script, unit } = look.at as UnitAt;
    const entry = restored?.entry ?? restoredCode.get(seen.fn) ?? entryOf(seen.fn, unit, script, look.seen);
    const draft: Draft = { ...this.#newDraft(seen.fn, look), receiver: seen.receiver };
    const text = restored === undefined ? { script: script.analysis, unit } : this.#generatorText(entry);
    if (text === null) return refuseGenerator('was loaded, and its text cannot be read');
    const ask = (question: Question): void => void questions.push(question);
    const isAltered =
      restored !== undefined && script.analysis.source.slice(unit.start, unit.end) !== restored.source;
    const made = isAltered ? madeText(entry, restored.source) : undefined;
    const subject: GeneratorSubject = { object, seen, draft, text, restored, made, ask };
    if (isMereCall(subject)) return calledGenerator(subject);
    const failure = this.#levels.collect(draft);
    if (failure !== null) return failure;
    const standing = standingOf(subject);
    return typeof standing === 'string' ? refuseGenerator(standing) : { subject, standing, entry };
  }

  // The text of a generator function by itself: a method stands in a literal, or in a class when its name is private.
  #generatorText(entry: CodeEntry): GeneratorText | null {
    let text = this.#generatorTexts.get(entry);
    if (text === undefined) {
      text = textAlone(entry);
      this.#generatorTexts.set(entry, text);
    }
    return text;
  }

  // What V8 holds for generators that have no name for it: iterators, and whether an asynchronous one is in flight.
  #heldBy(drafts: readonly (GeneratorDraft | CapturedGenerator | Uncapturable)[]): Map<GeneratorDraft, Held> {
    const asked = drafts.filter(
      (draft): draft is GeneratorDraft =>
        !('kind' in draft) &&
        draft.standing.position >= 0 &&
        (draft.standing.iterators.length > 0 ||
          draft.standing.staleName !== undefined ||
          draft.standing.calls?.length !== 0 ||
          draft.subject.text.unit.node.async === true),
    );
    if (asked.length === 0) return new Map();
    const objects = asked.map(({ subject }) => subject.object);
    const hasNames = asked.some(({ standing }) =>
      standing.iterators.some(({ type }) => type === 'ForInStatement'),
    );
    const calls = asked.map(({ standing }) => standing.calls ?? []);
    const held = readHeld(this.#session, objects, { hasNames, calls });
    return new Map(held === null ? [] : asked.map((draft, i) => [draft, held[i] as Held]));
  }

  #finishGenerator(generator: GeneratorDraft, held: Held | undefined): CapturedGenerator | Uncapturable {
    const { subject, standing, entry } = generator;
    const { draft, seen, text } = subject;
    draft.isFinished = true;
    if (draft.isAcrossTexts === true) return refuseGenerator(ACROSS_TEXTS);
    if (draft.isUndecided)
      return refuseGenerator('may share its variables with a function, which nothing tells');
    const told = heldIterators(standing, text, held);
    if (typeof told === 'string') return refuseGenerator(told);
    const isCallHeld =
      standing.calls?.length === 0 || (standing.calls !== null && held?.areCallsHeld === true);
    if (!isCallHeld) return refuseGenerator(callReason(standing, text));
    if (standing.staleName !== undefined && held?.isCold !== true)
      return refuseGenerator(staleReason(standing, text));
    const position = this.#writtenPosition(generator);
    if (position === undefined)
      return refuseGenerator('runs a loaded text that had to be altered, in which its place is not found');
    const home = draft.needs.usesHome ? this.#around.homeOf(draft) : undefined;
    if (home === null)
      return refuseGenerator('uses `super`, and the object it was written in cannot be told');
    const levels = standing.levels();
    const isLoaded = subject.restored !== undefined || this.#isLoaded(draft.box.fn, entry);
    return {
      kind: 'generator',
      state: 'suspended',
      isAsync: text.unit.node.async === true,
      fn: undefined,
      receiver: seen.receiver,
      items: told.items,
      isGuess: told.isGuess,
      movingImports: this.#movingImports(draft, levels),
      code: this.#codeOf(isLoaded ? entry : draft.unit, entry),
      scope: this.#tree.link(levels),
      home,
      position,
      arguments: standing.arguments,
    };
  }

  // Where a loaded function had to be altered, its generators stand at places of that text: no `yield` came or went.
  #writtenPosition({ subject, standing, entry }: GeneratorDraft): number | undefined {
    const { position } = standing;
    const { script, unit } = subject.draft;
    if (position < 0 || subject.restored !== undefined) return position;
    if (script.analysis.source.slice(unit.start, unit.end) === entry.source) return position;
    return sameYield(position, { script: script.analysis, unit }, this.#generatorText(entry));
  }

  // — what a function is —

  #classUnitOf(fn: Function): CodeUnit | null {
    const [seen] = this.#session.inspect([fn]);
    const unit = seen?.place ? this.scripts.unitAt(seen.place)?.unit : undefined;
    return unit?.form === 'class' ? unit : null;
  }

  #draft(fn: Function, { seen, at }: Seen): Draft | Captured {
    if (seen.bound !== null) return { kind: 'bound', ...seen.bound };
    const restored = restoredMembers.get(fn);
    if (restored !== undefined) return { kind: 'member', ...restored };
    const refusal = this.#refusal(fn, seen, at);
    if (refusal !== null) return refusal;
    const { script, unit } = at as { script: Script; unit: CodeUnit };
    if (unit.classUnit !== null && restoredCode.get(fn) === undefined) {
      const member = this.#member(fn, unit, script);
      if (member !== null) return member;
    }
    const draft = this.#newDraft(fn, { seen, at });
    if (draft.needs.usesOuterHome && callsSuper(unit.node)) {
      const reason = 'it calls super(), which only the constructor that it was made in can do';
      return refuse('arrow function', reason, 'Keep what the constructor made.');
    }
    return this.#levels.collect(draft) ?? draft;
  }

  #newDraft(fn: Function, { seen, at }: Seen): Draft {
    const { script, unit } = at as UnitAt;
    const draft: Draft = {
      box: new FunctionBox(fn),
      unit,
      script,
      seen,
      needs: this.#needsOf(fn, unit, script),
      entry: restoredCode.get(fn) ?? entryOf(fn, unit, script, seen),
      alignment: this.#alignmentOf(unit, seen.entries),
      levels: [],
      globals: new Set(),
      isUndecided: false,
    };
    const around = this.#strictAroundOf(draft);
    if (around === SLOPPY) return draft;
    return { ...draft, entry: { ...draft.entry, isStrict: true }, isStrictGuess: around === PERHAPS_STRICT };
  }

  // The text of a direct eval does not say that it is strict because the code around the eval is.
  #strictAroundOf(draft: Draft): Strictness {
    const { box, unit, script, alignment } = draft;
    const hasAround = alignment.outer.length > 0 || alignment.indexOf.has(script.analysis.top);
    if (script.url !== '' || unit.inner.isStrict || !hasAround || restoredCode.has(box.fn)) return SLOPPY;
    let around = this.#strictAround.get(script);
    if (around === undefined || around === PERHAPS_STRICT) {
      const { form, node } = unit;
      const isPlain = form === 'function' && node.generator !== true && node.async !== true;
      around = isPlain ? strictness(!isSloppy(box.fn)) : strictnessOfFrame(this.#session, draft);
      this.#strictAround.set(script, around);
    }
    return around;
  }

  #refusal(
    fn: Function,
    seen: InspectedFunction,
    at: { unit: CodeUnit; script: Script } | null,
  ): Uncapturable | null {
    const info = seen.place === null ? undefined : this.#session.script(seen.place.scriptId);
    if (info === undefined) {
      return refuse('native function', 'it is part of the engine or of an add-on and has no text', NAME_IT);
    }
    if (info.url.startsWith('node:')) {
      return refuse('function inside Node', `it belongs to ${info.url}, which is not saved`, NAME_IT);
    }
    if (seen.entries.some(isUnshown)) {
      return refuse(
        'function',
        'V8 does not show the object of a `with` block around it: a proxy, or an empty object without a prototype',
        'Use an ordinary object, or no `with`.',
      );
    }
    if (at === null) {
      return refuse(
        'function',
        'the script it came from could not be read as JavaScript',
        'Write it in standard JavaScript.',
      );
    }
    const isSame =
      restoredCode.has(fn) || textOf(fn) === at.script.analysis.source.slice(at.unit.start, at.unit.end);
    return isSame
      ? null
      : refuse('function', 'its text was not found in the script it came from', 'Define it again.');
  }

  #member(fn: Function, unit: CodeUnit, script: Script): Captured | null {
    const classUnit = unit.classUnit as CodeUnit;
    const text = script.analysis.source.slice(classUnit.start, classUnit.end);
    const owner = this.owners.classOfMember(classUnit, fn, text);
    if (owner !== null) return { kind: 'member', owner, element: unit.element };
    const needs = this.#needsOf(fn, unit, script);
    // A private method is on no object: of one class alone it can only be that one's.
    const isPrivate = classUnit.node.body.body[unit.element]?.key?.type === 'PrivateIdentifier';
    const isBoundToClass = needs.usesHome || needs.classes.length > 0;
    if (!isBoundToClass && !isPrivate) return null;
    const all = this.owners.all(classUnit, text);
    if (all.length === 1) return { kind: 'member', owner: all[0] as Function, element: unit.element };
    if (!isBoundToClass && all.length === 0) return null;
    return refuse(
      'method',
      all.length === 0
        ? 'the class it was written in cannot be found any more'
        : 'which of the classes made at its place it was written in cannot be told',
      'Keep the class in a variable.',
    );
  }

  #needsOf(fn: Function, unit: CodeUnit, script: Script): Needs {
    const entry = restoredCode.get(fn);
    if (entry !== undefined && unit.form === 'class') {
      let original = this.#originals.get(entry);
      if (original === undefined) {
        original = needsOfText(entry.source);
        this.#originals.set(entry, original);
      }
      if (original !== null) return needsElsewhere(original, script.analysis, unit);
    }
    let needs = this.#needs.get(unit);
    if (needs === undefined) {
      needs = needsOf(script.analysis, unit);
      const written = entry?.source ?? writtenText(textOf(fn))?.source;
      if (written !== undefined) needs = needsWritten(needs, written);
      this.#needs.set(unit, needs);
    }
    return needs;
  }

  #alignmentOf(unit: CodeUnit, entries: readonly ScopeEntry[]): Alignment {
    let alignment = this.#alignments.get(unit);
    if (alignment === undefined) {
      alignment = align(unit, entries);
      this.#alignments.set(unit, alignment);
    }
    return alignment;
  }

  // — the answer —

  #finish(draft: Draft): Captured {
    const { unit, needs, entry } = draft;
    const { fn } = draft.box;
    draft.isFinished = true;
    if (draft.isAcrossTexts === true) {
      return refuse('function', `it ${ACROSS_TEXTS}`, 'Keep the variables in an object that both hold.');
    }
    if (draft.isUndecided) {
      const reason = 'nothing tells whether it shares its variables with another function of the same place';
      return refuse('function', reason, 'Give its parameters plain names, so that it can be entered.');
    }
    const code = this.#codeOf(this.#isLoaded(fn, entry) ? entry : unit, entry);
    const scope = this.#tree.link(draft.levels);
    const globals = [...draft.globals].sort();
    const movingImports = this.#movingImports(draft, draft.levels);
    if (entry.form === 'class') {
      const computedKeys = restoredComputedKeys.get(fn) ?? this.#computedKeys(draft);
      if (typeof computedKeys !== 'number')
        return {
          kind: 'class',
          code,
          scope,
          computedKeys,
          globals,
          movingImports,
          hasMembers: hasMembers(unit),
        };
      const text = `the value of a computed key of its body (element ${computedKeys + 1}) cannot be found any more`;
      return refuse('class', text, 'Use a key that is a literal, or a constant kept in a variable.');
    }
    const home = needs.usesHome
      ? this.#around.homeOf(draft)
      : needs.usesOuterHome
        ? this.#around.outerHomeOf(draft)
        : undefined;
    if (home === null) {
      const hint = 'Keep the object it was written in, and no copies that hold the same method.';
      return refuse('function', HOME_UNTOLD, hint);
    }
    const isHomeGuess = home !== undefined && this.#around.isGuess(draft);
    const ignoredNames = ignoredNamesIn(draft);
    const isStrictGuess = draft.isStrictGuess === true;
    const told = { isHomeGuess, isStrictGuess, ignoredNames, movingImports };
    return { kind: 'function', code, scope, home, globals, ...told };
  }

  // Each variable of a module once, also one that only a direct eval may name.
  #movingImports({ script }: Draft, levels: readonly Level[]): readonly string[] {
    if (!script.isModule) return [];
    const { top } = script.analysis;
    const own = levels.filter(({ place }) => place === top).flatMap(({ bindings }) => bindings);
    const declared = own.flatMap(({ name }) => top.bindings.get(name) ?? []);
    const moving = this.#imports.moving(script, declared);
    return moving.filter((name) => {
      const key = `${script.id} ${name}`;
      return !this.#toldImports.has(key) && this.#toldImports.add(key) !== undefined;
    });
  }

  // Of loaded code one entry may be that of several texts in scripts of brine's making.
  #isLoaded(fn: Function, entry: CodeEntry): boolean {
    return restoredCode.get(fn) === entry || loadedEntries.has(entry);
  }

  #codeOf(key: CodeUnit | CodeEntry, entry: CodeEntry): CodeNode {
    let code = this.#codes.get(key);
    if (code === undefined) {
      code = this.#equalCode(entry);
      this.#codes.set(key, code);
    }
    return code;
  }

  // V8 makes two scripts of the first two calls of `new Function` with one text, and one of all later ones: a text at a place is one
  // code. Each script has its own objects for template literals.
  #equalCode(entry: CodeEntry): CodeNode {
    if (entry.source.includes('`')) return new CodeNode(entry);
    const { url, line, column, form, isDeclaration, isStrict, source } = entry;
    const text = [url, line, column, form, isDeclaration, isStrict, source].join('\n');
    let code = this.#codeOfText.get(text);
    if (code === undefined) this.#codeOfText.set(text, (code = new CodeNode(entry)));
    return code;
  }

  #computedKeys(draft: Draft): readonly (string | symbol)[] | number {
    return computedKeysOf(draft.box.fn, draft.unit, {
      session: this.#session,
      scripts: this.scripts,
      valueOf: (name) => {
        const entry = draft.seen.entries.find(
          (each) => each.type !== 'With Block' && isOwn(each.object, name),
        );
        const descriptor =
          entry === undefined ? undefined : Reflect.getOwnPropertyDescriptor(entry.object, name);
        if (entry === undefined || (entry.type === 'Global' && !('value' in (descriptor ?? {})))) return null;
        return { value: valueIn(entry, name) };
      },
      isSteady: (name) => {
        const binding = lookUp(draft.unit.scope, name);
        if (binding === null || binding.scope.kind === 'with') return false;
        const isKept = binding.scope.kind !== 'top' || draft.alignment.indexOf.has(binding.scope);
        const isImported = binding.kind === 'const' && binding.initialisedAt === 0; // its module may assign to it
        return isKept && !isImported && (binding.kind === 'const' || !binding.isRewritten);
      },
      keptKeys: (symbols) => this.#kept.of(draft.box.fn, symbols),
    });
  }
}

/** A generator object that goes on from a place. */
interface GeneratorDraft {
  readonly subject: GeneratorSubject;
  readonly standing: Standing;
  readonly entry: CodeEntry;
}

// — helpers —

// Where a condition cannot tell: what a debugger evaluates in a frame is sloppy there, whatever the frame's function is. But a call without
// a receiver gives sloppy code the global object. An arrow has what is around it: `arguments` of sloppy code with plain parameters knows
// its callee, others refuse: those of strict code, and those of sloppy code with other parameters.
function strictnessOfFrame(session: V8Session, draft: Draft): Strictness {
  const told = isSloppyIn(session, draft);
  if (told !== undefined) return strictness(!told);
  const call = callOf(draft.unit)?.replace('%f', '(0,%f)') ?? null;
  const seen = probeIn(session, draft, '[this,typeof arguments==="undefined"?null:arguments]', call)?.value;
  if (seen === undefined) return PERHAPS_STRICT;
  const [thisValue, args] = seen as [unknown, unknown];
  if (draft.unit.form !== 'arrow') return strictness(thisValue === undefined);
  if (thisValue === globalThis) return SLOPPY;
  if (!types.isArgumentsObject(args)) return PERHAPS_STRICT;
  return Reflect.getOwnPropertyDescriptor(args, 'callee')?.get === undefined ? SLOPPY : PERHAPS_STRICT;
}

function strictness(isStrict: boolean): Strictness {
  return isStrict ? STRICT : SLOPPY;
}

const [SLOPPY, STRICT, PERHAPS_STRICT] = [0, 1, 2] as const;
type Strictness = typeof SLOPPY | typeof STRICT | typeof PERHAPS_STRICT;

function ignoredNamesIn({ unit, script, needs }: Draft): readonly string[] {
  const around = needs.declared.filter(
    ({ scope }) => scope.kind === 'name' && !scope.isStrict && scope.unit !== unit,
  );
  if (around.length === 0) return [];
  const assigned = around.filter(({ name, scope }) =>
    script.analysis.references.some(
      ({ isWrite, target, name: other, position }) =>
        isWrite && target === scope && other === name && position >= unit.start && position < unit.end,
    ),
  );
  return assigned.map(({ name }) => name).sort();
}

const callerOf = Reflect.getOwnPropertyDescriptor(Function.prototype, 'caller')?.get;

// A plain sloppy function has a caller: as a property of its own, and from Node 26 on by an accessor of all functions, which refuses
// strict ones.
function isSloppy(fn: Function): boolean {
  if (isOwn(fn, 'caller')) return true;
  try {
    return callerOf !== undefined && Reflect.apply(callerOf, fn, []) !== undefined;
  } catch {
    return false;
  }
}

function refuseGenerator(why: string): Uncapturable {
  return refuse(
    'generator object',
    `it ${why}`,
    'Make it again after loading, or let it come to another place first.',
  );
}

const NO_PLACE = {
  movingImports: [],
  code: undefined,
  scope: null,
  home: undefined,
  position: -1,
  arguments: [],
};

function finishedGenerator({ fn }: InspectedGenerator): CapturedGenerator {
  const isAsync = fn !== undefined && types.isAsyncFunction(fn);
  const rest = { fn: undefined, receiver: undefined, items: [], isGuess: false, ...NO_PLACE };
  return { kind: 'generator', state: 'finished', isAsync, ...rest };
}

function calledGenerator(subject: GeneratorSubject): CapturedGenerator {
  const { fn, receiver } = subject.seen;
  const isAsync = subject.draft.unit.node.async === true;
  return {
    kind: 'generator',
    state: 'called',
    isAsync,
    fn,
    receiver,
    items: argumentsOf(subject),
    isGuess: false,
    ...NO_PLACE,
  };
}

function textAlone(entry: CodeEntry): GeneratorText | null {
  const isMethod = entry.form === 'method';
  const before = `${entry.isStrict ? '"use strict";' : ''}(`;
  for (const [open, close] of isMethod
    ? [
        ['{', '}'],
        ['class{', '}'],
      ]
    : [['', '']]) {
    const text = `${before}${open}${entry.source}${close})`;
    const program = parseScript(text, false);
    if (program === null) continue;
    const script = analyseScopes(text, program, false);
    const unit = script.units.find((each) => each.start === before.length + (open as string).length);
    const found = script.units.find((each) => each !== unit || each.form !== 'class');
    if (found !== undefined) return { script, unit: unit?.form === 'class' ? found : (unit ?? found) };
  }
  return null;
}

// What a method goes on as may be a function.
function madeText(entry: CodeEntry, source: string): GeneratorText | null {
  return textAlone({ ...entry, source, form: 'function' }) ?? textAlone({ ...entry, source });
}

const NAME_IT = 'Keep a reference to it by name instead, or wrap it in a function of your own.';

function hasComputedFields({ form, node }: CodeUnit): boolean {
  return (
    form === 'class' &&
    node.body.body.some((each: any) => each.type === 'PropertyDefinition' && each.computed)
  );
}

function entryOf(fn: Function, unit: CodeUnit, script: Script, seen: InspectedFunction): CodeEntry {
  const text = textOf(fn);
  const { place } = seen;
  const written = writtenText(text, place === null ? 0 : offsetOf(script, place) - unit.start);
  const origin = written?.origin;
  if (origin?.isIt === true) {
    loadedEntries.add(origin.entry);
    return origin.entry;
  }
  return {
    source: written?.source ?? text,
    form: unit.form,
    isDeclaration: unit.isDeclaration,
    isStrict: unit.isStrict,
    url: origin?.entry.url ?? written?.url ?? script.url,
    line: origin?.place.line ?? (place?.line ?? 0) + 1,
    column: origin?.place.column ?? place?.column ?? 0,
  };
}

/** Texts that were loaded, and of which there is a function that loaded code made. */
const loadedEntries = new WeakSet<CodeEntry>();

function needsOfText(source: string): Needs | null {
  const text = `(${source})`;
  const program = parseScript(text, false);
  if (program === null) return null;
  const analysis = analyseScopes(text, program, false);
  const unit = analysis.units.find((each) => each.start === 1 && each.form === 'class');
  return unit === undefined ? null : needsOf(analysis, unit);
}

function hasMembers({ node }: CodeUnit): boolean {
  return node.body.body.some(
    ({ type, kind, key, static: isStatic }: any) =>
      type === 'MethodDefinition' && !isStatic && kind !== 'constructor' && key.type !== 'PrivateIdentifier',
  );
}
