// Sessions in processes of their own: cells are evaluated there, then code of the test looks and tells.

import type { LibraryBundle } from './library-bundle.js';

const PRELUDE = `
  const session = new lib.Session();
  const run = async (source) => {
    const outcome = await session.evaluator.evaluate(source);
    if (outcome.status === 'failed') return 'failed: ' + outcome.error;
    return outcome.value;
  };
  const errorOf = async (work) => { try { await work(); } catch (error) { return { code: error.code, message: error.message, path: error.path, hint: error.hint }; } };
  const tell = (value) => console.log(JSON.stringify(value));`;

/** Runs cells, then code with `session`, `run`, `errorOf` and `tell` in a new process; returns what it told last. */
export async function toldBy(
  lib: LibraryBundle,
  cells: readonly string[],
  code: string,
  options: Parameters<LibraryBundle['run']>[1] = {},
): Promise<any> {
  const runs = cells.map((cell) => `await run(${JSON.stringify(cell)});`).join('\n');
  const out = await lib.run(`${PRELUDE}\n${runs}\n${code}`, options);
  return out.trim() === '' ? undefined : JSON.parse(out.trim().split('\n').at(-1) as string);
}
