// What a terminal shows over time: for each row the texts that stood there, from when to when. Plays recorded events into a terminal
// without a screen. Knows nothing of pictures.
import xterm from '@xterm/headless';
import { SIZE } from './typed.mjs';

/** What comes within so many seconds is one change. */
const TOGETHER_S = 0.09;
/** The last screen of a part stays so long. */
const REST_S = 2.5;

/** Rows of all parts one after another: `{ rows: [{ y, from, to, spans }], seconds }`; spans are `{ x, text, look }`. */
export async function rowsOf(parts) {
  const rows = [];
  let offset = 0;
  for (const { events } of parts) {
    const terminal = new xterm.Terminal({ ...SIZE, scrollback: 0, allowProposedApi: true });
    const shown = new Map();
    const end = offset + events.at(-1)[0] + REST_S;
    for (const [at, data] of together(events)) {
      await new Promise((done) => terminal.write(data, done));
      for (let y = 0; y < SIZE.rows; y++) {
        const spans = spansOf(terminal, y);
        const key = JSON.stringify(spans);
        const before = shown.get(y);
        if (before?.key === key) continue;
        if (before !== undefined) before.row.to = offset + at;
        const row = { y, from: offset + at, to: end, spans };
        shown.set(y, { key, row });
        if (spans.length > 0) rows.push(row);
      }
    }
    offset = end;
  }
  return { rows: rows.filter(({ from, to }) => to > from), seconds: offset };
}

function together(events) {
  const groups = [];
  for (const [at, data] of events) {
    const last = groups.at(-1);
    if (last !== undefined && at - last[0] < TOGETHER_S) last[1] += data;
    else groups.push([at, data]);
  }
  return groups;
}

function spansOf(terminal, y) {
  const { active } = terminal.buffer;
  const line = active.getLine(active.viewportY + y);
  const spans = [];
  for (let x = 0; x < SIZE.cols; x++) {
    const cell = line.getCell(x);
    if (cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const last = spans.at(-1);
    const text = cell.getChars() || ' ';
    if (last !== undefined && last.look === look) last.text += text;
    else spans.push({ x, text, look });
  }
  // Spaces that look like nothing.
  return spans
    .map((span) => ({ ...span, text: span.text.trimEnd() }))
    .filter(({ text }) => text.trim() !== '');
}

function lookOf(cell) {
  const color = cell.isFgPalette() ? `c${cell.getFgColor() % 16}` : '';
  const marks = [cell.isDim() && 'd', cell.isBold() && 'b', cell.isUnderline() && 'u'];
  return [color, ...marks].filter((mark) => mark !== '' && mark !== false && mark !== 0).join(' ');
}
