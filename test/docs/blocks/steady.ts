// Makes texts comparable that say times, sizes, versions, keys and machines, and columns that are as wide as these.

/** A text of the program in which nothing depends on the run. */
export function steady(text: string): string {
  return text
    .replace(/\b\d+(\.\d+)? ?(ms|s|min|h)\b/g, 'T')
    .replace(/\b\d+(\.\d+)? (B|kB|MB)\b/g, 'S')
    .replace(/\bCRC-32 [0-9a-f]{8}, expected [0-9a-f]{8}/g, 'CRC')
    .replace(/\bbytes \d+–\d+|\d+ bytes and needs \d+/g, 'bytes B')
    .replace(/brine-ed25519:[\w-]+/g, 'KEY')
    .replace(/\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b/g, 'PRINT')
    .replace(/\b(Node|brine|V8) v?\d+\.\d+\.\d+\S*/g, '$1 V')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?/g, 'D')
    .replace(/ on \S+, (linux|darwin|win32) \w+/g, ' on M')
    .replace(/\b[0-9a-f]{16,}\b/g, 'H')
    .replace(/(?<=\S) {2,}(?=\S)/g, '  ')
    .replace(/ +(?=[TS]\b)/g, ' ')
    .replace(/ +$/gm, '')
    .trimEnd();
}

/** True when two texts are the same up to what depends on the run, and where lines are broken because of it. */
export function isSteadilySame(one: string, other: string): boolean {
  const flat = (text: string): string => steady(text).replace(/\s+/g, ' ');
  return flat(one) === flat(other);
}
