// A list of numbers as a line in SVG. Pure; the page's style may colour it anew.

import type { MetaPlot } from '../../format/index.js';
import { grouped, plural, rangeOf } from '../words.js';
import { element, type Markup } from './markup.js';

const WIDTH = 560;
const HEIGHT = 140;
const LEFT = 56;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 24;

/** A plot. */
export function plotMarkup({ values, count }: MetaPlot): Markup {
  const numbers = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = rangeOf(numbers);
  const flat = high === low;
  const place = (value: number): number => {
    // Halves, because a range may be larger than any number.
    const share = flat ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2);
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
  };
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, values.length - 1);
  let path = '';
  let isDrawing = false;
  values.forEach((value, at) => {
    if (value === null || !Number.isFinite(value)) {
      isDrawing = false;
      return;
    }
    path += `${isDrawing ? 'L' : 'M'}${round(LEFT + at * step)} ${place(value)}`;
    isDrawing = true;
  });
  const zero = low < 0 && high > 0 ? place(0) : undefined;
  const label = `${plural(count, 'number')} from ${shortNumber(low)} to ${shortNumber(high)}`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'plot',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      role: 'img',
      'aria-label': label,
    },
    element('title', {}, label),
    gridLine(TOP),
    gridLine(HEIGHT - BOTTOM),
    zero === undefined ? '' : gridLine(zero, '3 3'),
    axisText(LEFT - 8, TOP + 4, 'end', shortNumber(high)),
    axisText(LEFT - 8, HEIGHT - BOTTOM + 4, 'end', shortNumber(low)),
    axisText(LEFT, HEIGHT - 6, 'start', '0'),
    axisText(WIDTH - RIGHT, HEIGHT - 6, 'end', grouped(Math.max(0, count - 1))),
    element('path', {
      class: 'course',
      d: path,
      fill: 'none',
      stroke: '#2f6fb0',
      'stroke-width': 1.6,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    }),
  );
}

function gridLine(y: number, dashes?: string): Markup {
  return element('line', {
    ...{ class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y, stroke: '#9994' },
    'stroke-dasharray': dashes,
  });
}

function axisText(x: number, y: number, anchor: string, text: string): Markup {
  const style = { 'font-size': 11, 'font-family': 'system-ui, sans-serif', fill: '#777' };
  return element('text', { class: 'axis', x, y, 'text-anchor': anchor, ...style }, text);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
