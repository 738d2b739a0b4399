// Module namespaces that no session imported by name: found again through their default export, which for Node's modules
// and CommonJS packages is what `require` gives.

import type { Walk } from '../context.js';

/** Writes the row of a module namespace. */
export function reduceNamespace(walk: Walk, place: number, namespace: object): void {
  if (walk.referLate(place, namespace)) return;
  const reference = walk.referenceTo(defaultExport(namespace));
  if (reference?.space === 'require' && reference.path.length === 0) {
    return walk.referTo(place, 'import', reference.name);
  }
  const why = 'it belongs to a module whose name is not known';
  walk.bury(place, 'module namespace', why, 'import it at the prompt, or name it in the option `modules`');
}

function defaultExport(namespace: object): unknown {
  try {
    return Object.getOwnPropertyDescriptor(namespace, 'default')?.value;
  } catch {
    return undefined; // its module has not been evaluated yet
  }
}
