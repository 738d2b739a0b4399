// Looks at what is being pickled for secrets, says where they are, and takes them out where that is wanted.
//
// Works on the columns of a stripe before they become bytes: a text that is taken out is in no byte of the snapshot. Knows
// nothing of sessions.

import type { CodeEntry } from '../../graph/code.js';
import { type Cells, Column, numberAt, TAG, tagAt } from '../../graph/column.js';
import type { StripeListener } from '../../pickle/types.js';
import { secretsInBytes } from './bytes.js';
import { secretKind, secretsIn, tellingName } from './patterns.js';
import { type Spot, secretsOf } from './scan.js';

/** Something that looks like a secret. */
export interface FoundSecret {
  /** Where: `config.db.password`, `In[3]`, `code of connect`. */
  readonly path: string;
  /** What it looks like: `GitHub token`, `password`, `private key`, `copy of the environment`. */
  readonly kind: string;
  /** True when it was taken out of what is saved. */
  readonly isRedacted: boolean;
}

/** What stands in the place of a text that was taken out. */
export const REDACTED = '[redacted]';

/** `X`: stands in the place of each byte that was taken out. */
const TAKEN_OUT = 0x58;

/** One guard of one walk. */
export class SecretGuard {
  readonly found: FoundSecret[] = [];
  /** Whether to take out what is found at a path; undefined for what is no secret after all. */
  private readonly decide: (path: string, kind: string) => boolean | undefined;
  private readonly texts = new Set<string>();

  /** True when something may be taken out: then also keys of Node are, which are tombstones. */
  readonly mayRedact: boolean;

  /** @param decide  Asked for each path: true takes out, false only tells, undefined does not even that. */
  constructor(decide: (path: string, kind: string) => boolean | undefined, mayRedact: boolean) {
    this.decide = decide;
    this.mayRedact = mayRedact;
  }

  /** Listens to the stripes of a walk. */
  readonly look: StripeListener = (segments, pathOf) => {
    for (const segment of segments) {
      const spots = [...secretsOf(segment, segment.ids.length)];
      for (const spot of spots) {
        const isRedacted = this.tell(
          `${pathOf(segment.ids, spot.row)}${spot.step}`,
          spot.kind,
          spot.cells.length > 0,
        );
        if (isRedacted) this.takeOut(spot);
      }
    }
  };

  /** The bytes of a buffer; a copy, where something is taken out of them. */
  readonly lookAtBytes = (bytes: Uint8Array, pathOf: () => string): Uint8Array => {
    let result = bytes;
    const found = secretsInBytes(bytes);
    const path = found.length > 0 ? pathOf() : '';
    for (const { kind, secret, start, end } of found) {
      if (!this.tell(path, kind)) continue;
      this.texts.add(secret);
      if (result === bytes) result = bytes.slice();
      result.fill(TAKEN_OUT, start, end);
    }
    return result;
  };

  /** A value that is no object, as it is to be saved under a name. */
  lookAtRoot(value: unknown, name: string): unknown {
    const kind = typeof value === 'string' ? secretKind(value, tellingName(name)) : undefined;
    if (kind === undefined || !this.tell(name, kind)) return value;
    this.texts.add(value as string);
    return REDACTED;
  }

  /** Notes something that was found; returns whether it is to be taken out. */
  tell(path: string, kind: string, canRedact = true): boolean {
    const decision = this.decide(path, kind);
    if (decision === undefined) return false;
    const isRedacted = decision && canRedact;
    this.found.push({ path, kind, isRedacted });
    return isRedacted;
  }

  /** A text of code or of a cell, with what is to be taken out of it replaced by as many letters. */
  lookAtText(text: string, path: string): string {
    let result = text;
    for (const { kind, secret } of secretsIn(text)) if (this.tell(path, kind)) this.texts.add(secret);
    for (const secret of this.texts) {
      // A short text could be anything.
      if (secret.length >= 8 && result.includes(secret))
        result = result.replaceAll(secret, 'X'.repeat(secret.length));
    }
    return result;
  }

  /** Texts of code, none with what is to be taken out. */
  lookAtCodes(codes: readonly CodeEntry[]): readonly CodeEntry[] {
    return codes.map((entry) => {
      const source = this.lookAtText(entry.source, `code of ${firstWords(entry.source)}`);
      return source === entry.source ? entry : { ...entry, source };
    });
  }

  /** A preview as it may be shown: empty when it could have begun with what was taken out. */
  lookAtPreview(preview: string): string {
    for (const secret of this.texts)
      if (secret !== '' && preview.includes(JSON.stringify(secret.slice(0, 12)).slice(1, -1))) return '';
    return preview;
  }

  /** What was shown of a cell: none of it where a part of what was taken out is left. */
  lookAtShown(text: string, path: string): string {
    const result = this.lookAtText(text, path);
    return result !== '' && this.lookAtPreview(result) === '' ? REDACTED : result;
  }

  /** What was taken out, as the file says it. */
  leftOut(): { readonly name: string; readonly path: string; readonly reason: string }[] {
    return this.found
      .filter(({ isRedacted }) => isRedacted)
      .map(({ path, kind }) => ({
        name: /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(path)?.[0] ?? '',
        path,
        reason: `it looks like a secret (${kind}) and was taken out`,
      }));
  }

  private takeOut({ cells }: Spot): void {
    const columns = new Map<Cells, number[]>();
    for (const { column, at } of cells) columns.set(column, [...(columns.get(column) ?? []), at]);
    for (const [column, places] of columns) if (column instanceof Column) this.blank(column, places);
  }

  // The cells get another text; the old one goes when nobody else has it.
  private blank(column: Column, places: readonly number[]): void {
    const { pool } = column;
    if (pool === undefined) return;
    const old = new Set<number>();
    const index = pool.texts.push(REDACTED) - 1;
    for (const at of places) {
      const number = numberAt(column, at);
      old.add(number);
      this.texts.add(pool.texts[number] as string);
      column.numbers[at] = index;
    }
    for (let at = 0; at < column.length; at++)
      if (tagAt(column, at) === TAG.string) old.delete(numberAt(column, at));
    for (const number of old) pool.texts[number] = '';
  }
}

function firstWords(source: string): string {
  const line = source.slice(0, 40).split('\n', 1)[0] as string;
  return secretsIn(source.slice(0, 300)).length > 0
    ? (/^[\w\s*]*/.exec(line)?.[0] ?? '').trim() || 'a function'
    : line.trim();
}
