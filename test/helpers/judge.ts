// What becomes of a value when it is saved and loaded: found out by doing it.

import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { dumps, load } from '../../src/library/index.js';
import type { BuiltinKind } from './builtin-kinds.js';
import { differences } from './same.js';

/** One row of docs/VALUES.md. */
export interface Judgement {
  readonly family: string;
  readonly name: string;
  /** `exact`, `by name`, `changed`, `tombstone`; `DIFFERENT` is a bug. */
  readonly verdict: string;
  readonly note: string;
}

/** Judges samples. Those that are code are best given from a small file: what surrounds a function is read with it. */
export async function judgeAll(kinds: readonly BuiltinKind[]): Promise<Judgement[]> {
  const rows: Judgement[] = [];
  for (const kind of kinds) rows.push(await judge(kind));
  return rows;
}

async function judge({ family, name, make, close, same }: BuiltinKind): Promise<Judgement> {
  const value = make();
  const losses: string[] = [];
  const changes: string[] = [];
  try {
    const bytes = dumps(value, {
      onLoss: ({ what, reason, hint }) => losses.push(`${what}: ${reason}. ${sentence(hint)}`),
      onChange: ({ reason, hint }) => changes.push(`${sentence(reason)}. ${sentence(hint)}`),
    });
    const { value: copy } = await load(Readable.from([bytes]), {
      onLoss: ({ what, reason }) => losses.length === 0 && losses.push(`when loading: ${what}: ${reason}`),
    });
    const row = { family, name };
    if (losses.length > 0) return { ...row, verdict: 'tombstone', note: noteOf(losses) };
    if (changes.length > 0) return { ...row, verdict: 'changed', note: noteOf(changes) };
    if (copy === value && typeof value === 'object') return { ...row, verdict: 'by name', note: '' };
    if (copy === value && typeof value === 'function') return { ...row, verdict: 'by name', note: '' };
    const found =
      same === undefined ? differencesOf(value, copy) : (await same(value, copy)) ? [] : ['other bytes'];
    if (found.length > 0) return { ...row, verdict: 'DIFFERENT', note: found.join('; ') };
    return { ...row, verdict: 'exact', note: '' };
  } catch (error) {
    return {
      family,
      name,
      verdict: 'ERROR',
      note: error instanceof Error ? `${error.stack?.slice(0, 600)}` : '',
    };
  } finally {
    close?.(value);
  }
}

// What the platform keeps in slots shows when it is printed.
function differencesOf(value: unknown, copy: unknown): string[] {
  const found = differences(value, copy);
  const [before, after] = [value, copy].map((each) => inspect(each, PRINT));
  return before === after ? found : [...found, `${before} became ${after}`];
}

const PRINT = {
  depth: 6,
  showHidden: true,
  showProxy: true,
  breakLength: Number.POSITIVE_INFINITY,
  maxArrayLength: 5,
};

// Numbers of descriptors, processes and milliseconds differ from run to run.
function noteOf(notes: readonly string[]): string {
  return [...new Set(notes)]
    .join(' ')
    .replace(/\b(process|thread|descriptor) \d+/g, '$1 …')
    .replace(/\b(port|listen\()(\s?)\d+( of |, ")(::|0\.0\.0\.0)/g, '$1$2…$3…')
    .replace(/\bin \d+ ms/g, 'in … ms')
    .replace(/(setTimeout\(\w+, )\d+/g, '$1…')
    .replaceAll('|', '\\|');
}

function sentence(text: string): string {
  const end = text.replace(/\.$/, '');
  if (/^[\w.]+\(/.test(end)) return `\`${end.replace(/ after loading$/, '')}\``;
  return end.charAt(0).toUpperCase() + end.slice(1);
}
