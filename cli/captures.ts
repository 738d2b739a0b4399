// The globals that brine's own code uses, taken before any cell can give their names to something else.
//
// The build puts these in place of the global names in everything it bundles (esbuild's `inject`), so that
// `let process = 1` or `class Map {}` at the prompt is the user's business only. Imports nothing.

const captured = globalThis;

const Array_ = captured.Array;
const ArrayBuffer_ = captured.ArrayBuffer;
const BigInt_ = captured.BigInt;
const Boolean_ = captured.Boolean;
const Buffer_ = captured.Buffer;
const DataView_ = captured.DataView;
const Date_ = captured.Date;
const Error_ = captured.Error;
const JSON_ = captured.JSON;
const Map_ = captured.Map;
const Math_ = captured.Math;
const Number_ = captured.Number;
const Object_ = captured.Object;
const Promise_ = captured.Promise;
const Proxy_ = captured.Proxy;
const RangeError_ = captured.RangeError;
const Reflect_ = captured.Reflect;
const RegExp_ = captured.RegExp;
const Set_ = captured.Set;
const String_ = captured.String;
const Symbol_ = captured.Symbol;
const SyntaxError_ = captured.SyntaxError;
const TextDecoder_ = captured.TextDecoder;
const TextEncoder_ = captured.TextEncoder;
const TypeError_ = captured.TypeError;
const URL_ = captured.URL;
const Uint8Array_ = captured.Uint8Array;
const WeakMap_ = captured.WeakMap;
const WeakRef_ = captured.WeakRef;
const WeakSet_ = captured.WeakSet;
const clearImmediate_ = captured.clearImmediate;
const clearInterval_ = captured.clearInterval;
const clearTimeout_ = captured.clearTimeout;
const console_ = captured.console;
const performance_ = captured.performance;
const process_ = captured.process;
const queueMicrotask_ = captured.queueMicrotask;
const setImmediate_ = captured.setImmediate;
const setInterval_ = captured.setInterval;
const setTimeout_ = captured.setTimeout;
const structuredClone_ = captured.structuredClone;

export {
  Array_ as Array,
  ArrayBuffer_ as ArrayBuffer,
  BigInt_ as BigInt,
  Boolean_ as Boolean,
  Buffer_ as Buffer,
  clearImmediate_ as clearImmediate,
  clearInterval_ as clearInterval,
  clearTimeout_ as clearTimeout,
  console_ as console,
  DataView_ as DataView,
  Date_ as Date,
  Error_ as Error,
  JSON_ as JSON,
  Map_ as Map,
  Math_ as Math,
  Number_ as Number,
  Object_ as Object,
  Promise_ as Promise,
  Proxy_ as Proxy,
  performance_ as performance,
  process_ as process,
  queueMicrotask_ as queueMicrotask,
  RangeError_ as RangeError,
  Reflect_ as Reflect,
  RegExp_ as RegExp,
  Set_ as Set,
  String_ as String,
  Symbol_ as Symbol,
  SyntaxError_ as SyntaxError,
  setImmediate_ as setImmediate,
  setInterval_ as setInterval,
  setTimeout_ as setTimeout,
  structuredClone_ as structuredClone,
  TextDecoder_ as TextDecoder,
  TextEncoder_ as TextEncoder,
  TypeError_ as TypeError,
  Uint8Array_ as Uint8Array,
  URL_ as URL,
  WeakMap_ as WeakMap,
  WeakRef_ as WeakRef,
  WeakSet_ as WeakSet,
};
