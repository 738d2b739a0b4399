// Questions that only V8 can answer quickly: do two objects have the same hidden class, has an array odd elements.
//
// V8's own functions are compiled once with a flag that is set for that moment only. Where code generation is forbidden
// or V8 refuses, `natives` is undefined and callers take their plain path, which must give the same result.
// Knows nothing of graphs.

import v8 from 'node:v8';
import { compileWithNatives } from './compile.js';

/** The questions. */
export interface Natives {
  /**
   * True when both have the same hidden class: for one in fast mode, the same kind, keys in order, attributes, prototype,
   * extensibility and private names. Says nothing of index properties.
   */
  haveSameMap(a: object, b: object): boolean;
  /** True when the object's properties are described by its hidden class alone. */
  hasFastProperties(object: object): boolean;
  /** True when the elements are stored one by one with attributes: accessors, read-only elements, or very sparse. */
  hasDictionaryElements(array: object): boolean;
  /** True when every element is a small whole number, or a hole. */
  hasSmiElements(array: object): boolean;
  /** True when every element is held as a double, or a hole. */
  hasDoubleElements(array: object): boolean;
  /** True when there may be holes. */
  hasHoleyElements(array: object): boolean;
  /** The target of a proxy, without a trap; null when it was revoked. */
  proxyTarget(proxy: object): object | null;
  /** The handler of a proxy; null when it was revoked. */
  proxyHandler(proxy: object): object | null;
  /**
   * The value of a private field; its name begins with `#`. Throws where the object has none of that name, or several. Must not be
   * asked for an accessor: it would run.
   */
  privateField(object: object, name: string): unknown;
  /**
   * The private names of an object: of fields with their `#`, and for private methods and accessors the name of their class. Undefined
   * where V8 does not tell. Must not be asked of a proxy.
   */
  privateNames(object: object): readonly (string | undefined)[] | undefined;
  /** The number of the script that a function stands in; -1 for native ones. */
  scriptId(fn: Function): number;
  /** The whole text of that script; undefined for native ones. */
  scriptText(fn: Function): string | undefined;
}

/** V8's answers, or undefined where they cannot be had. */
export const natives: Natives | undefined = load();

function load(): Natives | undefined {
  if (process.env['BRINE_PLAIN_PATHS'] === '1') return undefined;
  try {
    // V8 throws the code of functions away that rest for some collections, and could not compile these once more.
    v8.setFlagsFromString('--no-flush-bytecode');
    v8.setFlagsFromString('--allow-natives-syntax');
    const one = <T = boolean>(name: string): ((object: object) => T) =>
      compileWithNatives('a', `return %${name}(a)`) as (object: object) => T;
    const made: Natives = {
      haveSameMap: compileWithNatives('a, b', 'return %HaveSameMap(a, b)') as Natives['haveSameMap'],
      hasFastProperties: one('HasFastProperties'),
      hasDictionaryElements: one('HasDictionaryElements'),
      hasSmiElements: one('HasSmiElements'),
      hasDoubleElements: one('HasDoubleElements'),
      hasHoleyElements: one('HasHoleyElements'),
      proxyTarget: one<object | null>('JSProxyGetTarget'),
      proxyHandler: one<object | null>('JSProxyGetHandler'),
      privateField: compileWithNatives('a, b', 'return %GetPrivateMember(a, b)') as Natives['privateField'],
      privateNames: privateNames(),
      scriptId: one<number>('FunctionGetScriptId'),
      scriptText: one<string | undefined>('FunctionGetScriptSource'),
    };
    return passesSelfTest(made) ? made : undefined;
  } catch {
    return undefined;
  } finally {
    v8.setFlagsFromString('--no-allow-natives-syntax');
  }
}

// The number of V8's filter is another one in Node 20.
function privateNames(): Natives['privateNames'] {
  const keys = compileWithNatives('a, b', 'return %GetOwnPropertyKeys(a, b)') as (
    object: object,
    filter: number,
  ) => symbol[];
  const sample = compileWithNatives(
    '',
    'return new (class Kept { #kept; #kept2() {}; also = [Symbol()] })()',
  )() as object;
  const describe = (filter: number, object: object): (string | undefined)[] =>
    keys(object, filter).map((key) => (typeof key === 'symbol' ? key.description : undefined));
  const isRight = (filter: number): boolean =>
    describe(filter, sample).sort().join() === '#kept,Kept' &&
    keys({ a: 1, [Symbol.iterator]: 2 }, filter).length === 0;
  const filter = [32, 64].find(isRight);
  if (filter === undefined) return () => undefined;
  // Nearly all objects have none.
  return (object) => {
    const found = keys(object, filter);
    return found.length === 0 ? NO_NAMES : found.map((key) => key.description);
  };
}

const NO_NAMES: readonly string[] = [];

function passesSelfTest(natives: Natives): boolean {
  const odd = Object.defineProperty([1, 2], 0, { get: () => 1 });
  const [target, handler] = [{}, {}];
  const proxy = new Proxy(target, handler);
  const getter = Object.defineProperty({ a: 1, b: 2 }, 'b', { get: () => 2 });
  // As text: no build may make something else of the field.
  const holder = compileWithNatives('a', 'return new (class { #kept = a; kept() { return this.#kept } })()');
  return (
    natives.haveSameMap({ a: 1, b: 2 }, { a: 3, b: 4 }) &&
    !natives.haveSameMap({ a: 1, b: 2 }, { b: 1, a: 2 }) &&
    !natives.haveSameMap({ a: 1, b: 2 }, getter) &&
    !natives.haveSameMap({ a: 1, b: 2 }, Object.freeze({ a: 1, b: 2 })) &&
    natives.hasDictionaryElements(odd) &&
    !natives.hasDictionaryElements([1, 2]) &&
    natives.hasFastProperties({ a: 1 }) &&
    natives.hasSmiElements([1, 2]) &&
    !natives.hasSmiElements([1, 'b']) &&
    natives.hasDoubleElements([1.5, 2.5]) &&
    !natives.hasDoubleElements([1, 2]) &&
    natives.proxyTarget(proxy) === target &&
    natives.proxyHandler(proxy) === handler &&
    natives.privateField(holder(target) as object, '#kept') === target &&
    natives.scriptId(holder) > 0 &&
    natives.scriptText(holder)?.includes('#kept = a') === true &&
    natives.scriptId(Math.max) < 0 &&
    !natives.hasHoleyElements([1, 2]) &&
    natives.hasHoleyElements([1, , 2])
  );
}
