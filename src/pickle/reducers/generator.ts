// Generator objects: the text they run, the place they stand at, and their scopes.
//
// Knows nothing of V8; capturing tells where each stands.

import type { Column, ListColumn } from '../../graph/column.js';
import { TAG } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { CapturedGenerator } from '../capture/types.js';
import type { Walk } from '../context.js';
import { NEED } from '../dependants.js';
import { ownShape, writeOwn } from '../own.js';
import { needClasses, tellMovingImports } from '../scopes.js';

const GUESS = {
  what: 'generator object',
  reason:
    'It stands in a loop over an array, and V8 does not show how far that is: it goes on after the element that the loop got, which is another place if elements were moved meanwhile',
  hint: 'go over a copy that the loop makes (`[...list]`), or over `list.entries()`',
};

/** Writes the row of a generator object. */
export function reduceGenerator(walk: Walk, place: number, captured: CapturedGenerator): void {
  if (captured.isGuess) walk.change(place, GUESS.what, GUESS.reason, GUESS.hint);
  const own = ownShape(walk, walk.places.value(place) as object, KINDS.generator);
  const segment = walk.row(own.node, place);
  const [state, isAsync, of, receiver, code, scope, home, position] = segment.state as Column[];
  walk.cell(state as Column, captured.state, place);
  walk.cell(isAsync as Column, captured.isAsync, place);
  walk.cell(of as Column, captured.fn, place);
  if (captured.fn !== undefined) walk.needs(place, walk.discover(captured.fn, place), NEED.generator);
  walk.cell(receiver as Column, captured.receiver, place);
  if (captured.code === undefined) walk.cell(code as Column, undefined, place);
  else (code as Column).push(TAG.int, walk.code(captured.code.entry));
  if (captured.scope === null) (scope as Column).push(TAG.null, 0);
  else {
    const found = walk.scope(captured.scope, place);
    walk.tie(found);
    walk.refer(scope as Column, found);
    needClasses(walk, place, captured.scope, NEED.standing);
    tellMovingImports(walk, place, captured);
  }
  walk.cell(home as Column, captured.home, place);
  if (captured.home !== undefined) walk.tie(walk.discover(captured.home, place));
  walk.cell(position as Column, captured.position, place);
  walk.list(segment.state[8] as ListColumn, captured.arguments, place);
  walk.list(segment.state[9] as ListColumn, captured.items, place);
  writeOwn(walk, segment, own, place);
}
