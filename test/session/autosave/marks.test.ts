// Goal: a change is a change of now only when the look before has seen the name: what was changed long ago and is only seen late
// makes a session that was saved since no unsaved one.
// Method: looks with allowances that are over at once or never, and a session that is saved while names are unseen.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Allowance } from '../../../src/session/autosave/allowance.js';
import { Fingerprinter } from '../../../src/session/autosave/fingerprint.js';
import { HiddenState } from '../../../src/session/autosave/hidden-state.js';
import { Autosave } from '../../../src/session/autosave/index.js';
import { Marks } from '../../../src/session/autosave/marks.js';
import { Session } from '../../../src/session/index.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-marks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const allowance = (isOver: boolean): Allowance =>
  ({ isOver: () => isOver, spentMs: () => 0 }) as unknown as Allowance;

test('what the look before saw has changed now; what it did not see may have changed long ago', () => {
  const marks = new Marks(new Fingerprinter(new HiddenState()));
  const list = [1];
  const held = new Map([['list', list]]);
  const look = (isOver: boolean) => marks.look(held, new Set(), allowance(isOver));
  expect(look(false)).toMatchObject({ hasChanged: false, unseen: [] });
  list.push(2);
  expect(look(false)).toMatchObject({ hasChanged: true, marks: { list: expect.any(String) } });
  list.push(3);
  expect(look(true)).toEqual({ marks: {}, unseen: ['list'], hasChanged: false });
  expect(look(false)).toMatchObject({ hasChanged: false, marks: { list: expect.any(String) } });
  list.push(4);
  look(true);
  expect(marks.lookOn(allowance(false))).toMatchObject({ hasChanged: false, unseen: [] });
  list.push(5);
  expect(look(false).hasChanged, 'the look on has seen it').toBe(true);
});

test('a session that was saved stays saved when a large name is looked into late', async () => {
  const session = new Session();
  const autosave = new Autosave(session, { root: join(folder, 'state'), lookMs: 1 });
  const cell = async (source: string): Promise<void> => {
    const outcome = await session.evaluator.evaluate(source);
    if ('cell' in outcome) autosave.note(outcome.cell);
  };
  const lookOn = (): void => {
    while (autosave.hasUnseen) autosave.lookOn(50);
  };
  await cell('const marksLarge = Array.from({ length: 200_000 }, (_, index) => ({ index }))');
  lookOn();
  await cell('marksLarge[199_999].index = 0');
  expect(autosave.hasUnseen).toBe(true);
  await session.save(join(folder, 'work.pkl'));
  autosave.noteSaved();
  lookOn();
  expect([autosave.isUnsaved, autosave.hasUnseen]).toEqual([false, false]);
  autosave.discard();
  session.evaluator.clear();
});
