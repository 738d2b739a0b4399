// How this Node gives errors their `stack`: as data, or (since V8 moved it) as an accessor pair of its own.

const { apply } = Reflect;
const { defineProperty, getOwnPropertyDescriptor: descriptorOf } = Object;
const { captureStackTrace } = Error;
const ErrorOriginal = Error;

/** V8's accessor pair behind `stack`, or undefined where it is a data property. */
export const nativeStack = pairOf(new Error('probe'));

function pairOf(
  error: Error,
): { readonly get: () => unknown; readonly set: (value: unknown) => void } | undefined {
  const { get, set } = descriptorOf(error, 'stack') ?? {};
  return get === undefined || set === undefined ? undefined : { get, set };
}

/**
 * Gives an object the engine's own `stack`: both halves when `wanted` is data (its value is the stack), else the getter
 * (what `wanted` has for a getter is the stack) or the setter, beside a half of the program's own. Returns false, and does
 * nothing, where `stack` is a data property.
 */
export function defineNativeStack(
  object: object,
  wanted: PropertyDescriptor,
  half: 'getter' | 'setter',
): boolean {
  if (nativeStack === undefined) return false;
  const { get, set, enumerable, configurable } = wanted;
  const existing = descriptorOf(object, 'stack');
  if (existing?.get !== nativeStack.get || existing.set !== nativeStack.set)
    withoutFrames(() => captureStackTrace(object));
  const isData = 'value' in wanted;
  if (isData || half === 'getter') apply(nativeStack.set, object, [isData ? wanted.value : get]);
  // What is not named stays the engine's.
  const own = isData ? undefined : half === 'getter' ? { set } : { get };
  defineProperty(object, 'stack', { ...own, enumerable, configurable } as PropertyDescriptor);
  return true;
}

/** Makes something that V8 gives a stack, which is of no use to anybody. */
export function withoutFrames<T>(make: () => T): T {
  const limit = descriptorOf(ErrorOriginal, 'stackTraceLimit');
  if (limit?.writable !== true) return make();
  const before: unknown = limit.value;
  ErrorOriginal.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    (ErrorOriginal as { stackTraceLimit: unknown }).stackTraceLimit = before;
  }
}
