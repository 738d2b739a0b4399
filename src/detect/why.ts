// Whether something survives a save, and if not: every problem with its path, what it is, why, where else it is held, the
// code that holds it, and what to do.

import { numberAt, TAG, tagAt } from '../graph/column.js';
import { PINNED } from '../session/pins.js';
import { typeOf } from './cell-text.js';
import { captureExcerpt, cellExcerpt, type Excerpt } from './excerpt.js';
import { resolvePath } from './resolve.js';
import type { Tree, Web } from './web.js';

/** What can be done about a problem. */
export interface Cure {
  /** `again`: make it again; `pin`, `exclude`, `reducer`, `reference` as the documents have them. */
  readonly way: 'again' | 'pin' | 'exclude' | 'reducer' | 'reference';
  readonly text: string;
}

/** One step of the way from a name to a problem. */
export interface WhyStep {
  /** The step as a path has it; the name itself for the first. */
  readonly step: string;
  readonly type: string;
}

/** Something that a save loses. */
export interface Problem {
  readonly name: string;
  /** `mk → captures net.socket` */
  readonly path: string;
  /** `Socket` */
  readonly what: string;
  readonly why: string;
  /** The way there, value by value; scopes are not told. */
  readonly chain: readonly WhyStep[];
  /** Every other place that holds the same value, 50 at most. */
  readonly also: readonly string[];
  /** How many there are. */
  readonly alsoCount: number;
  readonly cures: readonly Cure[];
  /** The line that holds it: of the function that captures it, or of the cell that made the name. */
  readonly code?: Excerpt;
}

/** The answer to "why?". */
export interface Why {
  /** What was asked for; empty for everything. */
  readonly path: string;
  /** What it is. */
  readonly type: string;
  /** `value`: it comes back; `link`: it is found again by its name; `pin`: an expression makes it again; `partly`, `lost`: see the problems. */
  readonly save: 'value' | 'link' | 'pin' | 'partly' | 'lost';
  /** Where an imported name comes from. */
  readonly origin?: string;
  readonly problems: readonly Problem[];
}

/** Places that hold a problem are told up to this number. */
export const PLACES_MAX = 50;

/**
 * Says whether a name, or what a path leads to, survives a save, with all that does not.
 *
 * Reads the snapshot's graph only: no code of the values' runs.
 *
 * @param web   See {@link detect}.
 * @param path  A name or a path. Default: everything.
 * @returns undefined when the path leads nowhere.
 * @see `dill.detect.badobjects` and `errors`
 * @example
 *   const session = new Session();
 *   await session.evaluator.evaluate('const job = { log: { stream: new WeakRef({}), wait: new MessageChannel() } }');
 *   const { save, problems } = why(detect(session), 'job');
 *   save; // 'partly'
 *   problems[0].path; // 'job.log.wait'
 */
export function why(web: Web, path = ''): Why | undefined {
  const linked = web.meta.session?.bindings.find(({ name }) => name === path)?.origin;
  if (linked !== undefined && web.root(path) === undefined)
    return { path, type: 'import', save: 'link', origin: linked.specifier, problems: [] };
  if (path === '') return { path, ...problemsOf(web, web.tree, '', () => undefined) };
  const found = resolvePath(web, path);
  if (found === undefined) return undefined;
  const { id } = found;
  if (id === undefined) return { path, type: found.text, save: 'value', problems: [] };
  const tree = web.treeFrom([id]);
  const isPinned = web.steps.stateText(id, 'reason') === PINNED;
  if (isPinned) return { path, type: typeOf(web.steps, id), save: 'pin', problems: [] };
  const isLink = web.kindOf(id) === 'reference';
  const answer = problemsOf(web, tree, found.path, (start) => (start === id ? path : undefined));
  return { path, ...answer, ...(isLink && { save: 'link' as const }), type: typeOf(web.steps, id) };
}

function problemsOf(
  web: Web,
  tree: Tree,
  path: string,
  nameOf: (start: number) => string | undefined,
): Pick<Why, 'type' | 'save' | 'problems'> {
  const problems: Problem[] = [];
  let isLost = false;
  const lost = tombstonesOf(web);
  for (const [at, id] of lost.entries()) {
    web.rounds.step('following', at, lost.length);
    if (tree.seen[id] !== 1 || web.steps.stateText(id, 'reason') === PINNED) continue;
    isLost ||= tree.parents[id] === -1 && path !== '';
    problems.push(problemOf(web, tree, id, (start) => nameOf(start) ?? web.namesOf(start)[0] ?? 'value'));
  }
  const save = problems.length === 0 ? 'value' : isLost ? 'lost' : 'partly';
  return { type: '', save, problems };
}

/** The ids of what a save lost. */
export function tombstonesOf(web: Web): number[] {
  return web.graph.segments
    .filter(({ layout }) => layout.kind.name === 'tombstone')
    .flatMap(({ firstId, rows }) => [...Array(rows).keys()].map((row) => firstId + row));
}

function problemOf(web: Web, tree: Tree, id: number, nameOf: (start: number) => string): Problem {
  const text = (column: string): string => web.steps.stateText(id, column) ?? '';
  const path = web.pathIn(tree, id, nameOf);
  const ids = web.chainIn(tree, id);
  const name = /^[^.[ ]+/.exec(path)?.[0] ?? path;
  const what = text('what');
  const places = placesOf(web, id, path);
  const code = captureExcerpt(web, ids) ?? cellExcerpt(web, name);
  return {
    name,
    path,
    what,
    why: text('reason'),
    chain: chainOf(web, ids, nameOf(ids[0] as number)),
    also: places.first,
    alsoCount: places.count,
    cures: curesOf(web, id, { name, path, what, hint: text('hint') }),
    ...(code !== undefined && { code }),
  };
}

/** Places that hold a value. */
export interface Places {
  /** {@link PLACES_MAX} at most. */
  readonly first: readonly string[];
  readonly count: number;
}

/** Every place that holds a value: names, and paths of what leads to it; but for one that is known already. */
export function placesOf(web: Web, id: number, known?: string): Places {
  const places = web.namesOf(id);
  const { seen } = web.tree;
  const edges = web.holdersByEdge(id).filter((holder) => seen[holder] === 1);
  const count = places.length + edges.length;
  // Paths take time with the length of the lists that they go through.
  for (const holder of new Set(edges)) {
    if (places.length > PLACES_MAX) break;
    const lead = web.pathOf(holder);
    for (const step of web.stepsTo(holder, id, PLACES_MAX)) places.push(`${lead}${step}`);
  }
  const others = places.filter((place) => place !== known);
  const isKnown = others.length < places.length || (known !== undefined && web.pathOf(id) === known);
  return { first: others.slice(0, PLACES_MAX), count: isKnown ? count - 1 : count };
}

function chainOf(web: Web, ids: readonly number[], name: string): WhyStep[] {
  return ids.flatMap((id, at) => {
    if (web.kindOf(id) === 'scope') return [];
    const before = ids[at - 1];
    const step = before === undefined ? name : web.stepTo(before, id).replace(/^ → /, '');
    return [{ step, type: typeOf(web.steps, id) }];
  });
}

function curesOf(
  web: Web,
  id: number,
  { name, path, what, hint }: { name: string; path: string; what: string; hint: string },
): Cure[] {
  const cures: Cure[] = [];
  if (hint !== '') cures.push({ way: 'again', text: hint });
  if (web.meta.type === 'session') {
    const part = path === name ? '' : ' (all of it is made again)';
    cures.push({ way: 'pin', text: `.pin ${name} "an expression that makes it"${part}` });
    cures.push({
      way: 'exclude',
      text: `.save --exclude ${name} leaves it out, with everything that it alone holds`,
    });
  }
  const isCode = isCallable(web, id);
  if (!isCode && /^[A-Z]\w*$/.test(what))
    cures.push({
      way: 'reducer',
      text: `registerReducer(${what}, { reduce, revive }) saves what makes it again`,
    });
  cures.push({
    way: 'reference',
    text: isCode
      ? 'import it from a module: what a package exports is found again by its name'
      : 'give it a name with persistentId, and find it again with persistentLoad',
  });
  return cures;
}

function isCallable(web: Web, id: number): boolean {
  const segment = web.steps.segmentOf(id);
  const column = segment?.state[4];
  if (segment === undefined || column === undefined || 'lengths' in column) return false;
  const at = id - segment.firstId;
  return tagAt(column, at) === TAG.true || (tagAt(column, at) === TAG.int && numberAt(column, at) === 1);
}
