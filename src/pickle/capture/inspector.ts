// The only module that talks to V8's inspector: positions, scopes and internal slots of live functions, private
// members, script sources, and expressions evaluated in the frame of a function that never gets to run.
//
// Real values cross over through one object, the sink: commands are given its remote id and write to it. To hand values
// in, the sink is a property of the global object for the moment of one command. Knows nothing of syntax and graphs.

import type { Session } from 'node:inspector';
import { runScript } from '../../realm/compile.js';
import { scriptOf } from '../../realm/known-scripts.js';
import { entriesOf, type FunctionPlace, isOwn, isTrapping, type ScopeEntry, valueIn } from './entries.js';
import { now } from './wait.js';

/** What V8 says of one function. */
export interface InspectedFunction {
  readonly place: FunctionPlace | null;
  readonly entries: readonly ScopeEntry[];
  readonly bound: {
    readonly target: unknown;
    readonly thisArg: unknown;
    readonly args: readonly unknown[];
  } | null;
}

/** One script that V8 knows. */
export interface ScriptInfo {
  readonly url: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly isModule: boolean;
  /** False for a script of another realm. */
  readonly isMain: boolean;
}

/** A private member as V8 lists it: a field has a value, an accessor or method may have none. */
export interface PrivateMember {
  readonly name: string;
  readonly value: unknown;
  readonly isAccessor: boolean;
}

/** How to enter a function's frame. */
export interface ProbeCall {
  readonly place: FunctionPlace;
  /** The call as text; `%f` stands for the function. Its arguments must be literals. */
  readonly call: string;
  /** Where its first statement is, or null: then the function is stepped into, which takes longer. */
  readonly first: { readonly start: FunctionPlace; readonly end: FunctionPlace } | null;
  /** The function's scope chain: its last entry is the global object of its realm. */
  readonly entries: readonly ScopeEntry[];
}

/** What V8 says of one generator object. */
export interface InspectedGenerator {
  /** `suspended`, `running` or `closed`. */
  readonly state: string;
  readonly fn: Function | undefined;
  readonly receiver: unknown;
  /** Where it stands: its `yield`, or its function when it has not begun. */
  readonly place: FunctionPlace | null;
  /** Its variables, innermost first, and what is around its function. */
  readonly entries: readonly ScopeEntry[];
}

/** Reads and writes one variable of a scope. */
export interface VariableCell {
  get(): unknown;
  set(value: unknown): void;
}

/** Why V8's debugger cannot be asked in this process. */
export class ShutDebugger extends Error {}

interface Called {
  readonly caller: unknown;
}

interface Remote {
  readonly objectId?: string;
}

// What entering is tried with: the first of the two must not run.
const ENTERED = '(() => { let n = 0; return [() => { n = 1 }, () => n] })()';
const ENTERED_AT = ENTERED.indexOf('n = 1');
// Names that not all code can have, or that mean something else in a function of their own.
const ODD_NAMES =
  /^(?:arguments|async|await|eval|implements|interface|let|of|package|private|protected|public|static|yield)$/;

const GROUP = 'brine';
const BATCH = 256;
const STEPS_MAX = 24;
const SINK = '__brine_capture_sink__';

const define = Reflect.defineProperty;
const forget = Reflect.deleteProperty;
const descriptorOf = Reflect.getOwnPropertyDescriptor;
const load = process.getBuiltinModule;
// The realm's own, taken before a program can replace it.
const ownEval: unknown = descriptorOf(globalThis, 'eval')?.value;

const BOUND_SLOTS = ['[[TargetFunction]]', '[[BoundThis]]', '[[BoundArgs]]'];
const GENERATOR_SLOTS = ['[[GeneratorFunction]]', '[[GeneratorReceiver]]', '[[Scopes]]'];
const STORE_ALL = 'function(sink,...all){sink.value=all}';

/** Commands that leave nothing behind in V8 once their values are released and breakpoints are removed. */
const LIGHT = new Set([
  ...[
    'Debugger.enable',
    'Debugger.setSkipAllPauses',
    'Debugger.getScriptSource',
    'Debugger.evaluateOnCallFrame',
  ],
  ...['Debugger.getPossibleBreakpoints', 'Debugger.setBreakpoint', 'Debugger.removeBreakpoint'],
  ...['Runtime.evaluate', 'Runtime.getProperties', 'Runtime.callFunctionOn', 'Runtime.releaseObjectGroup'],
]);

/**
 * An open connection to the inspector of this thread. Opening V8's debugger reads every script of the process, tens of milliseconds:
 * it is done when something is asked that nothing else knows.
 */
export class V8Session {
  /** How long it took to open the debugger; 0 while nobody needed it. */
  openingMs = 0;
  readonly #scripts = new Map<string, ScriptInfo>();
  /** The texts of functions that were looked at, and what is known of those that brine compiled itself. */
  readonly #looked = new Map<string, { readonly info: ScriptInfo | undefined; readonly text: string }>();
  readonly #mayDebug: boolean;
  readonly #session = newSession();
  readonly #stops = new Map<string, { readonly id: string; readonly condition: string } | null>();
  readonly #sink: { value: any; f: any; text: string; end: () => void } = Object.assign(Object.create(null), {
    value: undefined,
    f: undefined,
    text: '',
    end: () => this.#send('Runtime.terminateExecution'),
  });
  #sinkId = '';
  #onPaused: ((params: any) => void) | null = null;
  #canEnterOnce: boolean | undefined;
  #canPauseOnce: boolean | undefined;
  #isLight = true;
  #stoppedAt: object | undefined;

  /** Without the debugger V8 shows values as well; it knows no scripts then and enters nothing. */
  constructor({ mayDebug = true }: { readonly mayDebug?: boolean } = {}) {
    this.#mayDebug = mayDebug;
    this.#session.connect();
  }

  #openDebugger(): void {
    if (this.openingMs > 0) return;
    if (!this.#mayDebug) throw new ShutDebugger('this connection may not open the debugger');
    const start = now();
    this.#session.on('Debugger.scriptParsed', ({ params }: any) => {
      this.#scripts.set(params.scriptId, {
        url: params.url,
        startLine: params.startLine,
        startColumn: params.startColumn,
        isModule: params.isModule === true,
        isMain: params.executionContextAuxData?.isDefault === true,
      });
    });
    this.#session.on('Debugger.paused', ({ params }: any) => {
      if (this.#onPaused !== null) this.#onPaused(params);
      else this.#send('Debugger.resume');
    });
    try {
      this.#post('Debugger.enable', { maxScriptsCacheSize: 0 });
      this.#post('Debugger.setSkipAllPauses', { skip: true });
    } catch (error) {
      throw new ShutDebugger((error as Error).message);
    }
    // This module is one.
    if (this.#scripts.size === 0) throw new ShutDebugger("V8's inspector lists no scripts");
    this.openingMs = Math.max(now() - start, Number.MIN_VALUE);
  }

  /** What V8 knows of a script; undefined for one that it has dropped. */
  script(id: string): ScriptInfo | undefined {
    const known = this.#looked.get(id)?.info;
    if (known !== undefined) return known;
    this.#openDebugger();
    return this.#scripts.get(id);
  }

  /** Every script there is. */
  allScripts(): Iterable<ScriptInfo> {
    this.#openDebugger();
    return this.#scripts.values();
  }

  /** The number of the module with this URL that was loaded last. */
  moduleId(url: string): string | undefined {
    this.#openDebugger();
    let found: string | undefined;
    for (const [id, script] of this.#scripts) if (script.isModule && script.url === url) found = id;
    return found;
  }

  #noteScript(fn: Function | undefined, place: FunctionPlace | null): void {
    if (!this.#mayDebug || place === null || fn === undefined || this.#looked.has(place.scriptId)) return;
    const script = scriptOf(fn);
    if (script === undefined) return;
    const { known, text } = script;
    const info = known === undefined ? undefined : { ...known, isModule: false, isMain: true };
    this.#looked.set(place.scriptId, { info, text });
  }

  /**
   * Lets go of everything that was looked at, and says whether somebody else may go on with this connection: not after
   * a snapshot of the heap, whose traces slow the program down until the connection is closed.
   */
  rest(): boolean {
    this.#releaseAll();
    for (const stop of this.#stops.values())
      if (stop !== null) this.#post('Debugger.removeBreakpoint', { breakpointId: stop.id });
    this.#stops.clear();
    // The program may stand still by the next time.
    this.#canEnterOnce = undefined;
    this.#canPauseOnce = undefined;
    this.#sink.value = undefined;
    this.#sink.f = undefined;
    this.#looked.clear();
    return this.#isLight && this.#onPaused === null;
  }

  close(): void {
    this.#send('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    if (this.openingMs > 0) this.#send('Debugger.disable');
    this.#session.removeAllListeners();
    this.#session.disconnect();
    this.#scripts.clear();
    this.#looked.clear();
    this.#stops.clear();
  }

  /** Runs `work` with errors made without stacks, so that no stack formatting hook of the user's runs. */
  quietly<T>(work: () => T): T {
    const before = descriptorOf(Error, 'stackTraceLimit');
    const isChangeable = before === undefined ? Object.isExtensible(Error) : before.configurable === true;
    if (isChangeable) {
      define(Error, 'stackTraceLimit', { value: 0, writable: true, enumerable: true, configurable: true });
    }
    try {
      return work();
    } finally {
      if (isChangeable) {
        if (before === undefined) forget(Error, 'stackTraceLimit');
        else define(Error, 'stackTraceLimit', before);
      }
      this.#send('Runtime.releaseObjectGroup', { objectGroup: GROUP });
      this.#sinkId = '';
    }
  }

  /**
   * False where no function may be entered. With a port open a client from outside may be attached, and a stop would wait
   * for its answer; in a program that stands still already nothing stops, and the function would run.
   */
  get canEnter(): boolean {
    this.#canEnterOnce ??= !isPortOpen() && this.#entersAndEnds();
    return this.#canEnterOnce;
  }

  /** False where V8 does not wait for an answer when it stops, or where no function may be entered. */
  get canPause(): boolean {
    this.#canPauseOnce ??= this.canEnter && this.#stopsAndAnswers();
    return this.#canPauseOnce;
  }

  #entersAndEnds(): boolean {
    this.#openDebugger();
    const [fn, get] = runScript(ENTERED, { fileName: 'brine:self-test' }) as [Function, () => unknown];
    const place = this.inspect([fn])[0]?.place;
    if (place == null || this.#standsStill()) return false;
    const at = (column: number): FunctionPlace => ({ ...place, line: 0, column });
    const first = { start: at(ENTERED_AT), end: at(ENTERED_AT + 1) };
    const cell = this.#quickCell(fn, { place, call: '%f()', first, entries: [] }, 'n');
    const mark = {};
    cell?.set(mark);
    const seen = this.inspect([get])[0]?.entries[0];
    return cell?.get() === mark && get() === mark && seen !== undefined && valueIn(seen, 'n') === mark;
  }

  // Another connection of this thread may have let the program go on before this one is told of the stop.
  // There V8 evaluates conditions all the same, and ends a call only when the program goes on.
  #standsStill(): boolean {
    try {
      this.#post('Debugger.evaluateOnCallFrame', { callFrameId: 'none', expression: '1' });
    } catch (error) {
      return !(error as Error).message.includes('only perform operation while paused');
    }
    return true;
  }

  #stopsAndAnswers(): boolean {
    let isRight = false;
    this.#onPaused = ({ callFrames }) => {
      try {
        isRight = this.#evaluateInFrame(callFrames[0].callFrameId, '1')?.value === 1;
      } catch {
        isRight = false;
      }
      this.#send('Debugger.resume');
    };
    this.#post('Debugger.setSkipAllPauses', { skip: false });
    this.#expose();
    try {
      this.#send('Runtime.evaluate', { expression: 'debugger', silent: true, objectGroup: GROUP });
    } finally {
      this.#conceal();
      this.#onPaused = null;
      this.#post('Debugger.setSkipAllPauses', { skip: true });
    }
    return isRight;
  }

  /** For each object, which of the internal slots that are named for it V8 does not show. */
  missingSlots(needed: readonly (readonly [object: object, names: readonly string[]])[]): string[][] {
    const ids = this.#remoteIds(needed.map(([object]) => object));
    const missing = needed.map(([, names], i) => {
      const slots = this.#internalSlots(ids[i] as string);
      return names.filter((name) => !slots.has(name));
    });
    this.#releaseAll();
    return missing;
  }

  /** Positions, scope chains and bound parts of functions. */
  inspect(functions: readonly Function[]): InspectedFunction[] {
    const result: InspectedFunction[] = [];
    for (let from = 0; from < functions.length; from += BATCH) {
      this.#inspectBatch(functions.slice(from, from + BATCH), result);
      this.#releaseAll();
    }
    return result;
  }

  #inspectBatch(functions: readonly Function[], result: InspectedFunction[]): void {
    const remotes: any[] = [];
    const rows = this.#remoteIds(functions).map((objectId, i) => {
      const slots = this.#internalSlots(objectId);
      const row = { place: placeOf(slots.get('[[FunctionLocation]]')), scopes: -1, bound: -1 };
      this.#noteScript(functions[i], row.place);
      if (slots.has('[[Scopes]]')) row.scopes = remotes.push(slots.get('[[Scopes]]')) - 1;
      if (slots.has('[[TargetFunction]]')) row.bound = remotes.length;
      if (row.bound >= 0) for (const name of BOUND_SLOTS) remotes.push(slots.get(name));
      return row;
    });
    const values = this.#values(remotes);
    for (const { place, scopes, bound } of rows) {
      result.push({
        place,
        entries: scopes < 0 ? [] : entriesOf(values[scopes]),
        bound: bound < 0 ? null : boundOf(values[bound], values[bound + 1], values[bound + 2]),
      });
    }
  }

  /** State, function, place and variables of generator objects. */
  generators(objects: readonly object[]): InspectedGenerator[] {
    const result: InspectedGenerator[] = [];
    for (let from = 0; from < objects.length; from += BATCH) {
      const remotes: any[] = [];
      const rows = this.#remoteIds(objects.slice(from, from + BATCH)).map((objectId) => {
        const slots = this.#internalSlots(objectId);
        for (const name of GENERATOR_SLOTS) remotes.push(slots.get(name) ?? null);
        return {
          state: slots.get('[[GeneratorState]]')?.value as string,
          place: placeOf(slots.get('[[GeneratorLocation]]')),
        };
      });
      const values = this.#values(remotes);
      rows.forEach(({ state, place }, i) => {
        const [fn, receiver, scopes] = values.slice(i * GENERATOR_SLOTS.length);
        this.#noteScript(fn, place);
        result.push({ state, fn, receiver, place, entries: scopes === undefined ? [] : entriesOf(scopes) });
      });
      this.#releaseAll();
    }
    return result;
  }

  /** Internal slots of objects, in the order of their names; undefined for those that an object does not have. */
  slots(objects: readonly object[], names: readonly string[]): unknown[][] {
    const result: unknown[][] = [];
    for (let from = 0; from < objects.length; from += BATCH) {
      const remotes: any[] = [];
      for (const objectId of this.#remoteIds(objects.slice(from, from + BATCH))) {
        const slots = this.#internalSlots(objectId);
        for (const name of names) remotes.push(slots.get(name) ?? null);
      }
      const values = this.#values(remotes);
      for (let at = 0; at < values.length; at += names.length)
        result.push(values.slice(at, at + names.length));
      this.#releaseAll();
    }
    return result;
  }

  /** The names of the functions that made objects, which V8 keeps when a prototype is replaced; of derived classes it keeps none. */
  makerNames(objects: readonly object[]): string[] {
    const names = this.#remotes(objects).map(({ className }) => className);
    this.#releaseAll();
    return names;
  }

  /** The text of a script. */
  source(scriptId: string): string {
    // The debugger goes on giving the old text when a client of its own changes it.
    const text = this.#looked.get(scriptId)?.text;
    if (text !== undefined) return text;
    this.#openDebugger();
    return this.#post('Debugger.getScriptSource', { scriptId }).scriptSource;
  }

  /** The private members of an object in V8's order: base class first. */
  privateMembers(object: object): PrivateMember[] {
    const [objectId] = this.#remoteIds([object]);
    const listed: any[] =
      this.#post('Runtime.getProperties', { objectId, ownProperties: true }).privateProperties ?? [];
    const values = this.#values(listed.map((member) => member.value ?? null));
    const members = listed.map((member, i) => ({
      name: member.name as string,
      value: values[i],
      isAccessor: member.value === undefined,
    }));
    this.#releaseAll();
    return members;
  }

  /** Every live object that has `prototype` in its chain. Collects garbage: tens of milliseconds and more. */
  liveObjects(prototype: object): unknown[] {
    const [prototypeObjectId] = this.#remoteIds([prototype]);
    const { objects } = this.#post('Runtime.queryObjects', { prototypeObjectId, objectGroup: GROUP });
    const [list] = this.#values([objects]);
    this.#releaseAll();
    return list;
  }

  /** The object with an id of a heap snapshot that was taken before, or null. */
  objectByHeapId(id: number): object | null {
    let reply: any;
    try {
      reply = this.#post('HeapProfiler.getObjectByHeapObjectId', {
        objectId: String(id),
        objectGroup: GROUP,
      });
    } catch {
      return null;
    }
    const [object] = this.#values([reply.result]);
    this.#releaseAll();
    return typeof object === 'object' || typeof object === 'function' ? object : null;
  }

  /**
   * Evaluates an expression in the frame of a function that is entered and ended before its first instruction.
   * Returns the value in a box, or null when functions cannot be entered, the frame was not reached, or the expression threw.
   */
  probe(fn: Function, call: ProbeCall, expression: string): { value: any } | null {
    if (!this.canPause || call.entries.some(isTrapping)) return null;
    let outcome: { value: any } | null = null;
    let steps = 0;
    const hasStop = call.first !== null && this.#hasStop(call.first);
    let probeScript: string | null = null;
    const end = (): void => {
      this.#send('Runtime.terminateExecution');
      this.#send('Debugger.resume');
    };
    this.#onPaused = ({ callFrames }) => {
      const frame = callFrames[0];
      probeScript ??= frame.location.scriptId;
      steps++;
      if (isFrameOf(frame, call.place)) {
        this.#stoppedAt = frame.location;
        try {
          outcome = this.#evaluateInFrame(frame.callFrameId, expression);
        } catch {
          outcome = null;
        }
        end();
      } else if (!hasStop && frame.location.scriptId === probeScript && steps <= STEPS_MAX)
        this.#send('Debugger.stepInto');
      else if (hasStop || callFrames.some((each: any) => each.location.scriptId === probeScript)) end();
      else this.#send('Debugger.resume');
    };
    this.#post('Debugger.setSkipAllPauses', { skip: false });
    try {
      this.#enter(fn, call, (hasStop ? '' : 'debugger;') + call.call);
    } finally {
      this.#onPaused = null;
      this.#post('Debugger.setSkipAllPauses', { skip: true });
    }
    return outcome;
  }

  /**
   * The same for strict code, where V8 does not stop if that can be helped: at a stop it describes the whole stack, milliseconds.
   * The expression may name what is not declared: it is a text of its own, so that it fails by itself and the function ends.
   */
  probeStrict(fn: Function, call: ProbeCall, expression: string): { value: any } | null {
    const quick = this.#evaluateStrict(fn, call, expression);
    return quick === undefined ? this.probe(fn, call, expression) : { value: quick };
  }

  #evaluateStrict(fn: Function, call: ProbeCall, text: string): unknown {
    const { first, entries } = call;
    if (first === null || !this.canEnter || entries.some(isTrapping) || !isOwnEval(entries)) return undefined;
    const condition = `try{${SINK}.value=eval(${SINK}.text)}catch{}finally{${SINK}.end()}false`;
    if (!this.#hasStop(first, condition)) return undefined;
    this.#sink.text = text;
    this.#enter(fn, call, call.call);
    return this.#taken();
  }

  /**
   * Reads and writes a variable that a function can name; undefined when it cannot be entered. V8 does not stop for it where that
   * can be helped: at a stop it describes the whole stack, milliseconds.
   */
  cell(fn: Function, call: ProbeCall, name: string): VariableCell | undefined {
    if (call.first !== null && /^[\w$]+$/.test(name) && !ODD_NAMES.test(name)) {
      if (!this.canEnter || call.entries.some(isTrapping)) return undefined;
      const cell = this.#quickCell(fn, call, name);
      if (cell !== undefined) return cell;
    }
    return this.probe(fn, call, cellText(name))?.value;
  }

  /**
   * True when the code of a function is sloppy, undefined when that cannot be told. A sloppy function that it calls is told its caller,
   * unless that is strict. What V8 evaluates at a stop is called by this module; only a condition is called by the function.
   */
  isSloppy(fn: Function, call: ProbeCall): boolean | undefined {
    if (!this.canEnter || call.entries.some(isTrapping)) return undefined;
    const condition = `try{${SINK}.value={caller:(function $f(){return $f.caller})()}}catch{};${SINK}.end();false`;
    const box = (call.first === null ? undefined : this.#inCondition(fn, call, condition)) as
      | Called
      | undefined;
    this.#removeStop(call.first); // it would end the call for whoever steps into the function next
    const told = box ?? this.#whereItStops(fn, call, condition);
    return told === undefined ? undefined : told.caller === fn;
  }

  // Where a function is stopped when it is stepped into, it comes first when it is called in the same way once more.
  #whereItStops(fn: Function, call: ProbeCall, condition: string): Called | undefined {
    this.#stoppedAt = undefined;
    this.probe(fn, { ...call, first: null }, '1');
    const location: any = this.#stoppedAt;
    if (location === undefined) return undefined;
    const { breakpointId, actualLocation: actual } = this.#post('Debugger.setBreakpoint', {
      location,
      condition,
    });
    try {
      const isExact =
        actual.lineNumber === location.lineNumber && actual.columnNumber === location.columnNumber;
      return isExact ? (this.#valueOf(fn, call) as Called | undefined) : undefined;
    } finally {
      this.#post('Debugger.removeBreakpoint', { breakpointId });
    }
  }

  // It first asks V8 to end the call, which V8 does before the statement runs.
  #quickCell(fn: Function, call: ProbeCall, name: string): VariableCell | undefined {
    const condition = `${SINK}.end();try{${SINK}.value=${cellText(name)}}catch{};false`;
    return this.#inCondition(fn, call, condition) as VariableCell | undefined;
  }

  // The condition of a breakpoint is evaluated in the function's frame.
  #inCondition(fn: Function, call: ProbeCall, condition: string): unknown {
    if (!this.#hasStop(call.first as NonNullable<ProbeCall['first']>, condition)) return undefined;
    return this.#valueOf(fn, call);
  }

  // What a condition puts into the sink when a function is called.
  #valueOf(fn: Function, call: ProbeCall): unknown {
    this.#enter(fn, call, call.call);
    return this.#taken();
  }

  #taken(): any {
    const { value } = this.#sink;
    this.#sink.value = undefined;
    return value;
  }

  #enter(fn: Function, { entries }: ProbeCall, text: string): void {
    const realm = entries.at(-1)?.object ?? globalThis;
    this.#sink.f = fn;
    this.#expose();
    if (realm !== globalThis) this.#expose(realm);
    try {
      const expression = text.replace('%f', `${SINK}.f`);
      this.#send('Runtime.evaluate', { expression, silent: true, objectGroup: GROUP });
    } finally {
      if (realm !== globalThis) this.#conceal(realm);
      this.#conceal();
      this.#sink.f = undefined;
    }
  }

  // Puts a breakpoint on the first statement, one at a time. Stops of statements have no type and come before everything in
  // them; calls have a type. Unless there is exactly one statement, and the stop is put there, it is not trusted.
  #hasStop({ start, end }: NonNullable<ProbeCall['first']>, condition = ''): boolean {
    const key = `${start.scriptId}:${start.line}:${start.column}`;
    const known = this.#stops.get(key);
    if (known === null || known?.condition === condition) return known !== null;
    if (known !== undefined) this.#post('Debugger.removeBreakpoint', { breakpointId: known.id });
    const id = this.#setStop(start, end, condition);
    this.#stops.set(key, id === null ? null : { id, condition });
    return id !== null;
  }

  #removeStop(first: ProbeCall['first']): void {
    if (first === null) return;
    const key = `${first.start.scriptId}:${first.start.line}:${first.start.column}`;
    const known = this.#stops.get(key);
    if (known) this.#post('Debugger.removeBreakpoint', { breakpointId: known.id });
    this.#stops.delete(key);
  }

  // The id of the breakpoint, or null.
  #setStop(from: FunctionPlace, to: FunctionPlace, condition: string): string | null {
    const range = { start: locationOf(from), end: locationOf(to), restrictToFunction: true };
    let locations: any[];
    try {
      locations = this.#post('Debugger.getPossibleBreakpoints', range).locations;
    } catch {
      return null; // V8 keeps no realm for scripts that it made of its own snapshot
    }
    const statements = locations.filter((each) => each.type === undefined);
    if (statements.length !== 1) return null;
    const { lineNumber, columnNumber } = statements[0];
    const location = { scriptId: from.scriptId, lineNumber, columnNumber };
    const asked = condition === '' ? { location } : { location, condition };
    let made: any;
    try {
      made = this.#post('Debugger.setBreakpoint', asked);
    } catch {
      return null; // V8 allows one breakpoint at a place
    }
    const { breakpointId, actualLocation: actual } = made;
    const isExact = actual.lineNumber === lineNumber && actual.columnNumber === columnNumber;
    if (!isExact) this.#post('Debugger.removeBreakpoint', { breakpointId });
    return isExact ? breakpointId : null;
  }

  // The sink is reached by its name, which is exposed in the function's own realm.
  #evaluateInFrame(callFrameId: string, expression: string): { value: any } | null {
    this.#sink.value = null;
    const text = `(${SINK}.value={value:${expression}},0)`;
    this.#post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression: text,
      silent: true,
      objectGroup: GROUP,
    });
    const box = this.#sink.value;
    this.#sink.value = undefined;
    return box;
  }

  // — values and their remote ids —

  #remoteIds(values: readonly unknown[]): string[] {
    return this.#remotes(values).map(({ objectId }) => objectId);
  }

  // What V8 says of each: its id, and the name of what made it.
  #remotes(values: readonly unknown[]): { readonly objectId: string; readonly className: string }[] {
    this.#sink.value = values;
    this.#expose();
    let list: Remote;
    try {
      list = this.#post('Runtime.evaluate', {
        expression: `${SINK}.value`,
        silent: true,
        objectGroup: GROUP,
      }).result;
    } finally {
      this.#conceal();
      this.#sink.value = undefined;
    }
    const { result } = this.#post('Runtime.getProperties', { objectId: list.objectId, ownProperties: true });
    const remotes: any[] = [];
    for (const property of result) {
      if (property.name !== 'length' && property.value !== undefined)
        remotes[Number(property.name)] = property.value;
    }
    return remotes;
  }

  #values(remotes: readonly (any | null)[]): any[] {
    const sinkId = this.#remoteSink();
    const values: any[] = [];
    for (let from = 0; from < remotes.length; from += BATCH) {
      const batch = remotes.slice(from, from + BATCH).map(argumentOf);
      this.#post('Runtime.callFunctionOn', {
        objectId: sinkId,
        functionDeclaration: STORE_ALL,
        arguments: [{ objectId: sinkId }, ...batch],
        silent: true,
      });
      const list = this.#sink.value;
      for (let i = 0; i < batch.length; i++) values.push(list[i]);
    }
    this.#sink.value = undefined;
    return values;
  }

  #remoteSink(): string {
    if (this.#sinkId !== '') return this.#sinkId;
    this.#expose();
    try {
      this.#sinkId = this.#post('Runtime.evaluate', {
        expression: SINK,
        silent: true,
        objectGroup: GROUP,
      }).result.objectId;
    } finally {
      this.#conceal();
    }
    return this.#sinkId;
  }

  #internalSlots(objectId: string): Map<string, any> {
    const { internalProperties } = this.#post('Runtime.getProperties', { objectId, ownProperties: true });
    const slots = new Map<string, any>();
    for (const slot of internalProperties ?? []) slots.set(slot.name, slot.value);
    return slots;
  }

  #releaseAll(): void {
    this.#post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    this.#sinkId = '';
  }

  #expose(realm: object = globalThis): void {
    define(realm, SINK, { value: this.#sink, configurable: true, enumerable: false, writable: false });
  }

  #conceal(realm: object = globalThis): void {
    forget(realm, SINK);
  }

  // — commands —

  #send(method: string, params: object = {}): void {
    (this.#session.post as any)(method, params, ignore);
  }

  #post(method: string, params: object = {}): any {
    let reply: any;
    let failure: any;
    let isDone = false;
    if (!LIGHT.has(method)) this.#isLight = false;
    (this.#session.post as any)(method, params, (error: any, result: any) => {
      failure = error;
      reply = result;
      isDone = true;
    });
    if (!isDone) throw new Error(`V8's inspector did not answer ${method} at once`);
    if (failure) throw new Error(`V8's inspector refused ${method}: ${failure.message}`);
    return reply;
  }
}

// — helpers —

// Asked for when it is needed: a Node built without the inspector has no such module, and then data is still saved.
function inspectorModule(): typeof import('node:inspector') {
  const inspector = load('node:inspector') as typeof import('node:inspector') | undefined;
  if (inspector === undefined) throw new Error('this Node was built without the inspector');
  return inspector;
}

function newSession(): Session {
  const { Session } = inspectorModule();
  return new Session();
}

function isPortOpen(): boolean {
  return inspectorModule().url() !== undefined;
}

function ignore(): void {}

function placeOf(location: any): FunctionPlace | null {
  const value = location?.value;
  return value === undefined
    ? null
    : { scriptId: value.scriptId, line: value.lineNumber, column: value.columnNumber };
}

// An object with the variable's accessors, as text.
function cellText(name: string): string {
  const value = name === '$v' ? '$w' : '$v';
  return `{get:()=>${name},set:(${value})=>{${name}=${value}}}`;
}

function locationOf(place: FunctionPlace): object {
  return { scriptId: place.scriptId, lineNumber: place.line, columnNumber: place.column };
}

function boundOf(target: unknown, thisArg: unknown, list: any): InspectedFunction['bound'] {
  const args: unknown[] = [];
  for (let i = 0; i < list.length; i++) args.push(list[i]);
  return { target, thisArg, args };
}

// A direct eval only if nothing but the realm's own function has that name.
function isOwnEval(entries: readonly ScopeEntry[]): boolean {
  return entries.every(({ type, object }) =>
    type === 'Global'
      ? object === globalThis && descriptorOf(object, 'eval')?.value === ownEval
      : type !== 'With Block' && !isOwn(object, 'eval'),
  );
}

// A class with field initialisers is entered through a synthetic function that has the class's place or lies after it.
function isFrameOf(frame: any, place: FunctionPlace): boolean {
  const at = frame.functionLocation;
  if (at === undefined || at.scriptId !== place.scriptId) return false;
  if (frame.functionName === '<instance_members_initializer>') return true;
  return at.lineNumber === place.line && at.columnNumber === place.column;
}

function argumentOf(remote: any): object {
  if (remote === null) return {};
  if (remote.objectId !== undefined) return { objectId: remote.objectId };
  if (remote.unserializableValue !== undefined) return { unserializableValue: remote.unserializableValue };
  return 'value' in remote ? { value: remote.value } : {};
}
