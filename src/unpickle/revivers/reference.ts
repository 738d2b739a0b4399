// Things that every process has: intrinsics by the catalogue's name, module exports by specifier and path, the
// `require` of a file. What is not here becomes a tombstone that names it.

import { createRequire } from 'node:module';
import type { Cells, ListCells } from '../../graph/column.js';
import { hasIntrinsic, intrinsicByName } from '../../realm/intrinsics.js';
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
    if (space === 'import' || space === 'require') return exported(builder, id, space, name, path);
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
    return createRequire(file);
  } catch {
    const reason = `${JSON.stringify(file)} is no path of a file here`;
    builder.bury(id, 'require', reason, 'load it on the kind of system that it was saved on', true);
    return builder.values[id];
  }
}

function exported(
  builder: Builder,
  id: number,
  space: 'import' | 'require',
  name: string,
  path: readonly string[],
): unknown {
  const what = [name, ...path].join('.');
  let value: unknown;
  try {
    value = builder.options.modules.resolve(space, name, path);
  } catch (error) {
    const reason = `module ${name} cannot be loaded here: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
    builder.bury(
      id,
      what,
      reason,
      name.startsWith('node:') ? 'open it with another Node' : `npm install ${name}`,
      true,
    );
    return builder.values[id];
  }
  for (const step of path) {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    const descriptor = isObject ? descriptorOf(value as object, step) : undefined;
    // Node has a few exports that are getters of its own; a package's getter is not called.
    const isReadable = descriptor !== undefined && ('value' in descriptor || name.startsWith('node:'));
    if (!isReadable) {
      builder.bury(
        id,
        what,
        `module ${name} has no ${path.join('.')} here`,
        `install the version of ${name} it was saved with`,
        true,
      );
      return builder.values[id];
    }
    value = 'value' in descriptor ? descriptor.value : descriptor.get?.call(value);
  }
  return value;
}
