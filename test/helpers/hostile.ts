// Texts that act on a terminal, snapshots in which every text is one, and a look at what came out of a program.

import { decodeCodes, encodeCodes } from '../../src/format/code-section.js';
import {
  type Cells,
  Column,
  isNumberless,
  ListColumn,
  numberAt,
  TAG,
  tagAt,
} from '../../src/graph/column.js';
import { KINDS } from '../../src/graph/kinds.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { fileOf, listColumn, type Parts, partsOf, type SegmentPart } from '../format/parts.js';

/** Tricks, each with what it would do. */
export const TRICKS: Readonly<Record<string, string>> = {
  'clear the screen': '\u001b[2J\u001b[1;1H',
  'hide what follows': '\u001b[8m',
  'invert and blink': '\u001b[7;5;31m',
  'set a title': '\u001b]0;title\u0007',
  'make a link': '\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\',
  'write the clipboard': '\u001b]52;c;ZXZpbA==\u0007',
  'the same in eight bits': '\u009d52;c;ZXZpbA==\u009c\u009b2J\u0090q\u009c',
  'run a device string': '\u001bP1$r\u001b\\\u001b_apc\u001b\\\u001b^pm\u001b\\\u001bXsos\u001b\\',
  'ask the terminal to answer': '\u001b[6n\u001b[c\u001b[21t\u001b[>c',
  'change the keyboard': '\u001b[?1049h\u001b[?2004l\u001b[>4;2m\u001bc\u001b#8\u001b(0',
  'go back and write over': 'safe\rEVIL',
  'rub out': 'evil\b\b\b\bgood\u007f',
  reorder: '\u202egnp.exe\u202c\u2066a\u2069\u200e\u200f\u061c',
  'show nothing': 'a\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\uffa0\u115fb',
  'spell in tags': 'a\u{e0041}\u{e0042}\u{e007f}',
  'choose another form': 'a\ufe0f\u{e0100}',
  'break the line': 'a\nb\r\nc\u2028d\u2029e\u0085f\u000bg\u000ch',
  'be half a character': 'a\ud83db\udc00c',
  'end a C text': 'a\u0000b',
  'ring, shift, tab': '\u0007\u000e\u000f\ta',
  'pile up marks': `a${'\u0300\u0336\u0489'.repeat(20)}b`,
  'annotate and compose': '\ufff9a\ufffab\ufffb\u{1d173}c\u{1bca0}',
};

/** What acts on a terminal or is not seen, by properties of Unicode and not by the list that the code has. */
export const ACTS = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{5}/u;
// Code points without a meaning act on nothing, and may be letters of a newer Unicode.
const HARMLESS = /(?!\p{Default_Ignorable_Code_Point})[\p{Cn}\p{Co}]/gu;
/** Colours and weights that brine's own style and Node's `inspect` begin and end. */
const COLOURS = /\u001b\[(?:1|2|3|4|22|23|24|3[1-6]|39|9[0-6])m/g;
/** In values what joins letters, turns scripts around or is part of one stays. */
const IN_VALUES =
  /[\u200c-\u200f\u061c]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|(?!\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb])\p{Cf}/gu;
/** What Node's line editor and brine's terminal write to move the cursor, to clear, and to be told of pasting. */
const EDITING = /\u001b\[\d*(?:;\d+)?[ABCDGHJK]|\u001b\[\?2004[hl]|[\r\t]/g;

/** What in an output acts on a terminal, with what surrounds it; undefined when nothing does. */
export function acting(
  output: string,
  { isTerminal = false, isValue = false }: { readonly isTerminal?: boolean; readonly isValue?: boolean } = {},
): string | undefined {
  const own = (isTerminal ? output.replace(EDITING, '') : output).replace(COLOURS, '');
  const plain = isValue || isTerminal ? own.replace(IN_VALUES, '').replaceAll('\t', ' ') : own;
  const text = plain.replace(HARMLESS, '').replaceAll('\n', ' ');
  const found = ACTS.exec(text);
  return found === null
    ? undefined
    : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 30));
}

/** Stands for a trick wherever it may be, in names too. */
export const MARK = 'QQ9';

/**
 * A snapshot in which a trick stands wherever the mark stood, and where no program would ever write one.
 *
 * @param keepsCode  True to leave texts of code as they are, so that they can run. Default: false.
 */
export function withTrick(snapshot: Uint8Array, trick: string, keepsCode = false): Uint8Array {
  const parts = partsOf(snapshot);
  const put = (text: string): string => text.replaceAll(MARK, () => trick);
  const putInPattern = (text: string): string =>
    text.replaceAll(MARK, () => trick.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const column = (cells: Cells, put: (text: string) => string): Column => {
    const made = new Column();
    for (let i = 0; i < cells.length; i++) {
      const tag = tagAt(cells, i);
      if (isNumberless(tag)) made.push(tag, 0);
      else if (tag === TAG.string || tag === TAG.bigint)
        made.push(tag, made.textIndex(put(cells.texts[numberAt(cells, i)] as string)));
      else made.push(tag, numberAt(cells, i));
    }
    return made;
  };
  const segment = ({ layout, ids, state, properties }: SegmentPart): SegmentPart => ({
    layout: {
      ...layout,
      keys: layout.keys.map((key) => (typeof key === 'string' ? put(key) : key)),
      brands: layout.brands.map((brand) => ({ ...brand, names: brand.names.map(put) })),
      reducer: layout.reducer === undefined ? undefined : put(layout.reducer),
    },
    ids,
    state: state.map((one) =>
      one instanceof ListColumn
        ? listColumn(column(one.lengths, put), column(one.items, put))
        : column(one, layout.kind === KINDS.regexp ? putInPattern : put),
    ),
    properties: properties.map((one) => column(one, put)),
  });
  const codes = decodeCodes(parts.code, DEFAULT_LIMITS).map((code) => ({
    ...code,
    source: keepsCode ? code.source : put(code.source),
    url: trick,
  }));
  const changed: Parts = {
    meta: Buffer.from(JSON.stringify(metaWith(JSON.parse(Buffer.from(parts.meta).toString()), put, trick))),
    code: Buffer.concat(encodeCodes(codes)),
    groups: parts.groups.map((group) => ({
      ...group,
      stripes: group.stripes.map((stripe) => ({ ...stripe, segments: stripe.segments.map(segment) })),
    })),
    rootNames: parts.rootNames.map(put),
    rootLinks: parts.rootLinks,
    roots: column(parts.roots, put),
  };
  return fileOf(changed);
}

function metaWith(meta: any, put: (text: string) => string, trick: string): unknown {
  const all = (value: unknown): unknown => {
    if (typeof value === 'string') return put(value);
    if (Array.isArray(value)) return value.map(all);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [put(key), all(one)]));
  };
  const changed = all(meta) as any;
  Object.assign(changed, { brine: trick, node: trick });
  changed.modules = [...changed.modules, { specifier: trick, version: trick }];
  if (changed.session === undefined) return changed;
  Object.assign(changed.session, { host: trick, platform: trick, note: trick, author: trick });
  for (const binding of changed.session.bindings)
    Object.assign(binding, { type: `T${trick}`, preview: `P${trick}` });
  changed.session.losses.push({ name: trick, path: trick, what: trick, reason: trick, hint: trick });
  (changed.session.leftOut ??= []).push({ name: trick, path: trick, reason: trick });
  return changed;
}
