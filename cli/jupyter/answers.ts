// What the kernel says to requests that need no session, and how answers of the session look in Jupyter's words. Pure.

import process from 'node:process';
import type { Evaluated, Thrown } from '../kernel/messages.js';
import type { Part } from './wire.js';
import { PROTOCOL_VERSION } from './wire.js';

/** What the kernel is. */
export function kernelInfo(brine: string): Part {
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'brine',
    implementation_version: brine,
    language_info: {
      name: 'javascript',
      version: process.versions.node,
      mimetype: 'text/javascript',
      file_extension: '.js',
      pygments_lexer: 'javascript',
      codemirror_mode: 'javascript',
      nbconvert_exporter: 'script',
    },
    banner: `brine ${brine} on Node ${process.versions.node}; .help lists the commands, .save work.pkl keeps the session`,
    debugger: false,
    help_links: [],
  };
}

/** What failed, as content of an `error` and of a reply. */
export function failure(error: Thrown): Part {
  return { ename: error.name || 'Error', evalue: error.message, traceback: error.stack.split('\n') };
}

/** A cell that was interrupted, in the same words. */
export const INTERRUPTED: Thrown = {
  name: 'Interrupted',
  message: 'the cell was interrupted',
  stack: 'Interrupted',
};

/** What a cell gave by MIME type; undefined for nothing. */
export function dataOf({ data, text }: Evaluated): Part | undefined {
  return data ?? (text === undefined ? undefined : { 'text/plain': text });
}

/** One cell of the history. */
export interface HistoryItem {
  readonly number: number;
  readonly source: string;
  readonly text?: string;
}

/** The cells that a request asks for. */
export function historyOf(asked: Part, items: readonly HistoryItem[]): Part {
  const { hist_access_type: type, n, start, stop, pattern, unique, output } = asked as Record<string, any>;
  const last = (some: readonly HistoryItem[]): readonly HistoryItem[] =>
    typeof n === 'number' ? some.slice(-Math.max(0, n) || some.length) : some;
  let found: readonly HistoryItem[];
  switch (type) {
    case 'range':
      found = items.filter(
        ({ number }) => number >= (start ?? 1) && number < (stop ?? Number.POSITIVE_INFINITY),
      );
      break;
    case 'search': {
      const like = globOf(String(pattern ?? '*'));
      const matching = items.filter(({ source }) => like.test(source));
      found = last(unique === true ? uniqueOf(matching) : matching);
      break;
    }
    default:
      found = last(items);
  }
  return {
    status: 'ok',
    history: found.map(({ number, source, text }) => [
      0,
      number,
      output === true ? [source, text ?? null] : source,
    ]),
  };
}

// `*` and `?`, and nothing else.
function globOf(pattern: string): RegExp {
  const parts = [...pattern].map((character) =>
    character === '*' ? '[^]*' : character === '?' ? '[^]' : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'),
  );
  return new RegExp(`^${parts.join('').replace(/(?:\[\^\]\*)+/g, '[^]*')}$`);
}

function uniqueOf(items: readonly HistoryItem[]): HistoryItem[] {
  return [...new Map(items.map((item) => [item.source, item])).values()];
}
