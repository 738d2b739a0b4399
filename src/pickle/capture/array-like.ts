// Objects that V8 takes for lists when it describes them: it reads their `splice`, and then a `length` of their own. Where these are
// accessors, that runs code of the user's.
//
// Knows nothing of what objects are described for.

const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf;

/** True when describing an object would call an accessor. It and its prototypes must be no proxies. */
export function isReadAsList(object: object): boolean {
  const splice = inherited(object, 'splice');
  if (splice === undefined) return false;
  return splice.get !== undefined || descriptorOf(object, 'length')?.get !== undefined;
}

function inherited(object: object, key: string): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null; at = prototypeOf(at) as object | null) {
    const found = descriptorOf(at, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
