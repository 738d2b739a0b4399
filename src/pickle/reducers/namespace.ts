// Module namespaces: those of packages are found again by name, those of the user's own modules, and of packages that are
// embedded, become objects that look the same and no longer follow what the module assigns.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { ownShape, writeOwn } from '../own.js';

/** Writes the row of a module namespace. */
export function reduceNamespace(walk: Walk, place: number, namespace: object): void {
  if (walk.referLate(place, namespace)) return;
  const reference = walk.referenceTo(defaultExport(namespace));
  if (reference?.space === 'require' && reference.path.length === 0)
    return walk.referTo(place, 'import', reference.name);
  const module = walk.namespaceOf(namespace);
  if (module !== undefined) return walk.referTo(place, module.space, module.name);
  if (!isEvaluated(namespace)) {
    const why = 'it belongs to a module that is still being evaluated';
    return walk.bury(place, 'module namespace', why, 'save when the module has been loaded');
  }
  const own = ownShape(walk, namespace, KINDS.object);
  walk.change(
    place,
    'module namespace',
    'it is saved as an object with the values that the module exports now',
    'a package is saved by name when it is installed; for own files see the option `byReference`',
  );
  writeOwn(walk, walk.row(own.node, place), own, place);
}

function defaultExport(namespace: object): unknown {
  try {
    return Object.getOwnPropertyDescriptor(namespace, 'default')?.value;
  } catch {
    return undefined; // its module has not been evaluated yet
  }
}

function isEvaluated(namespace: object): boolean {
  try {
    return Object.getOwnPropertyNames(namespace).every(
      (key) => Object.getOwnPropertyDescriptor(namespace, key) !== undefined,
    );
  } catch {
    return false;
  }
}
