// What a save does about secrets, by its options. Knows nothing of how they are found.

import { matcherOf } from '../patterns.js';
import { type FoundSecret, SecretGuard } from './guard.js';

/** What `secrets` may be. */
export const SECRET_POLICIES = ['report', 'redact', 'refuse', 'ignore'] as const;

/** What becomes of what looks like a secret. */
export type SecretPolicy = (typeof SECRET_POLICIES)[number];

/** Options about what looks like a secret: private keys, tokens, passwords, a copy of the environment. */
export interface SecretOptions {
  /**
   * What becomes of it. It is named; taken out (a text becomes `[redacted]`, letters of code and bytes of buffers become
   * `X`, a key a tombstone); the save is refused; or nobody looks.
   */
  readonly secrets?: SecretPolicy;
  /** With `redact`: only what is found at these paths; `*` and `?` stand for any text and any character. Default: everything. */
  readonly redact?: readonly string[];
  /** Paths, patterns as in `redact`, of what looks like a secret and is none. Default: none. */
  readonly notSecret?: readonly string[];
}

/**
 * A guard for one try of a save.
 *
 * @param asked  Called for what is found and is no exception; true takes it out, whatever the options say.
 */
export function guardOf(
  { secrets, redact, notSecret = [] }: SecretOptions,
  asked?: (path: string, kind: string) => boolean,
): SecretGuard {
  const mayRedact = secrets === 'redact';
  const isNone = matches(notSecret);
  const isWanted = redact === undefined ? () => true : matches(redact);
  return new SecretGuard(
    (path, kind) => {
      if (isNone(path)) return undefined;
      const isAsked = asked?.(path, kind) === true;
      return isAsked || (mayRedact && isWanted(path));
    },
    mayRedact && redact === undefined,
  );
}

/** What refuses a save that found secrets, in words; undefined when it may go on. */
export function refusalOf(
  found: readonly FoundSecret[],
  { secrets }: SecretOptions,
): { readonly path: string; readonly message: string; readonly hint: string } | undefined {
  const [first] = found;
  if (secrets !== 'refuse' || first === undefined) return undefined;
  const more = found.length > 1 ? `, and ${found.length - 1} more` : '';
  const path = first.path === '' ? 'the value' : first.path;
  return {
    path: first.path,
    message: `${path} looks like a secret (${first.kind})${more}; nothing was saved`,
    hint: 'leave it out, take it out (redact), or say that it is none (notSecret)',
  };
}

function matches(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map(matcherOf);
  return (path) => patterns.includes(path) || matchers.some((one) => one(path));
}
