// Patterns of names: `*` stands for any text, `?` for one character, everything else for itself. Knows nothing of sessions.

/** True for a text that stands for more than itself. */
export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Tells whether a name is meant by a pattern: compiled once, asked often. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(/(?:\\\*)+/g, '.*')
    .replace(/\\\?/g, '.');
  const expression = new RegExp(`^${source}$`, 'su');
  return (name) => expression.test(name);
}
