// Things that every process has: intrinsics by the catalogue's name, module exports by specifier and path, the
// `require` of a file. What is not here becomes a tombstone that names it.

import { createRequire } from 'node:module';
import type { Cells, ListCells } from '../../graph/column.js';
import {
  isModuleSpace,
  isPackageSpecifier,
  type ModuleSpace,
  REQUIRE_OF_SESSION,
} from '../../graph/specifier.js';
import { hasIntrinsic, intrinsicByName } from '../../realm/intrinsics.js';
import { packageNameOf } from '../../realm/packages.js';
import { sessionRequire } from '../../realm/session-require.js';
import type { Builder } from '../context.js';
import type { Reviver } from './types.js';

const descriptorOf = Object.getOwnPropertyDescriptor;

/** Revives references. */
export const referenceReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [spaces, names, paths] = segment.state as [Cells, Cells, ListCells];
    const space = builder.text(spaces, row);
    const name = builder.text(names, row);
    const path: string[] = [];
    builder.lists(paths, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) path.push(builder.text(paths.items, i));
    });
    const id = segment.firstId + row;
    if (space === 'intrinsic') return intrinsic(builder, id, name);
    if (isModuleSpace(space)) return exported(builder, id, { space, name, path });
    if (space === 'requireOf') return requireOf(builder, id, name);
    throw builder.corrupt(`reference space ${JSON.stringify(space)} is unknown`);
  },
};

function intrinsic(builder: Builder, id: number, name: string): unknown {
  if (hasIntrinsic(name)) return intrinsicByName(name);
  const hint = `open the snapshot with the Node that wrote it, or without what needs ${name}`;
  builder.bury(id, name, `this Node has no ${name}`, hint, true);
  return builder.values[id];
}

// Making one loads nothing: the file need not exist.
function requireOf(builder: Builder, id: number, file: string): unknown {
  try {
    return file === REQUIRE_OF_SESSION ? sessionRequire() : createRequire(file);
  } catch {
    const reason = `${JSON.stringify(file)} is no path of a file here`;
    builder.bury(id, 'require', reason, 'load it on the kind of system that it was saved on', true);
    return builder.values[id];
  }
}

function exported(
  builder: Builder,
  id: number,
  {
    space,
    name,
    path,
  }: { readonly space: ModuleSpace; readonly name: string; readonly path: readonly string[] },
): unknown {
  const what = [name, ...path].join('.');
  const missing = (reason: string): unknown => {
    builder.bury(id, what, reason, hintFor(builder, name), true);
    return builder.values[id];
  };
  let value: unknown;
  try {
    value = builder.options.modules.resolve(space, name, path);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return missing(`module ${versioned(builder, name)} cannot be loaded here: ${why}`);
  }
  for (let i = 0; i < path.length; i++) {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    const descriptor = isObject ? descriptorOf(value as object, path[i] as string) : undefined;
    // Compilers write exports as accessors, Node has a few; whatever is deeper in a package is not called.
    const isReadable =
      descriptor !== undefined && ('value' in descriptor || i === 0 || name.startsWith('node:'));
    if (!isReadable) return missing(`module ${versioned(builder, name)} has no ${path.join('.')} here`);
    try {
      value = 'value' in descriptor ? descriptor.value : descriptor.get?.call(value);
    } catch (error) {
      return missing(`module ${versioned(builder, name)} does not give ${path.join('.')}: ${String(error)}`);
    }
  }
  return value;
}

function versioned(builder: Builder, name: string): string {
  const version = builder.options.modules.savedVersion(name);
  return version === undefined ? name : `${name} (saved with version ${version})`;
}

function hintFor(builder: Builder, name: string): string {
  if (name.startsWith('node:')) return 'open it with another Node';
  if (!isPackageSpecifier(name)) return 'load it from the folder that it was saved in';
  const version = builder.options.modules.savedVersion(name);
  return `npm install ${packageNameOf(name)}${version === undefined ? '' : `@${version}`}`;
}
