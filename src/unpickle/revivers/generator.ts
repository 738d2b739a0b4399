// Generator objects: called again when they had not begun, otherwise made from a text that goes on from where they stood.
//
// Nothing of the user's runs: a call only binds arguments, and the text that goes on comes to its `yield` at once.

import { LimitError, UnpicklingError } from '../../errors.js';
import type { Cells, ListCells } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { restoredGenerators } from '../../realm/restored.js';
import type { Builder } from '../context.js';
import type { RestartedGenerator } from '../rebuild/types.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const [POSITION, ARGUMENTS, ITEMS] = [7, 8, 9];

const { apply } = Reflect;
const prototypeOf = Object.getPrototypeOf;
const next = prototypeOf(prototypeOf((function* () {})())).next as () => unknown;
const asyncNext = prototypeOf(prototypeOf((async function* () {})())).next as () => unknown;
const back = prototypeOf(prototypeOf((function* () {})())).return as () => unknown;
const asyncBack = prototypeOf(prototypeOf((async function* () {})())).return as () => unknown;

/** Revives generator objects. */
export const generatorReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [states, isAsyncs, functions, receivers] = segment.state as Cells[] as [Cells, Cells, Cells, Cells];
    const id = segment.firstId + row;
    switch (builder.text(states, row)) {
      case 'finished': {
        const isAsync = builder.value(isAsyncs, row) === true;
        return shell(builder, segment, row, () => finished(isAsync), true);
      }
      case 'called': {
        const fn = builder.ensured(functions, row);
        if (typeof fn !== 'function') throw builder.corrupt('a generator without a function');
        const receiver = builder.ensured(receivers, row);
        return shell(
          builder,
          segment,
          row,
          () => apply(fn, receiver, listed(builder, segment, row, ITEMS)),
          true,
        );
      }
      case 'suspended': {
        const made = restarted(builder, id);
        if (made === undefined) return builder.values[id];
        const receiver = builder.ensured(receivers, row);
        // The text that goes on has an arguments object of its own, with the same elements.
        const args = listed(builder, segment, row, ARGUMENTS);
        const generator = shell(builder, segment, row, () => apply(made.fn, receiver, args), true);
        restoredGenerators.set(generator, made.restored);
        return generator;
      }
      default:
        throw builder.corrupt('a generator is in an unknown state');
    }
  },
  finish(builder, segment) {
    const [states, isAsyncs] = segment.state as [Cells, Cells];
    const positions = segment.state[POSITION] as Cells;
    for (let row = 0; row < segment.rows; row++) {
      const id = segment.firstId + row;
      if (builder.isBuried(id) || builder.text(states, row) !== 'suspended') continue;
      if (builder.number(positions, row) < 0) continue;
      apply(builder.value(isAsyncs, row) === true ? asyncNext : next, builder.values[id], []);
    }
  },
};

function restarted(builder: Builder, id: number): RestartedGenerator | undefined {
  try {
    return builder.rebuilder.generator(id);
  } catch (error) {
    if (!(error instanceof UnpicklingError || error instanceof LimitError)) throw error;
    builder.bury(id, 'generator object', error.message, error.hint ?? 'load it with the Node that saved it');
    return undefined;
  }
}

function finished(isAsync: boolean): object {
  const generator = isAsync ? (async function* () {})() : (function* () {})();
  apply(isAsync ? asyncBack : back, generator, []);
  return generator;
}

function listed(builder: Builder, segment: Segment, row: number, column: number): unknown[] {
  const list = segment.state[column] as ListCells;
  const values: unknown[] = [];
  builder.lists(list, row, row + 1, (_, start, end) => {
    for (let i = start; i < end; i++) values.push(builder.ensured(list.items, i));
  });
  return values;
}
