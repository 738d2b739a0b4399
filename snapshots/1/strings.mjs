// Strings of one and two bytes, lone surrogates, long ones, tables of repeated ones.
export function make() {
  return {
    latin: ['', 'a', 'é', 'ÿ', '\0', 'a\r\nb'],
    wide: ['Ā', '日本語', '👍', '\u2028', 'é', 'plain'],
    lone: ['\ud800', '\udc00', 'a\ud83d', '\udc00\ud800'],
    long: ['x'.repeat(300), 'ж'.repeat(300), 'y'.repeat(70_000)],
    repeated: Array.from({ length: 200 }, (_, i) => ['red', 'grün', '蓝'][i % 3]),
    distinct: Array.from({ length: 300 }, (_, i) => `s${i}`),
    names: { 'a b': 1, ключ: 2, '\ud800': 3 },
  };
}
