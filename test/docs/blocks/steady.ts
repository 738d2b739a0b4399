// Makes texts comparable that say times, sizes, versions, keys and machines, and columns that are as wide as these.

const DIGITS = /\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b/g;

/** A text of the program in which nothing depends on the run. */
export function steady(text: string): string {
  return text
    .replace(/\b\d+(\.\d+)? ?(ms|s|min|h)\b/g, 'T')
    .replace(/\b\d+(\.\d+)? (B|kB|MB)\b/g, 'S')
    .replace(/\bCRC-32 [0-9a-f]{8}, expected [0-9a-f]{8}/g, 'CRC')
    .replace(/\bbytes \d+-\d+|\d+ bytes and needs \d+/g, 'bytes B')
    .replace(/brine-ed25519:[\w-]+/g, 'KEY')
    .replace(DIGITS, 'PRINT')
    .replace(/\b(Node|brine|V8) v?\d+\.\d+\.\d+\S*/g, '$1 V')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?/g, 'D')
    .replace(/ on \S+, (linux|darwin|win32) \w+/g, ' on M')
    .replace(/\b[0-9a-f]{16,}\b/g, 'H')
    .replace(/(?<=\S) {2,}(?=\S)/g, '  ')
    .replace(/ +(?=[TS]\b)/g, ' ')
    .replace(/ +$/gm, '')
    .trimEnd();
}

/**
 * The digits of keys that a page shows for another key than it does elsewhere.
 *
 * @param pairs  What was printed, and what the page shows, block by block.
 */
export function keysMixedUp(pairs: readonly (readonly [printed: string, shown: string])[]): string[] {
  const shownAs = new Map<string, string>();
  const mixed = new Set<string>();
  for (const [printed, shown] of pairs) {
    const onPage = shown.match(DIGITS) ?? [];
    for (const [at, digits] of (printed.match(DIGITS) ?? []).entries()) {
      const those = onPage[at];
      if (those === undefined) continue;
      const first = shownAs.get(digits) ?? those;
      shownAs.set(digits, first);
      if (first !== those) mixed.add(`${first} and ${those} are one key`);
    }
  }
  const keys = [...shownAs.values()];
  for (const digits of keys.filter((each, at) => keys.indexOf(each) !== at))
    mixed.add(`${digits} stands for two keys`);
  return [...mixed];
}

/** True when a text shows a key. */
export function hasKeys(text: string): boolean {
  return text.includes('brine-ed25519:') || text.match(DIGITS) !== null;
}

/** True when two texts are the same up to what depends on the run, and where lines are broken because of it. */
export function isSteadilySame(one: string, other: string): boolean {
  const flat = (text: string): string => steady(text).replace(/\s+/g, ' ');
  return flat(one) === flat(other);
}
