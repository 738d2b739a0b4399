// Which names may be older than their last change: those that what ran after a snapshot could reach.
//
// Two names can only come to share something through a statement that mentions both, or a chain of such statements. So what
// a statement reaches is what it mentions and everything connected with that. Names that no statement mentions (they came with a
// file) count as connected with each other. What holds a primitive is known exactly and is none of this file's business. Pure.

import { type Mentions, mentionsOf } from '../../evaluator/mentions.js';

/**
 * The names that cells run after a snapshot may have changed.
 *
 * @param before  Sources of the cells before the snapshot.
 * @param after   Sources of the cells after it.
 * @param names   The names there are; others are not looked at.
 */
export function staleNames(
  before: readonly string[],
  after: readonly string[],
  names: ReadonlySet<string>,
): Set<string> {
  return reachedBy(before, after, names, () => true);
}

/**
 * The names that something may have changed that cells started: a timer, a server, a promise. That takes a statement that
 * calls something.
 */
export function namesInBackground(cells: readonly string[], names: ReadonlySet<string>): Set<string> {
  return reachedBy([], cells, names, ({ callsSomething }) => callsSomething);
}

function reachedBy(
  before: readonly string[],
  after: readonly string[],
  names: ReadonlySet<string>,
  isReaching: (statement: Mentions) => boolean,
): Set<string> {
  const groups = new Groups(names);
  const earlier = before.flatMap((source) => mentionsOf(source));
  const later = after.flatMap((source) => mentionsOf(source));
  const mentions = [...earlier, ...later];
  if (mentions.some(({ reachesAll }) => reachesAll)) groups.join(names);
  const known = new Set<string>();
  for (const statement of mentions) {
    const own = [...statement.names].filter((name) => names.has(name));
    groups.join(own);
    for (const name of own) known.add(name);
  }
  groups.join([...names].filter((name) => !known.has(name)));
  const touched = new Set<string>();
  for (const statement of later) {
    if (!isReaching(statement)) continue;
    for (const name of statement.reachesAll ? names : statement.names) {
      if (names.has(name)) touched.add(groups.find(name));
    }
  }
  return new Set([...names].filter((name) => touched.has(groups.find(name))));
}

/** Names in groups that only ever join. */
class Groups {
  readonly #parents = new Map<string, string>();

  constructor(names: Iterable<string>) {
    for (const name of names) this.#parents.set(name, name);
  }

  find(name: string): string {
    let root = name;
    for (let up = this.#parents.get(root); up !== undefined && up !== root; up = this.#parents.get(root)) {
      root = up;
    }
    this.#parents.set(name, root);
    return root;
  }

  join(names: Iterable<string>): void {
    let first: string | undefined;
    for (const name of names) {
      first ??= this.find(name);
      this.#parents.set(this.find(name), first);
    }
  }
}
