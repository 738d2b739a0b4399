// Which names of a snapshot a load takes, and where they meet those of the session. Reads the meta section only; nothing is
// built.

import { SessionError } from '../errors.js';
import type { Evaluator } from '../evaluator/index.js';
import type { MetaSession, SnapshotReader } from '../format/index.js';
import { isPattern, matcherOf } from '../library/patterns.js';
import { nearestName } from '../nearest-name.js';
import type { LoadOptions, Loss } from './types.js';

/** What a load does with names. */
export interface LoadPlan {
  /** Names of the snapshot to be put in. */
  readonly wanted: ReadonlySet<string>;
  /** Names that the session has too, and that get another value. */
  readonly overwritten: readonly string[];
  /** Names that the session has too, and that stay as they are. */
  readonly kept: readonly string[];
  /** Names that data must not take from Node. */
  readonly locked: ReadonlySet<string>;
}

/** The part of a snapshot that is about a session; throws for one that holds a single value. */
export function sessionOf(reader: SnapshotReader, source: string): MetaSession {
  const { session } = reader.meta;
  if (reader.meta.type === 'session' && session !== undefined) return session;
  throw new SessionError('SESSION_NAME', `${source} holds one value and no names`, {
    hint: `load it with \`(await (await import('brine')).load(${JSON.stringify(source)})).value\``,
  });
}

/** Decides what becomes of each name. Throws SESSION_NAME and SESSION_CONFLICT. */
export function planLoad(
  evaluator: Evaluator,
  meta: MetaSession,
  options: LoadOptions,
  { source, isData }: { readonly source: string; readonly isData: boolean },
): LoadPlan {
  const { names, under, mode, onConflict = 'take' } = options;
  const wanted = wantedNames(meta, names, source);
  const locked = new Set<string>();
  // Names that brine's prompt has for itself among them.
  if (isData && under === undefined)
    for (const { name } of meta.bindings) if (evaluator.isBuiltin(name)) locked.add(name);
  for (const name of locked) wanted.delete(name);
  const arriving = under === undefined ? [...wanted] : [under];
  const shared = arriving.filter((name) => evaluator.has(name)).sort();
  if (mode === 'replace' || onConflict === 'take' || shared.length === 0)
    return { wanted, overwritten: shared, kept: [], locked };
  if (onConflict === 'refuse' || under !== undefined) throw conflict(shared, source);
  for (const name of shared) wanted.delete(name);
  return { wanted, overwritten: [], kept: shared, locked };
}

/** Names that were not put in because they are Node's. */
export function lockedLosses(names: ReadonlySet<string>): Loss[] {
  return [...names].map((name) => ({
    name,
    path: name,
    what: 'name of a built-in',
    reason: 'a file that is opened as data replaces nothing of Node',
    hint: 'load it as trusted if you trust whoever wrote it',
  }));
}

function wantedNames(meta: MetaSession, words: readonly string[] | undefined, source: string): Set<string> {
  const all = meta.bindings.map(({ name }) => name);
  if (words === undefined) return new Set(all);
  const wanted = new Set<string>();
  for (const word of words) {
    const matches = matcherOf(word);
    const found =
      all.includes(word) || !isPattern(word) ? all.filter((name) => name === word) : all.filter(matches);
    if (found.length === 0) throw unknown(meta, word, source);
    for (const name of found) wanted.add(name);
  }
  return wanted;
}

function unknown({ bindings, leftOut = [] }: MetaSession, word: string, source: string): SessionError {
  const all = bindings.map(({ name }) => name).sort();
  const why = leftOut.find(({ path }) => path === word)?.reason;
  const near = nearestName(word, all);
  const list = `it has ${all.slice(0, 12).join(', ')}${all.length > 12 ? ', …' : ''}`;
  return new SessionError(
    'SESSION_NAME',
    why === undefined ? `${source} has no ${word}` : `${source} has no ${word}: when it was saved, ${why}`,
    { path: word, hint: near === undefined ? list : `did you mean ${near}? ${list}` },
  );
}

function conflict(names: readonly string[], source: string): SessionError {
  const [first] = names;
  const more = names.length > 1 ? `, and ${names.length - 1} more` : '';
  return new SessionError(
    'SESSION_CONFLICT',
    `the session has ${first} too${more}; nothing of ${source} was put in`,
    {
      path: first as string,
      hint: 'take the values of the file, keep those of the session, or put the names on an object of their own',
    },
  );
}
