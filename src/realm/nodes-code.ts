// Whether a function is Node's own: the engine's, or of a text that Node is made of. What stands on a class of the platform's and is not
// is a program's.
//
// Node's texts see what no other code can have: the originals of the language, and modules that nobody else can ask for. Knows nothing
// of classes.

import { isOfKnownScript } from './known-scripts.js';
import { isOfLateModule } from './lazy-globals.js';
import { isNativeFunction } from './native-function.js';
import { natives } from './natives.js';

/**
 * Searched as they are: a regular expression is slow when it runs for the first time, which this does for some fifty texts. In parts, because
 * this text may be bundled with a program's and must not look like one of Node's.
 */
const SEEN_BY_NODE = [
  ['} = ', 'primordials;'],
  ["require('", 'internal/'],
  ['internalBinding', "('"],
].map((parts) => parts.join(''));
const texts = new Map<number, boolean>();

/** Notes a function that is Node's, and with it the text that it stands in. */
export function noteNodesText(fn: Function): void {
  const script = natives?.scriptId(fn) ?? -1;
  if (script > 0) texts.set(script, true);
}

/** True for functions of Node's and of the engine; undefined where V8 does not tell which text a function stands in. */
export function isOfNode(fn: Function): boolean | undefined {
  if (natives === undefined) return isNativeFunction(fn) ? true : undefined;
  const script = natives.scriptId(fn);
  if (script <= 0) return isNativeFunction(fn);
  if (isOfLateModule(fn)) return true;
  let known = texts.get(script);
  if (known === undefined) {
    const text = isOfKnownScript(fn) ? undefined : natives.scriptText(fn);
    known = text !== undefined && SEEN_BY_NODE.some((seen) => text.includes(seen));
    texts.set(script, known);
  }
  return known;
}
