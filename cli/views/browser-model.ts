// What a list on the screen does with keys: moving, filtering, sorting, opening and going back. Pure: a state and a key give a
// state and perhaps something that is wanted of whoever shows it.

/** A line of the list. */
export interface Row {
  /** The same as long as it is the same thing. */
  readonly id: string;
  /** From left to right; the last one gets what room there is. */
  readonly cells: readonly string[];
  /** Behind the first cell: what is special about it. */
  readonly mark?: string;
  /** What it is sorted by when it is sorted by size, largest first; undefined goes last. */
  readonly weight?: number | undefined;
  readonly isOpenable: boolean;
}

/** A key that wants something: `w why`. */
export interface KeyHelp {
  readonly key: string;
  readonly label: string;
  /** It is about the list, and does something when that is empty, too. */
  readonly isOfList?: boolean;
}

/** What is on the screen. */
export interface BrowserState {
  readonly index: number;
  readonly filter: string;
  readonly isFiltering: boolean;
  readonly isByWeight: boolean;
}

/** A key that was pressed, by its name or what it types. */
export type Press =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'left'
  | 'escape'
  | 'delete'
  | { readonly text: string };

/** What is wanted. */
export type Wanted =
  | { readonly what: 'open' | 'back' | 'quit' | 'sort' }
  | { readonly what: 'key'; readonly key: string }
  | undefined;

/** How a list starts. */
export const START: BrowserState = { index: 0, filter: '', isFiltering: false, isByWeight: false };

/** The rows that are shown, in their order; of a filter, those first whose name has it. */
export function visibleRows(rows: readonly Row[], { filter, isByWeight }: BrowserState): readonly Row[] {
  const wanted = filter.toLowerCase();
  const found = rows.filter(
    ({ cells }) => wanted === '' || cells.some((cell) => cell.toLowerCase().includes(wanted)),
  );
  if (!isByWeight) {
    const isNamed = ({ cells: [name] }: Row): boolean => name?.toLowerCase().includes(wanted) === true;
    return [...found.filter(isNamed), ...found.filter((row) => !isNamed(row))];
  }
  return [...found].sort((a, b) => (b.weight ?? -1) - (a.weight ?? -1));
}

/** The part of a list that fits on a screen, with the chosen row in it. */
export function windowOf(
  count: number,
  index: number,
  height: number,
): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(index - Math.floor(height / 2), count - height));
  return { from, to: Math.min(count, from + height) };
}

/** What a key makes of the list. */
export function press(
  state: BrowserState,
  key: Press,
  {
    count,
    pageSize,
    keys,
  }: { readonly count: number; readonly pageSize: number; readonly keys: readonly KeyHelp[] },
): { readonly state: BrowserState; readonly wanted: Wanted } {
  const to = (index: number): { state: BrowserState; wanted: Wanted } => ({
    state: { ...state, index: Math.max(0, Math.min(count - 1, index)) },
    wanted: undefined,
  });
  const wants = (wanted: Wanted): { state: BrowserState; wanted: Wanted } => ({ state, wanted });
  switch (key) {
    case 'up':
      return to(state.index - 1);
    case 'down':
      return to(state.index + 1);
    case 'page-up':
      return to(state.index - pageSize);
    case 'page-down':
      return to(state.index + pageSize);
    case 'home':
      return to(0);
    case 'end':
      return to(count - 1);
    case 'enter':
      return state.isFiltering
        ? { state: { ...state, isFiltering: false }, wanted: undefined }
        : wants(count === 0 ? undefined : { what: 'open' });
    case 'left':
      return wants({ what: 'back' });
    case 'delete':
      return { state: filtered(state, state.filter.slice(0, -1)), wanted: undefined };
    case 'escape':
      if (state.isFiltering || state.filter !== '')
        return { state: { ...filtered(state, ''), isFiltering: false }, wanted: undefined };
      return wants({ what: 'back' });
    default:
      return typedAll(state, key.text, keys, count);
  }
}

// What is typed fast comes as one text: each of its characters is a key, until one of them wants something.
function typedAll(
  state: BrowserState,
  text: string,
  keys: readonly KeyHelp[],
  count: number,
): { readonly state: BrowserState; readonly wanted: Wanted } {
  let result: { readonly state: BrowserState; readonly wanted: Wanted } = { state, wanted: undefined };
  for (const character of text) {
    const now = result.state;
    if (character === '\r') result = press(now, 'enter', { count, pageSize: 1, keys });
    else if (now.isFiltering) result = { state: filtered(now, now.filter + character), wanted: undefined };
    else result = typed(now, character, keys);
    if (result.wanted !== undefined) break;
  }
  return result;
}

function typed(
  state: BrowserState,
  text: string,
  keys: readonly KeyHelp[],
): { readonly state: BrowserState; readonly wanted: Wanted } {
  if (text === 'q') return { state, wanted: { what: 'quit' } };
  if (text === '/') return { state: { ...state, isFiltering: true }, wanted: undefined };
  if (text === 's')
    return { state: { ...state, isByWeight: !state.isByWeight, index: 0 }, wanted: { what: 'sort' } };
  const isKnown = keys.some(({ key }) => key === text);
  return { state, wanted: isKnown ? { what: 'key', key: text } : undefined };
}

function filtered(state: BrowserState, filter: string): BrowserState {
  return { ...state, filter, index: 0 };
}
