// The strings that a tagged template hands to its tag: V8 keeps one array for each template, and a loaded template gets another one.
// An array of that kind that is saved together with code which has a template of these strings is reported: it may be this template's.
//
// Reads data properties and texts only. Knows nothing of V8, which does not say of which template an array is.

import { types } from 'node:util';
import { full } from 'acorn-walk';
import type { CodeEntry } from '../graph/code.js';
import { parseScript } from './capture/scripts.js';
import type { Walk } from './context.js';

const descriptorOf = Object.getOwnPropertyDescriptor;

/** True for an array that a tagged template made, or that looks the same. */
export function areTemplateStrings(array: readonly unknown[]): boolean {
  return !Object.isExtensible(array) && rawOf(array) !== undefined;
}

/** Reports the arrays at these places that code of the walk has templates for. */
export function tellTemplateStrings(
  walk: Walk,
  places: readonly number[],
  codes: readonly CodeEntry[],
): void {
  const templates = new Set<string>();
  for (const { source } of codes)
    if (source.includes('`')) for (const raw of templatesIn(source)) templates.add(JSON.stringify(raw));
  for (const place of places) {
    const raw = rawOf(walk.places.value(place) as readonly unknown[]);
    if (raw === undefined || !templates.has(JSON.stringify(raw))) continue;
    const why =
      'It is an array of its own after loading: the template that it may be of gives its tag another one';
    walk.change(place, 'strings of a template', why, 'compare and look up such arrays by what they hold');
  }
}

// Undefined for anything but an array whose own `raw` is an array of as many strings.
function rawOf(array: readonly unknown[]): string[] | undefined {
  const raw: unknown = descriptorOf(array, 'raw')?.value;
  if (typeof raw !== 'object' || types.isProxy(raw) || !Array.isArray(raw)) return undefined;
  const strings = Array.from({ length: raw.length }, (_, i) => descriptorOf(raw, i)?.value as unknown);
  const isAlike = raw.length === array.length && strings.every((text) => typeof text === 'string');
  return isAlike ? (strings as string[]) : undefined;
}

function templatesIn(source: string): string[][] {
  const found: string[][] = [];
  // A method stands in a literal, or in a class when its name is private.
  for (const [open, close] of [
    ['(', ')'],
    ['({', '})'],
    ['(class{', '})'],
  ]) {
    const program = parseScript(`${open}${source}${close}`, false);
    if (program === null) continue;
    full(program, (node: any) => {
      if (node.type === 'TaggedTemplateExpression')
        found.push(node.quasi.quasis.map((part: any) => part.value.raw as string));
    });
    break;
  }
  return found;
}
