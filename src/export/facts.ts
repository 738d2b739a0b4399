// What every export says of where it comes from: when and by what the session was saved, how much there is. Raw texts.

import type { Meta } from '../format/index.js';
import { moment, plural } from './words.js';

/** One line of facts, in parts. */
export function factsOf({ session, brine, node, values }: Meta): string[] {
  if (session === undefined) return [plural(values, 'value'), `brine ${brine}`, `Node ${node}`];
  const failed = session.cells.filter(({ isError }) => isError).length;
  return [
    `saved ${moment(session.savedAtMs)}`,
    ...(session.author === undefined ? [] : [`by ${session.author}`]),
    ...(session.host === '' ? [] : [`on ${session.host}`]),
    session.platform,
    `brine ${brine}`,
    `Node ${node}`,
    plural(session.cells.length, 'cell'),
    ...(failed > 0 ? [`${plural(failed, 'cell')} failed`] : []),
    plural(session.bindings.length, 'name'),
  ];
}
