// What `.vars -i` looks at: the names of the session, and what they hold. Knows nothing of the screen.

import process from 'node:process';
import { detect, why } from '../../src/detect/index.js';
import type { Binding } from '../../src/evaluator/index.js';
import { sessionGlobal, withPristineBuiltins } from '../../src/realm/pristine.js';
import { type Child, childrenOf, isOpenable } from '../../src/session/children.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { bytes } from '../format.js';
import { untilCtrlC } from '../repl/progress.js';
import { isPlain } from '../style.js';
import type { BrowserSource } from '../views/browser.js';
import type { KeyHelp, Row } from '../views/browser-model.js';
import type { Shell } from './command.js';
import { whyText } from './questions/why.js';
import { sizesOfNames } from './sizes-of-names.js';

/** Things that one list shows, at most. */
const CHILDREN_MAX = 1000;
const ROWS_MIN = 12;
const COLUMNS_MIN = 40;

/** The screen for a view. Throws a `UsageError` where there is none that can show it. */
export function screenFor(
  shell: Shell,
  instead: string,
): { columns: number; rows: number; isPlain: boolean } {
  const { rows, columns } = process.stdout;
  const canDraw =
    shell.withTerminal !== undefined &&
    process.stdout.isTTY === true &&
    rows >= ROWS_MIN &&
    columns >= COLUMNS_MIN &&
    process.env['TERM'] !== 'dumb';
  if (canDraw) return { rows, columns: Math.min(columns, 120), isPlain: isPlain() };
  throw new UsageError(
    `this needs a terminal of at least ${COLUMNS_MIN} columns and ${ROWS_MIN} rows`,
    `${instead} prints the same`,
  );
}

/** One level that was gone into. */
interface Level {
  readonly label: string;
  readonly value: unknown;
}

/** The names of a session and what they hold. */
export class Variables implements BrowserSource {
  readonly hasWeights = true;
  readonly #shell: Shell;
  readonly #levels: Level[] = [];
  readonly #sizes = new Map<string, number>();
  #rows: readonly Row[] | undefined;
  #children: readonly Child[] = [];
  readonly #dropped: { readonly binding: Binding; readonly descriptor: PropertyDescriptor }[] = [];

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  title(): string {
    const at = this.#levels.map(({ label }) => label).join('');
    return at === '' ? 'variables' : `variables ${this.#shell.style.arrow} ${at}`;
  }

  rows(): readonly Row[] {
    this.#rows ??= withPristineBuiltins(() => (this.#levels.length === 0 ? this.#names() : this.#held()));
    return this.#rows;
  }

  keys(): readonly KeyHelp[] {
    const own = [{ key: 'w', label: 'why' }];
    if (this.#levels.length > 0) return own;
    return [
      ...own,
      { key: 'd', label: 'drop' },
      ...(this.#dropped.length > 0 ? [{ key: 'u', label: 'undo drop', isOfList: true }] : []),
      { key: 'x', label: 'exclude' },
    ];
  }

  weigh(): void {
    if (this.#sizes.size > 0 || this.#levels.length > 0) return;
    const sizes = untilCtrlC((onProgress) => sizesOfNames(this.#shell.session, onProgress));
    for (const [name, size] of sizes ?? []) this.#sizes.set(name, size);
    this.#rows = undefined;
  }

  open(row: Row): boolean {
    const level = this.#levelOf(row);
    if (level !== undefined) this.#enter([...this.#levels, level]);
    return true;
  }

  back(): boolean {
    if (this.#levels.length === 0) return false;
    this.#enter(this.#levels.slice(0, -1));
    return true;
  }

  act(key: string, row: Row | undefined): readonly string[] {
    const { excluded } = this.#shell;
    if (key === 'u') return this.#putBack();
    if (row === undefined) return [];
    if (key === 'w') return this.#why(row);
    this.#rows = undefined;
    if (key === 'd') return this.#drop(row.id);
    if (!excluded.delete(row.id)) excluded.add(row.id);
    return [
      excluded.has(row.id)
        ? `${displayName(row.id, 60)} stays out of what you save from here on`
        : `${displayName(row.id, 60)} is saved again`,
    ];
  }

  /** Names that were dropped here and not put back. */
  dropped(): readonly string[] {
    return this.#dropped.map(({ binding }) => binding.name);
  }

  // What it was, unread or locked, so that it comes back as that.
  #drop(name: string): readonly string[] {
    const { evaluator } = this.#shell;
    const [binding, descriptor] = [evaluator.binding(name), sessionGlobal(name)];
    if (binding === undefined || descriptor === undefined || !evaluator.drop(name)) return [];
    this.#dropped.push({ binding, descriptor });
    return [`dropped ${displayName(name, 60)}; u puts it back`];
  }

  #putBack(): readonly string[] {
    const last = this.#dropped.pop();
    if (last === undefined) return [];
    this.#shell.evaluator.defineProperty(last.binding, last.descriptor);
    this.#rows = undefined;
    return [`${displayName(last.binding.name, 60)} is back`];
  }

  #why(row: Row): readonly string[] {
    const path = [...this.#levels.map(({ label }) => label), row.id].join('');
    const answer = untilCtrlC((onProgress) => ({ why: why(detect(this.#shell.session, onProgress), path) }));
    if (answer === undefined) return ['stopped'];
    const found = answer.why;
    if (found === undefined) return [`nothing is known of ${displayName(path, 200)}`];
    const plain = { ...this.#shell.style, hasColors: false, red: same, green: same, yellow: same, dim: same };
    return whyText(found, { style: plain, columns: this.#shell.columns - 6 }).split('\n');
  }

  #enter(levels: readonly Level[]): void {
    this.#levels.splice(0, this.#levels.length, ...levels);
    this.#rows = undefined;
  }

  #levelOf({ id }: Row): Level | undefined {
    if (this.#levels.length > 0) {
      const child = this.#children.find(({ label }) => label === id);
      return child && { label: id, value: child.value };
    }
    // A name that is still in its file is read when it is opened.
    const descriptor = sessionGlobal(id);
    if (descriptor === undefined) return undefined;
    return { label: id, value: 'value' in descriptor ? descriptor.value : Reflect.get(globalThis, id) };
  }

  #names(): readonly Row[] {
    const { session, style, excluded, partial } = this.#shell;
    return session.variables().map((row) => {
      const size = this.#sizes.get(row.name) ?? row.bytes;
      const mark = excluded.has(row.name)
        ? ` ${style.dash}`
        : row.save === 'lost' || partial.has(row.name)
          ? ` ${style.no}`
          : '';
      return {
        id: row.name,
        cells: [row.name, row.kind, row.type, ...(size === undefined ? [''] : [bytes(size)]), row.preview],
        mark,
        weight: size,
        isOpenable: row.bytes !== undefined || isOpenable(sessionGlobal(row.name)?.value),
      };
    });
  }

  #held(): readonly Row[] {
    const { shown, more } = childrenOf(this.#levels.at(-1)?.value, CHILDREN_MAX);
    this.#children = shown;
    const rows: Row[] = shown.map(({ label, type, preview, isOpenable: canOpen }) => ({
      id: label,
      cells: [label, type, preview],
      isOpenable: canOpen,
    }));
    if (more > 0) rows.push({ id: '', cells: [`and ${more} more`, '', ''], isOpenable: false });
    return rows;
  }
}

const same = (text: string): string => text;
