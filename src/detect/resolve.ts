// From a path as people write it to the value that it leads to: `db.pool.clients[0]`, `f → captures db`.
//
// Steps are compared as texts, from value to value; each place is tried once, so it ends on circles too. Runs nothing.

import { numberAt, TAG, tagAt } from '../graph/column.js';
import { cellText } from './cell-text.js';
import type { Web } from './web.js';

/** What a path leads to. */
export interface Resolved {
  /** The name it begins with. */
  readonly name: string;
  /** The whole path. */
  readonly path: string;
  /** The id of the value; undefined for a primitive. */
  readonly id: number | undefined;
  /** A primitive as text; empty for what has an id. */
  readonly text: string;
}

/** Follows a path; undefined when it leads nowhere. Where no `→` can be typed, `->` is one. */
export function resolvePath(web: Web, given: string): Resolved | undefined {
  const path = given.trim();
  const found = followed(web, path);
  return found ?? (path.includes(' -> ') ? followed(web, path.replaceAll(' -> ', ' → ')) : undefined);
}

function followed(web: Web, path: string): Resolved | undefined {
  const roots = web.roots
    .filter(({ name }) => path.startsWith(name) && /^$|^[.[ ]/.test(path.slice(name.length)))
    .sort((a, b) => b.name.length - a.name.length);
  for (const root of roots) {
    const rest = path.slice(root.name.length);
    if (rest === '') return { name: root.name, path, id: root.id, text: root.text };
    const found = root.id === undefined ? undefined : follow(web, root.id, rest);
    if (found !== undefined) return { name: root.name, path, ...found };
  }
  return undefined;
}

type Place = Pick<Resolved, 'id' | 'text'>;

function follow(web: Web, start: number, rest: string): Place | undefined {
  const seen = new Set<string>();
  const stack: { readonly id: number; readonly at: number }[] = [{ id: start, at: 0 }];
  let found: Place | undefined;
  const arrive = (place: Place, at: number, step: string): boolean => {
    if (!rest.startsWith(step, at)) return false;
    const next = at + step.length;
    if (next === rest.length && step !== '') {
      found = place;
      return true;
    }
    const key = `${place.id} ${next}`;
    if (place.id === undefined || seen.has(key)) return false;
    seen.add(key);
    stack.push({ id: place.id, at: next });
    return false;
  };
  for (let next = stack.pop(); next !== undefined && found === undefined; next = stack.pop()) {
    const { id, at } = next;
    web.steps.eachCell(id, (column, index, step) => {
      const isRef = tagAt(column, index) === TAG.ref;
      const place = isRef
        ? { id: numberAt(column, index), text: '' }
        : { id: undefined, text: cellText(column, index) };
      return arrive(place, at, step());
    });
    if (found === undefined) web.steps.eachPointer(id, (id, step) => arrive({ id, text: '' }, at, step()));
  }
  return found;
}
