// Goal: going back gives the state that was, in objects too, shared and private; forward again gives it back; what no
// snapshot can hold is untouched or the step is refused.
// Method: cells in a process of its own with autosave, a snapshot between them where the test says so.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AutosaveBundle, bundleAutosave } from './bundle.js';

let bundle: AutosaveBundle;
beforeAll(async () => {
  bundle = await bundleAutosave();
});
afterAll(() => bundle.remove());

async function run(steps: string, quickMs = 'Infinity'): Promise<unknown> {
  const text = await bundle.library.run(`
    const session = new lib.Session();
    const autosave = new lib.Autosave(session, { root: ${JSON.stringify(bundle.freshRoot())}, quickMs: ${quickMs} });
    const rewind = new lib.Rewind(session, autosave);
    let writing = 0; // What is written in the background must be on the disk, however long it takes.
    const save = session.save.bind(session);
    session.save = async (...args) => { writing++; try { return await save(...args) } finally { writing-- } };
    const settle = async () => { do await new Promise((resolve) => setTimeout(resolve, 150)); while (writing > 0) };
    const cell = async (source) => { await autosave.beforeCell(); await settle(); const { cell, error } = await session.evaluator.evaluate(source); if (error) throw error; autosave.note(cell); };
    const point = () => autosave.snapshot();
    const numbers = ({ cells }) => cells.map(({ number }) => number);
    const failure = async (work) => { try { await work(); return 'no error'; } catch (error) { return error.code + ': ' + error.message; } };
    let answer;
    ${steps}
    console.log(JSON.stringify(answer));
    autosave.discard();`);
  return JSON.parse(text);
}

describe('going back', () => {
  test('takes back what a cell changed inside of objects, private fields and closures', async () => {
    const answer = await run(`
      await cell('class Box { #n = 1; add() { return ++this.#n } get n() { return this.#n } }');
      await cell('const box = new Box(); const list = [box, { deep: [1] }]; const count = (() => { let c = 0; return () => ++c })(); const same = list');
      await point();
      await cell('box.add(); list[1].deep.push(2); count(); list.extra = true; const later = 1');
      const report = await rewind.undo();
      answer = [numbers(report), report.dropped, box.n, list[1].deep, count(), 'extra' in list, same === list, list[0] === box, typeof later];`);
    expect(answer).toEqual([[3], ['later'], 1, [1], 1, false, true, true, 'undefined']);
  });

  test('cell by cell where snapshots are quick, back to nothing, and forward again', async () => {
    const answer = await run(`
      await cell('var list = []'); await point();
      for (let i = 0; i < 4; i++) await cell('list.push(' + i + ')');
      const seen = [];
      for (let i = 0; i < 4; i++) { await rewind.undo(); seen.push(list.length); }
      await rewind.undo(); seen.push(typeof list);
      for (let i = 0; i < 5; i++) { await rewind.redo(); seen.push(list.length); }
      answer = [seen, await failure(() => rewind.redo())];`);
    expect(answer).toEqual([
      [3, 2, 1, 0, 'undefined', 0, 1, 2, 3, 4],
      'SESSION_STATE: nothing was undone since the last cell',
    ]);
  });

  test('says when there is no earlier state', async () => {
    expect(await run(`answer = await failure(() => rewind.undo())`)).toBe(
      'SESSION_STATE: there is no earlier state to go back to',
    );
  });

  test('a cell after going back begins a new line of states', async () => {
    const answer = await run(`
      await cell('var list = [1]'); await point(); await cell('list.push(2)'); await rewind.undo();
      await cell('list.push(3)');
      const redo = await failure(() => rewind.redo());
      await rewind.undo();
      answer = [redo, list];`);
    expect(answer).toEqual(['SESSION_STATE: nothing was undone since the last cell', [1]]);
  });

  test('where snapshots are slow, what ran after going back begins where that led', async () => {
    const answer = await run(
      `
      await cell('var list = [1]'); await point();
      await cell('list.push(2); var later = 1');
      await rewind.checkpoint('both');
      await rewind.undo();
      await cell('list.push(3)');
      const first = numbers(await rewind.undo()); const was = [...list];
      await rewind.redo(); const again = [...list];
      await rewind.rollback('both'); const there = [...list];
      await rewind.undo(); const left = [...list];
      await rewind.rollback('both'); await cell('list.push(4)'); await cell('list.push(5)');
      const last = numbers(await rewind.undo());
      answer = [first, was, again, there, left, last, list, typeof later];`,
      '-1',
    );
    expect(answer).toEqual([[3], [1], [1, 3], [1, 2], [1, 3], [4, 5], [1, 2], 'number']);
  });

  test('what no snapshot can hold comes back as itself, wherever it hangs', async () => {
    const answer = await run(`
      const { Socket } = await import('node:net'); globalThis.make = () => new Socket();
      await cell('var socket = make(), list = [1, { socket: make() }], wait = { done: new Promise(() => {}) }');
      const before = [socket, list[1].socket, wait.done]; await point();
      await cell('list.push(2); list[1].socket = 0; socket = 0; wait.done = 0');
      const report = await rewind.undo();
      const same = [socket === before[0], list[1].socket === before[1], wait.done === before[2]];
      await rewind.redo();
      answer = [report.kept, same, list.length, [socket, list[1].socket, wait.done]];`);
    expect(answer).toEqual([[], [true, true, true], 3, [0, 0, 0]]);
  });

  test('what nothing holds any more is gone, and going back there is refused unless it is forced', async () => {
    const answer = await run(`
      const { Socket } = await import('node:net'); globalThis.make = () => new Socket();
      (await import('node:v8')).setFlagsFromString('--expose-gc');
      const gc = (await import('node:vm')).runInNewContext('gc');
      const collected = async () => { for (let i = 0; i < 5; i++) { await settle(); gc(); } };
      await cell('var socket = make(), list = [1, make()]'); await point();
      await cell('list.pop(); socket = 0; void 0'); await point();
      await collected();
      const refused = await failure(() => rewind.undo());
      const length = list.length;
      const report = await rewind.undo({ isForced: true });
      answer = [refused, length, list.length, report.kept, socket];`);
    expect(answer).toEqual([
      expect.stringMatching(/^SESSION_STATE: going there would lose list\[1\] \(Socket\)/),
      1,
      2,
      ['socket'],
      0,
    ]);
  });

  test('what was missing already is no reason to stay', async () => {
    const answer = await run(`
      await session.evaluator.evaluate('var db = { cache: new FinalizationRegistry(() => {}) }');
      const file = ${JSON.stringify(bundle.freshRoot())} + '.pkl';
      await session.save(file);
      await session.load(file);
      await cell('var n = 1'); await point(); await cell('n = 2');
      const { kept } = await rewind.undo();
      answer = [n, kept, await failure(() => db.cache.register)];`);
    expect(answer).toEqual([1, [], expect.stringMatching(/db\.cache is missing/)]);
  });
});

describe('checkpoints', () => {
  test('are gone to by name, and undo leads back', async () => {
    const answer = await run(`
      await cell('var list = [1]'); await rewind.checkpoint('clean');
      await cell('list.push(2)'); await cell('list.push(3)');
      await rewind.rollback('clean'); const there = [...list];
      await rewind.undo(); const back = [...list];
      answer = [there, back, await failure(() => rewind.rollback('dirty')), [...rewind.checkpoints.keys()]];`);
    expect(answer).toEqual([[1], [1, 2, 3], 'SESSION_STATE: there is no checkpoint dirty', ['clean']]);
  });

  test('stay when the budget is used up; other states go, oldest first', async () => {
    const root = bundle.freshRoot();
    const answer = await run(`
      const small = new lib.Autosave(session, { root: ${JSON.stringify(root)}, stateBytesMax: 60_000 });
      const back = new lib.Rewind(session, small);
      const step = async (source) => { small.note((await session.evaluator.evaluate(source)).cell); await small.snapshot(); };
      await step('var data = "x".repeat(9000) + Math.random()'); await back.checkpoint('first');
      for (let i = 0; i < 12; i++) await step('data += "y".repeat(3000) + ' + i);
      const fs = await import('node:fs'); const [folder] = fs.readdirSync(${JSON.stringify(root)});
      const files = fs.readdirSync(${JSON.stringify(root)} + '/' + folder).filter((name) => name.endsWith('.pkl'));
      const bytes = small.points.list.reduce((sum, one) => sum + one.bytes, 0);
      await back.rollback('first');
      answer = [bytes <= 60_000 + 50_000, files.length < 6, files.includes('snapshot-1.pkl'), data.length < 9100];
      small.discard();`);
    expect(answer).toEqual([true, true, true, true]);
  });
});

test('a state that is being written does not change with the session', async () => {
  const answer = await run(`
    await cell('var bytes = new Uint8Array(3_000_000).fill(1)'); await point();
    for (let i = 2; i < 6; i++) { await cell('bytes.fill(' + i + ')'); autosave.beforeCell(); bytes[0] = i; bytes.fill(i + 10); bytes.fill(i); }
    const seen = [];
    for (let i = 0; i < 4; i++) { await rewind.undo(); seen.push(bytes[0], bytes.every((b) => b === bytes[0])); }
    answer = seen;`);
  expect(answer).toEqual([4, true, 3, true, 2, true, 1, true]);
});
