// A list that is moved through, searched, sorted and opened: names of the session, saved sessions. It shows texts that were
// made safe to print, and asks its source for everything else; leaves nothing on the screen.

import { Box, type Key, render, Text, useInput } from 'ink';
import { useState } from 'react';
import { displayName } from '../display-name.js';
import { table } from '../format.js';
import {
  type BrowserState,
  type KeyHelp,
  type Press,
  press,
  type Row,
  START,
  visibleRows,
  windowOf,
} from './browser-model.js';
import { closeView, VIEW } from './close.js';

/** Where the rows come from, and what keys do. */
export interface BrowserSource {
  /** What is looked at now: `variables`, `variables › users[0]`. */
  title(): string;
  rows(): readonly Row[];
  /** Besides moving, opening and searching. */
  keys(): readonly KeyHelp[];
  /** True for a list whose rows have weights. */
  readonly hasWeights: boolean;
  /** Computes the weights, if that was not done yet. */
  weigh(): void;
  /** Goes into a row. False when the list is done: the row was what was wanted. */
  open(row: Row): boolean;
  /** Goes back. False at the top. */
  back(): boolean;
  /** One of the keys; lines to show. The row is undefined in an empty list, for keys of the list. */
  act(key: string, row: Row | undefined): readonly string[];
}

/** The screen that there is. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly isPlain: boolean;
}

// Borders, the line of keys, and what Ink needs to stay out of the scrollback.
const ROWS_AROUND = 8;
const DETAILS_MAX = 6;

/** The view as a component. */
export function Browser({
  source,
  screen,
  onDone: exit,
}: {
  readonly source: BrowserSource;
  readonly screen: Screen;
  readonly onDone: () => void;
}) {
  // Keys come faster than React hands a new handler out: what they change is one object for all of them.
  const [at] = useState((): Position => ({ stack: [START], details: [] }));
  const [, redraw] = useState(0);

  useInput((input, key) => {
    const pressed = pressOf(input, key);
    const { state, rows, row, height } = lookAt(at, source, screen);
    if (pressed === 'end-of-input') return exit();
    const { state: next, wanted } = press(state, pressed, {
      count: rows.length,
      pageSize: height,
      keys: source.keys(),
    });
    at.stack = [...at.stack.slice(0, -1), next];
    at.details = [];
    if (wanted?.what === 'quit') return exit();
    if (wanted?.what === 'sort') source.weigh();
    if (wanted?.what === 'key' && (row !== undefined || isOfList(source, wanted.key)))
      at.details = source.act(wanted.key, row);
    if (wanted?.what === 'open' && row?.isOpenable === true) {
      if (!source.open(row)) return exit();
      at.stack = [...at.stack, START];
    }
    if (wanted?.what === 'back') {
      if (!source.back()) return exit();
      at.stack = at.stack.length > 1 ? at.stack.slice(0, -1) : [START];
    }
    redraw((count) => count + 1);
  });

  const { state, rows, row, height, details } = lookAt(at, source, screen);
  const { index } = state;
  const { from, to } = windowOf(rows.length, index, height);
  const width = screen.columns - 4;
  const lines = linesOf(rows.slice(from, to), width, (line) => from + line === index, screen.isPlain);
  const position = rows.length === 0 ? '' : `${index + 1}/${rows.length}`;
  const keys = helpText(source, state, row, screen);
  return (
    <Box flexDirection="column" width={screen.columns}>
      <Box borderStyle={screen.isPlain ? 'classic' : 'round'} flexDirection="column" width={screen.columns}>
        <Text wrap="truncate">
          {` ${displayName(source.title(), Math.max(10, width - position.length - 2))} `}
          <Text dimColor>{position}</Text>
        </Text>
        {lines.length === 0 ? <Text dimColor>{' nothing'}</Text> : null}
        {lines.map(({ id, text, isChosen }) => (
          <Text key={id} wrap="truncate" inverse={isChosen}>
            {text}
          </Text>
        ))}
        {details.length > 0 ? (
          <Text dimColor>{(screen.isPlain ? '-' : '─').repeat(screen.columns - 2)}</Text>
        ) : null}
        {details.length > 0 ? (
          <Text>{details.map((line) => ` ${displayName(line, width)}`).join('\n')}</Text>
        ) : null}
      </Box>
      <Text dimColor wrap="wrap">
        {keys}
      </Text>
    </Box>
  );
}

function isOfList(source: BrowserSource, wanted: string): boolean {
  return source.keys().some(({ key, isOfList: is }) => key === wanted && is === true);
}

/** Where one is: the lists that were gone into, and what a key had to say. */
interface Position {
  stack: readonly BrowserState[];
  details: readonly string[];
}

function lookAt({ stack, details: all }: Position, source: BrowserSource, screen: Screen) {
  const last = stack.at(-1)!;
  const rows = visibleRows(source.rows(), last);
  const index = Math.min(last.index, Math.max(0, rows.length - 1));
  const details = all.slice(0, DETAILS_MAX);
  const height = Math.max(3, screen.rows - ROWS_AROUND - (details.length > 0 ? details.length + 1 : 0));
  return { state: { ...last, index }, rows, row: rows[index], height, details };
}

const KEYS: readonly (readonly [keyof Key, Press])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['return', 'enter'],
  ['rightArrow', 'enter'],
  ['leftArrow', 'left'],
  ['escape', 'escape'],
  ['backspace', 'delete'],
  ['delete', 'delete'],
];

function pressOf(input: string, key: Key): Press | 'end-of-input' {
  if (key.ctrl) return input === 'c' || input === 'd' ? 'end-of-input' : { text: '' };
  return KEYS.find(([name]) => key[name] === true)?.[1] ?? { text: input };
}

function helpText(
  source: BrowserSource,
  state: BrowserState,
  row: Row | undefined,
  { isPlain }: Screen,
): string {
  if (state.isFiltering) return `/${displayName(state.filter, 40)}   Enter keeps the filter, Esc drops it`;
  const dot = isPlain ? ' | ' : ' · ';
  return [
    ...(state.filter === '' ? [] : [`/${displayName(state.filter, 20)}`]),
    ...(row?.isOpenable === true ? ['Enter open'] : []),
    ...source.keys().map(({ key, label }) => `${key} ${label}`),
    ...(source.hasWeights ? [`s ${state.isByWeight ? 'by name' : 'by size'}`] : []),
    '/ filter',
    'q quit',
  ].join(dot);
}

function linesOf(
  rows: readonly Row[],
  width: number,
  isChosen: (at: number) => boolean,
  isPlain: boolean,
): readonly { readonly id: string; readonly text: string; readonly isChosen: boolean }[] {
  const cells = rows.map((row) => [
    `${displayName(row.cells[0] ?? '', 30)}${row.mark ?? ''}`,
    ...row.cells.slice(1, -1).map((cell) => displayName(cell, 30)),
    displayName(row.cells.at(-1) ?? '', width),
  ]);
  const texts = rows.length === 0 ? [] : table(cells).split('\n');
  const pointer = isPlain ? '>' : '›';
  return rows.map(({ id }, at) => ({
    id,
    text: displayName(`${isChosen(at) ? pointer : ' '} ${texts[at] ?? ''}`, width + 2),
    isChosen: isChosen(at),
  }));
}

/** Shows the view until it is left; it leaves nothing on the screen. */
export async function browse(source: BrowserSource, screen: Screen): Promise<void> {
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const app = render(<Browser source={source} screen={screen} onDone={leave} />, VIEW);
  await left;
  await closeView(app);
}
