// Goal: keys move, search, sort and open in a list as people know it from everywhere.
// Method: the pure model, key by key.

import { expect, test } from 'vitest';
import {
  type BrowserState,
  type Press,
  press,
  type Row,
  START,
  visibleRows,
  type Wanted,
  windowOf,
} from '../../../cli/views/browser-model.js';

const keys = [{ key: 'w', label: 'why' }];

function after(
  presses: readonly Press[],
  count = 5,
  from: BrowserState = START,
): { state: BrowserState; wanted: Wanted } {
  let result: { state: BrowserState; wanted: Wanted } = { state: from, wanted: undefined };
  for (const one of presses) result = press(result.state, one, { count, pageSize: 3, keys });
  return result;
}

test('the chosen row moves and stays within the list', () => {
  expect(after(['down', 'down']).state.index).toBe(2);
  expect(after(['up']).state.index).toBe(0);
  expect(after(['page-down', 'page-down', 'page-down']).state.index).toBe(4);
  expect(after(['end', 'home']).state.index).toBe(0);
  expect(after(['down'], 0).state.index).toBe(0);
});

test('Enter opens, left and Escape go back, q ends', () => {
  expect(after(['enter']).wanted).toEqual({ what: 'open' });
  expect(after(['enter'], 0).wanted).toBeUndefined();
  expect(after(['left']).wanted).toEqual({ what: 'back' });
  expect(after(['escape']).wanted).toEqual({ what: 'back' });
  expect(after([{ text: 'q' }]).wanted).toEqual({ what: 'quit' });
});

test('keys that the list knows are wanted, others do nothing', () => {
  expect(after([{ text: 'w' }]).wanted).toEqual({ what: 'key', key: 'w' });
  expect(after([{ text: 'z' }]).wanted).toBeUndefined();
});

test('a slash searches until Enter, Escape drops the search, and letters are letters meanwhile', () => {
  const searching = after([{ text: '/' }, { text: 'q' }, { text: 'w' }]);
  expect(searching).toEqual({ state: { ...START, filter: 'qw', isFiltering: true }, wanted: undefined });
  expect(after(['delete'], 5, searching.state).state.filter).toBe('q');
  expect(after(['enter'], 5, searching.state).state).toEqual({ ...START, filter: 'qw' });
  expect(after(['enter', 'escape'], 5, searching.state)).toEqual({ state: START, wanted: undefined });
});

test('what is typed so fast that it comes as one text is taken key by key', () => {
  expect(after([{ text: '/us' }]).state).toEqual({ ...START, filter: 'us', isFiltering: true });
  expect(after([{ text: '/us\r' }]).state).toEqual({ ...START, filter: 'us' });
  expect(after([{ text: 'zwq' }]).wanted).toEqual({ what: 'key', key: 'w' });
});

const row = (id: string, weight?: number): Row => ({
  id,
  cells: [id, `type of ${id}`],
  weight,
  isOpenable: true,
});

test('rows are searched in all their cells, whatever the case, and sorted by weight on demand', () => {
  const rows = [row('small', 1), row('Big', 9), row('none')];
  expect(visibleRows(rows, { ...START, filter: 'big' }).map(({ id }) => id)).toEqual(['Big']);
  expect(visibleRows(rows, { ...START, filter: 'TYPE OF' })).toHaveLength(3);
  // Those first whose name has it.
  const kinds = [{ ...row('ada'), cells: ['ada', 'const'] }, row('total'), row('counter')];
  expect(visibleRows(kinds, { ...START, filter: 'co' }).map(({ id }) => id)).toEqual(['counter', 'ada']);
  expect(visibleRows(rows, { ...START, isByWeight: true }).map(({ id }) => id)).toEqual([
    'Big',
    'small',
    'none',
  ]);
  expect(after([{ text: 's' }], 5, { ...START, index: 3 })).toEqual({
    state: { ...START, isByWeight: true },
    wanted: { what: 'sort' },
  });
});

test('the part that is shown has the chosen row in it and is never longer than the screen', () => {
  for (let count = 0; count < 12; count++)
    for (let index = 0; index < Math.max(1, count); index++) {
      const { from, to } = windowOf(count, index, 5);
      expect(to - from).toBe(Math.min(5, count));
      if (count > 0) expect(from <= index && index < to).toBe(true);
    }
});
