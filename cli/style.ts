// Colours and symbols: four colours, only on a terminal that shows them, and ASCII where nothing else is safe.

import process from 'node:process';

/** How text is dressed for one output. */
export interface Style {
  readonly hasColors: boolean;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  dim(text: string): string;
  readonly ok: string;
  readonly no: string;
  readonly warning: string;
  readonly arrow: string;
  readonly dot: string;
  readonly dash: string;
  readonly ellipsis: string;
}

/** An output that may be a terminal. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
  hasColors?(): boolean;
}

/** The style for an output, by `NO_COLOR`, `FORCE_COLOR`, `BRINE_PLAIN`, `TERM` and the locale. */
export function styleFor(output: MaybeTerminal, environment: NodeJS.ProcessEnv = process.env): Style {
  const hasColors = wantsColors(output, environment);
  const paint =
    (code: number, end: number) =>
    (text: string): string =>
      hasColors && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  const symbols = isPlain(environment) ? PLAIN : UNICODE;
  return {
    hasColors,
    green: paint(32, 39),
    red: paint(31, 39),
    yellow: paint(33, 39),
    dim: paint(2, 22),
    ...symbols,
  };
}

const UNICODE = { ok: '✓', no: '✗', warning: '⚠', arrow: '→', dot: '·', dash: '—', ellipsis: '…' };
const PLAIN = { ok: '+', no: 'x', warning: '!', arrow: '->', dot: '|', dash: '-', ellipsis: '...' };

/** True when only ASCII may be printed. */
export function isPlain(environment: NodeJS.ProcessEnv = process.env): boolean {
  if (
    environment['BRINE_PLAIN'] !== undefined &&
    environment['BRINE_PLAIN'] !== '' &&
    environment['BRINE_PLAIN'] !== '0'
  ) {
    return true;
  }
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'];
  // No locale at all is a bare container or a service: their terminals show UTF-8.
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

function wantsColors(output: MaybeTerminal, environment: NodeJS.ProcessEnv): boolean {
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}
