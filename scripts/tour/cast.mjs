// The recording as a file that asciinema plays (version 2 of its format): a line with the size, then a line for each event. A
// marker stands where a part begins. Data in, text out.
import { SIZE } from './typed.mjs';

const REST_S = 2.5;
const CLEAR = '\u001b[2J\u001b[H';

export function castOf(parts) {
  const lines = [
    { version: 2, width: SIZE.cols, height: SIZE.rows, title: 'brine', env: { TERM: 'xterm-256color' } },
  ];
  let offset = 0;
  for (const { title, events } of parts) {
    lines.push([round(offset), 'm', title]);
    if (offset > 0) lines.push([round(offset), 'o', CLEAR]);
    for (const [at, data] of events) lines.push([round(offset + at), 'o', data]);
    offset += events.at(-1)[0] + REST_S;
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

export function partsOfCast(text) {
  const parts = [];
  let offset = 0;
  for (const [at, kind, data] of text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => JSON.parse(line))) {
    if (kind === 'm') {
      parts.push({ title: data, events: [] });
      offset = at;
    } else if (data !== CLEAR) parts.at(-1).events.push([at - offset, data]);
  }
  return parts;
}

function round(seconds) {
  return Number(seconds.toFixed(3));
}
