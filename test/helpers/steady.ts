// What a screen shows, without what is different at every run.

/** A text in which nothing depends on the run: times, sizes, versions, keys, how far apart columns are because of them. */
export function steady(screen: string): string {
  return screen
    .replace(/\b\d+(\.\d+)?(?= (ms|s|min|h|B|kB|MB)\b)/g, '#')
    .replace(/\b[0-9a-f]{4}( [0-9a-f]{4}){3}\b/g, '#### #### #### ####')
    .replace(/\bNode \d+\.\d+\.\d+/g, 'Node #')
    .replace(/brine \d+\.\d+\.\d+/g, 'brine #')
    .replace(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?/g, '#')
    .replace(/(?<=saved # on )[^,\n]+(?=,)/g, 'host')
    .replace(/\b[0-9a-f]{16,}\b/g, '#')
    .replace(/(?<=\S) {2,}(?=\S)/g, '  ')
    .replace(/ +(?=# (ms|s|B|kB|MB)\b)/g, ' ')
    .trimEnd();
}
