// Pickles a small sample once, so that the first save of a session finds everything loaded, compiled and tried: the first
// contact with V8's debugger alone takes tens of milliseconds. Knows nothing of the session's names.

import { bytesOf, SnapshotWriter } from '../format/index.js';
import { globalRegistry } from '../graph/registry.js';
import { walk } from '../pickle/walk.js';
import { runScript } from '../realm/compile.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { BRINE_VERSION } from '../version.js';

const SAMPLE = `(() => {
  let count = 0;
  const counter = () => { let n = 0; return { inc: () => ++n, get: () => n } };
  class Kept { #x = 1; constructor(y) { this.y = y } x() { return this.#x } }
  const rows = [{ id: 1, tags: ['a'] }, { id: 2, tags: [] }];
  return [counter(), counter(), () => count, Kept, new Kept(2), rows, new Map(), new Set(), new Date(0), /x/g];
})()`;

let isWarm = false;

/** Does once in a process what the first save would have to do first. Touches nothing of the session's. */
export function warmUp(): void {
  if (isWarm) return;
  isWarm = true;
  withPristineBuiltins(() => {
    const sink = new SnapshotWriter();
    const value = runScript(SAMPLE, { fileName: 'brine:warm-up' });
    const { index, values } = walk([{ name: 'sample', value }], { registry: globalRegistry, sink });
    const meta = { type: 'value', brine: BRINE_VERSION, node: process.versions.node, values, modules: [] };
    bytesOf(sink.finish(index, meta as Parameters<SnapshotWriter['finish']>[1]));
  });
}
