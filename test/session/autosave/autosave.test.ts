// Goal: a process that is killed leaves what its last whole cell left: primitives exactly, objects as of the last snapshot,
// and the names that may be older are said. A session with nothing unsaved leaves nothing.
// Method: a process of its own evaluates cells with autosave and kills itself; this one looks and brings it back in another.

import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AutosaveBundle, bundleAutosave } from './bundle.js';

let bundle: AutosaveBundle;
beforeAll(async () => {
  bundle = await bundleAutosave();
});
afterAll(() => bundle.remove());

const freshRoot = (): string => bundle.freshRoot();

// Evaluates cells, each noted; `steps` may take snapshots and end the process.
async function live(root: string, steps: string): Promise<string> {
  const program = `
    const session = new lib.Session();
    const autosave = new lib.Autosave(session, { root: ${JSON.stringify(root)}, lookMs: 60, onTrouble: (e) => console.log('trouble', e.message) });
    const cell = async (source) => autosave.note((await session.evaluator.evaluate(source)).cell);
    const settle = () => new Promise((resolve) => setTimeout(resolve, 60));
    ${steps}`;
  return bundle.library.run(program).catch((error: unknown) => String(error));
}

async function recovered(root: string, look: string): Promise<unknown> {
  const text = await bundle.library.run(`
    const [found] = lib.endedSessions(${JSON.stringify(root)});
    const session = new lib.Session();
    const report = found && await lib.recover(session, found);
    const plain = report && { exact: report.exact, older: report.older, missing: report.missing, since: report.cellsSince.map((c) => c.source) };
    console.log(JSON.stringify({ report: plain, look: report && ${look} }));`);
  return JSON.parse(text);
}

const KILL = `process.kill(process.pid, 'SIGKILL'); await settle();`;

describe('a process that was killed', () => {
  test('after its snapshot comes back as it was', async () => {
    const root = freshRoot();
    await live(
      root,
      `await cell('let n = 1; const list = [1]'); await cell('list.push(n)'); await autosave.snapshot(); ${KILL}`,
    );
    expect(await recovered(root, '[n, list]')).toEqual({
      report: { exact: [], older: [], missing: [], since: [] },
      look: [1, [1, 1]],
    });
  });

  test('without a snapshot since keeps primitives exactly and says what is older', async () => {
    const root = freshRoot();
    await live(
      root,
      `await cell('let n = 1; const list = [1]; const other = {}; let text = "a"; const big = 5n');
       await autosave.snapshot();
       await cell('list.push(n); n = -0'); await cell('text += "ü"; var late = { x: 1 }'); await cell('const fresh = undefined');
       await settle(); ${KILL}`,
    );
    expect(
      await recovered(
        root,
        '[Object.is(n, -0), list, text, big === 5n, fresh === undefined, "late" in globalThis]',
      ),
    ).toEqual({
      report: {
        exact: ['fresh', 'n', 'text'],
        older: ['list'],
        missing: ['late'],
        since: ['list.push(n); n = -0', 'text += "ü"; var late = { x: 1 }', 'const fresh = undefined'],
      },
      look: [true, [1], 'aü', true, true, false],
    });
  });

  test('in the middle of a cell that never ends has everything before that cell', async () => {
    const root = freshRoot();
    await live(root, `await cell('let n = 41'); await cell('n++'); setTimeout(() => {}, 1); ${KILL}`);
    expect(await recovered(root, 'n')).toMatchObject({ look: 42 });
  });

  test('keeps constants constant and deleted names deleted', async () => {
    const root = freshRoot();
    await live(
      root,
      `await cell('const a = 1; let b = 2; c = 3'); await autosave.snapshot(); await cell('delete globalThis.b; c = 4'); await settle(); ${KILL}`,
    );
    const look = `[(() => { 'use strict'; try { a = 2; } catch (e) { return e.name; } })(), 'b' in globalThis, c]`;
    expect(await recovered(root, look)).toMatchObject({ look: ['TypeError', false, 4] });
  });

  test('with patched built-ins writes its lines all the same', async () => {
    const root = freshRoot();
    await live(
      root,
      `await cell('let n = 1; Array.prototype.push = () => { throw 1 }'); await cell('n = 2'); ${KILL}`,
    );
    expect(await recovered(root, 'n')).toMatchObject({ look: 2 });
  });
});

describe('a process that ends', () => {
  test('saves what is unsaved before it goes', async () => {
    const root = freshRoot();
    await live(
      root,
      `await cell('const list = [1, { deep: true }]'); process.on('exit', () => autosave.finish()); process.exit(0)`,
    );
    expect(await recovered(root, 'list')).toEqual({
      report: { exact: [], older: [], missing: [], since: [] },
      look: [1, { deep: true }],
    });
  });

  test('leaves nothing when everything was saved, when it was discarded, and when autosave is off', async () => {
    for (const how of ['autosave.noteSaved()', 'autosave.discard()', "autosave.mode = 'off'"]) {
      const root = freshRoot();
      await live(root, `await cell('const a = [1]'); await autosave.snapshot(); ${how}; autosave.finish()`);
      expect(readdirSync(root), how).toEqual([]);
    }
  });

  test('that was saved and then killed has nothing to offer', async () => {
    const root = freshRoot();
    await live(root, `await cell('const a = [1]'); autosave.noteSaved(); await settle(); ${KILL}`);
    expect(await recovered(root, '0')).toEqual({});
    expect(readdirSync(root)).toEqual([]);
  });

  test('in mode `exit` writes at the end only', async () => {
    const root = freshRoot();
    const lines = await live(
      root,
      `autosave.mode = 'exit'; await cell('const a = [1]'); await settle(); const fs = await import('node:fs');
       console.log(fs.existsSync(${JSON.stringify(root)}), autosave.idleMs); autosave.finish();`,
    );
    expect(lines.trim()).toBe('false undefined');
    expect(await recovered(root, 'a')).toMatchObject({ look: [1] });
  });
});

test('a session that is still running is nobody’s to bring back', async () => {
  const root = freshRoot();
  const text = await live(
    root,
    `await cell('let n = 1'); await settle(); console.log(lib.endedSessions(${JSON.stringify(root)}).length)`,
  );
  expect(text.trim()).toBe('0');
});

test('a folder that cannot be written is said once, and the session goes on', async () => {
  const root = freshRoot();
  const text = await live(
    root,
    `const fs = await import('node:fs'); fs.writeFileSync(${JSON.stringify(root)}, ''); await cell('let n = 1'); await cell('n++'); console.log(n)`,
  );
  expect(text).toMatch(/^trouble .*\n2\n$/);
});

test('what came back is removed once the new session is safe', async () => {
  const root = freshRoot();
  await live(root, `await cell('let n = 1'); await autosave.snapshot(); ${KILL}`);
  await live(
    root,
    `const [found] = lib.endedSessions(${JSON.stringify(root)}); await lib.recover(session, found); autosave.adopt(found.ended.folder);
     await autosave.snapshot(); ${KILL}`,
  );
  expect(readdirSync(root)).toHaveLength(1);
  expect(await recovered(root, 'n')).toMatchObject({ look: 1 });
});
