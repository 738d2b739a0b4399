// Compares a value with its copy, and tells in words what the copy lost. Strict, linear in time, without recursion.
//
// Knows plain data, Map, Set, Date, typed arrays with their buffers, and instances of classes. A function is a loss: the
// one workload that has some checks them itself.

const isTyped = ArrayBuffer.isView;

/** What the copy lost, each in a few words: 'class', 'identity', '-0'. Empty when nothing. */
export function lossesBetween(original, copy) {
  const walk = {
    losses: new Set(),
    copyOf: new Map(),
    classOf: new Map(),
    homeOf: new Map(),
    todo: [[original, copy]],
  };
  while (walk.todo.length > 0) comparePair(walk, ...walk.todo.pop());
  // Two that were apart must not have become one.
  if (new Set(walk.copyOf.values()).size !== walk.copyOf.size) walk.losses.add('identity');
  return [...walk.losses];
}

function comparePair(walk, was, is) {
  const { losses, copyOf, todo } = walk;
  if (!isObject(was) || !isObject(is)) {
    if (!Object.is(was, is)) losses.add(primitiveLoss(was, is));
    return;
  }
  if (copyOf.has(was)) {
    if (copyOf.get(was) !== is) losses.add('identity');
    return;
  }
  copyOf.set(was, is);
  const kind = kindOf(was);
  if (kindOf(is) !== kind) {
    losses.add(kind);
    return;
  }
  comparePrototypes(walk, was, is);
  if (was instanceof Date) {
    if (!Object.is(was.getTime(), is.getTime())) losses.add('values');
  } else if (was instanceof ArrayBuffer) {
    if (Buffer.compare(Buffer.from(was), Buffer.from(is)) !== 0) losses.add('values');
  } else if (isTyped(was)) compareViews(walk, was, is);
  else if (was instanceof Map) compareMaps(walk, was, is);
  else if (was instanceof Set) pushLists(walk, [...was], [...is]);
  else if (Array.isArray(was)) pushLists(walk, was, is);
  else {
    const [keys, kept] = [Object.keys(was), Object.keys(is)];
    const isSame = keys.length === kept.length && keys.every((key, at) => key === kept[at]);
    if (!isSame) losses.add(keysLoss(was, is, keys));
    for (const key of keys) if (Object.hasOwn(is, key)) todo.push([was[key], is[key]]);
  }
}

function comparePrototypes({ losses, classOf }, was, is) {
  const [wanted, found] = [Object.getPrototypeOf(was), Object.getPrototypeOf(is)];
  if (wanted === found) return;
  // The copy's class may be a copy too: what counts is that there is one for all, of that name, with those methods.
  if (classOf.has(wanted)) {
    if (classOf.get(wanted) !== found) losses.add('class');
    return;
  }
  classOf.set(wanted, found);
  const isBuiltin = Function.prototype.toString.call(wanted.constructor).includes('[native code]');
  const methods = Object.getOwnPropertyNames(wanted);
  const hasMethods = found !== null && methods.every((name) => typeof found[name] === 'function');
  if (isBuiltin) losses.add(isTyped(was) ? 'kind of view' : 'prototype');
  else if (!hasMethods || found.constructor.name !== wanted.constructor.name) losses.add('class');
}

function compareMaps(walk, was, is) {
  pushLists(walk, [...was.keys()], [...is.keys()]);
  pushLists(walk, [...was.values()], [...is.values()]);
}

function compareViews({ losses, homeOf }, was, is) {
  if (was.length !== is.length || was.byteLength !== is.byteLength) losses.add('values');
  else if (Buffer.compare(bytesOf(was), bytesOf(is)) !== 0) losses.add('values');
  // A copy may lie anywhere in a larger buffer; but two views of one buffer must keep their distance in one.
  const home = { buffer: is.buffer, shift: is.byteOffset - was.byteOffset };
  const known = homeOf.get(was.buffer) ?? home;
  homeOf.set(was.buffer, known);
  if (known.buffer !== home.buffer || known.shift !== home.shift) losses.add('shared buffer');
}

function pushLists({ losses, todo }, was, is) {
  if (was.length !== is.length) losses.add('length');
  else for (let at = 0; at < was.length; at++) todo.push([was[at], is[at]]);
}

// — leaves —

const isObject = (value) => typeof value === 'object' && value !== null;

function kindOf(value) {
  if (Array.isArray(value)) return 'arrays';
  if (value instanceof Map) return 'Map';
  if (value instanceof Set) return 'Set';
  if (value instanceof Date) return 'Date';
  if (isTyped(value)) return 'typed arrays';
  return value instanceof ArrayBuffer ? 'ArrayBuffer' : 'objects';
}

function bytesOf(view) {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function primitiveLoss(was, is) {
  if (isObject(was)) return kindOf(was);
  if (Object.is(was, -0) && is === 0) return '-0';
  return was === undefined ? 'undefined' : 'values';
}

function keysLoss(was, is, keys) {
  const gone = keys.filter((key) => !Object.hasOwn(is, key));
  return gone.length > 0 && gone.every((key) => was[key] === undefined) ? 'undefined' : 'keys or their order';
}
