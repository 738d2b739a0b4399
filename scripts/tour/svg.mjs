// Draws rows over time as one animated SVG that needs nothing else: each text is visible while it stood there. Where nothing moves,
// the last screen is shown. Data in, text out.
import { SIZE } from './typed.mjs';

const CELL = { width: 8.4, height: 19 };
const EDGE = 14;
const BAR = 30;
const WIDTH = Math.round(SIZE.cols * CELL.width + 2 * EDGE);
const HEIGHT = SIZE.rows * CELL.height + BAR + EDGE;
/** The sixteen colours of a terminal, on a dark ground. */
const COLORS =
  '#6e7681 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #c9d1d9 #8b949e #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #f0f6fc'.split(
    ' ',
  );

/** The picture; `label` is its text for those who do not see it. */
export function drawn({ rows, seconds }, label) {
  const kept = rows.map((row) => ({ ...row, isLast: row.to >= seconds }));
  const moments = kept.map((row, index) => keyframes(row, index, seconds)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#c9d1d9;white-space:pre}g.r{opacity:0;animation:${seconds.toFixed(1)}s step-end infinite}g.l{opacity:1}${looks()}${moments}
@media(prefers-reduced-motion){g.r{animation:none!important}}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#0d1117"/>
<circle cx="20" cy="16" r="5.5" fill="#ff5f57"/><circle cx="38" cy="16" r="5.5" fill="#febc2e"/><circle cx="56" cy="16" r="5.5" fill="#28c840"/>
${kept.map(rowText).join('\n')}
</svg>
`;
}

function looks() {
  const colors = COLORS.map((color, index) => `.c${index}{fill:${color}}`).join('');
  return `${colors}.d{opacity:.6}.b{font-weight:bold}.u{text-decoration:underline}`;
}

function keyframes({ from, to }, index, seconds) {
  const at = (time) => `${((time / seconds) * 100).toFixed(2).replace(/\.?0+$/, '')}%`;
  const end = to >= seconds ? '' : `${at(to)}{opacity:0}`;
  return `@keyframes k${index}{0%{opacity:0}${at(from)}{opacity:1}${end}}`;
}

function rowText({ y, spans, isLast }, index) {
  const top = BAR + (y + 1) * CELL.height - 5;
  const parts = spans.map(({ x, text, look }) => {
    const left = round(EDGE + x * CELL.width);
    const shape = look === '' ? '' : ` class="${look}"`;
    return `<tspan x="${left}" textLength="${round(text.length * CELL.width)}"${shape}>${escaped(text)}</tspan>`;
  });
  const kind = isLast ? 'r l' : 'r';
  return `<g class="${kind}" style="animation-name:k${index}"><text y="${top}">${parts.join('')}</text></g>`;
}

function round(number) {
  return Number(number.toFixed(1));
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
}
