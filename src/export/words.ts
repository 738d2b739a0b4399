// Numbers and times as an exported page says them, the same on every machine. Pure.

import { visible, visibleLines } from '../visible.js';

/** `61330` → `61,330`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 cell`, `2 cells`. */
export function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** `812 ms` below a second, `2.1 s` above; empty for what is no time. */
export function duration(ms: number): string {
  if (!(ms >= 0 && ms < 1e12)) return '';
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `2026-11-25 21:35 UTC`; empty for what is no time. */
export function moment(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Bytes in decimal units: `412 B`, `2.4 MB`. */
export function bytesText(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  for (; size >= 999.5 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A text of several lines with nothing in it that does not show, but for tabs. */
export function shownText(text: string): string {
  return text.split('\t').map(visibleLines).join('\t');
}

/** A text on one line with nothing in it that does not show, cut to a length. */
export function line(text: string, charactersMax: number): string {
  const shown = visible(text.length > 4 * charactersMax ? text.slice(0, 4 * charactersMax) : text);
  const characters = [...shown];
  return characters.length <= charactersMax && text.length <= 4 * charactersMax
    ? shown
    : `${characters.slice(0, charactersMax - 1).join('')}…`;
}

const BARS = '▁▂▃▄▅▆▇█';
const SPARKS_MAX = 48;

/** The course of numbers in one line of characters. */
export function sparkline(values: readonly (number | null)[]): string {
  const numbers = values.filter((value): value is number => value !== null);
  const [low, high] = rangeOf(numbers);
  const step = Math.max(1, Math.ceil(values.length / SPARKS_MAX));
  let text = '';
  for (let at = 0; at < values.length; at += step) {
    const part = values.slice(at, at + step).filter((value): value is number => value !== null);
    if (part.length === 0) text += ' ';
    else {
      const mean = part.reduce((sum, value) => sum + value / part.length, 0);
      text += BARS[Math.min(7, Math.floor(high > low ? ((mean - low) / (high - low)) * 8 : 3))] ?? ' ';
    }
  }
  return text;
}

/** The lowest and the highest; 0 and 0 for none. */
export function rangeOf(numbers: readonly number[]): readonly [number, number] {
  if (numbers.length === 0) return [0, 0];
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const number of numbers) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return [low, high];
}
