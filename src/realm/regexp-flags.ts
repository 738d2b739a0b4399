// The flags of a regular expression, from its slots.
//
// The getter `flags` asks the object's properties, which may lie; those of single flags look at slots.

const getter = (name: string): (() => unknown) | undefined =>
  Object.getOwnPropertyDescriptor(RegExp.prototype, name)?.get;

const FLAGS: readonly [string, (() => unknown) | undefined][] = [
  ['d', getter('hasIndices')],
  ['g', getter('global')],
  ['i', getter('ignoreCase')],
  ['m', getter('multiline')],
  ['s', getter('dotAll')],
  ['u', getter('unicode')],
  ['v', getter('unicodeSets')],
  ['y', getter('sticky')],
];
const apply = Reflect.apply;

/** The letters of its flags, in the order of the language. */
export function flagsOf(regexp: RegExp): string {
  let flags = '';
  for (const [flag, get] of FLAGS) if (get !== undefined && apply(get, regexp, []) === true) flags += flag;
  return flags;
}
