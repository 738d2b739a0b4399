// Why it cannot be told whether a name changed. Written behind the `?` of a mark, and read from there.

/** What stood in the way of a look. */
export const LOOK_REASONS = [
  'frame',
  'native',
  'text',
  'generator',
  'weak',
  'module',
  'platform',
  'proxy',
] as const;

/**
 * Something in there holds what cannot be read: `frame`: an arrow's `this` or `arguments`; `native`: a native function; `text`: a
 * function whose text cannot be read; `generator`: its place; `weak`: the entries of a weak collection; `module`: a module;
 * `platform`: an object of the platform; `proxy`: a proxy.
 */
export type LookReason = (typeof LOOK_REASONS)[number];

/**
 * Why a name is perhaps older: what a look cannot read, or `unseen`: there was no time for a look before the end; `background`: a
 * timer, a server or a promise went on after the last look.
 */
export type UnsureReason = LookReason | 'unseen' | 'background';

/** A mark with what a look could not read; none: it saw everything. */
export function markWith(digest: string, reason: LookReason | undefined): string {
  return reason === undefined ? digest : `${digest}?${reason}`;
}

/** What the look behind a mark could not read; undefined when it saw everything. */
export function reasonOf(mark: string): LookReason | undefined {
  const at = mark.indexOf('?');
  if (at < 0) return undefined;
  // A journal of an earlier brine says no more than that there was something.
  return LOOK_REASONS.find((reason) => reason === mark.slice(at + 1)) ?? 'platform';
}
