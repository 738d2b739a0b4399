// How this Node gives errors their `stack`: as data, or (since V8 moved it) as an accessor pair of its own.

const descriptor = Object.getOwnPropertyDescriptor(new Error('probe'), 'stack');

/** V8's getter behind `stack`, or undefined where it is a data property. */
export const nativeStackGetter: unknown = descriptor?.get;

/** V8's setter behind `stack`, or undefined where it is a data property. */
export const nativeStackSetter: ((value: unknown) => void) | undefined = descriptor?.set;
