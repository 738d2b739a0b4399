// What a save does about secrets, by its options. Knows nothing of how they are found.

import { SessionError } from '../errors.js';
import { type FoundSecret, SecretGuard } from '../library/secrets/guard.js';
import { matcherOf } from './patterns.js';
import type { SaveOptions } from './types.js';

/** A guard for one try of a save; undefined when nobody is to look. */
export function guardFor({
  secrets = 'report',
  redact,
  notSecret = [],
}: SaveOptions): SecretGuard | undefined {
  if (secrets === 'ignore') return undefined;
  const mayRedact = secrets === 'redact';
  const isNone = matches(notSecret);
  const isWanted = redact === undefined ? () => true : matches(redact);
  return new SecretGuard(
    (path) => (isNone(path) ? undefined : mayRedact && isWanted(path)),
    mayRedact && redact === undefined,
  );
}

/** Throws SESSION_SECRET when something was found and the options refuse it. */
export function refuseSecrets(found: readonly FoundSecret[], { secrets }: SaveOptions): void {
  const [first] = found;
  if (secrets !== 'refuse' || first === undefined) return;
  const more = found.length > 1 ? `, and ${found.length - 1} more` : '';
  throw new SessionError(
    'SESSION_SECRET',
    `${first.path} looks like a secret (${first.kind})${more}; nothing was saved`,
    { path: first.path, hint: 'leave it out, take it out (redact), or say that it is none (notSecret)' },
  );
}

function matches(patterns: readonly string[]): (path: string) => boolean {
  const matchers = patterns.map(matcherOf);
  return (path) => patterns.includes(path) || matchers.some((one) => one(path));
}
