// What a file is that is no snapshot, by its first bytes: for whoever gave the wrong file. Looks, and reads nothing.

/** A kind of file. */
export interface FileKind {
  /** `a gzip file`, as a sentence goes on after "it is". */
  readonly name: string;
  /** What to do with it. */
  readonly hint: string;
}

const UNPACK = 'unpack it first; what is inside may be a snapshot';
const OWN = 'brine reads its own snapshots; `brine convert` makes one of JSON or of a Python pickle';

const MAGICS: readonly (readonly [bytes: string, offset: number, name: string, hint: string])[] = [
  ['1f8b', 0, 'a gzip file', UNPACK],
  ['504b0304', 0, 'a zip archive', UNPACK],
  ['504b0506', 0, 'a zip archive', UNPACK],
  ['28b52ffd', 0, 'a zstd file', UNPACK],
  ['fd377a585a00', 0, 'an xz file', UNPACK],
  ['425a68', 0, 'a bzip2 file', UNPACK],
  ['377abcaf271c', 0, 'a 7z archive', UNPACK],
  ['7573746172', 257, 'a tar archive', UNPACK],
  [
    '53514c69746520666f726d6174203300',
    0,
    'an SQLite database',
    'open it with an SQLite library and save what you read',
  ],
  ['934e554d5059', 0, 'a NumPy array', 'in Python, write it as JSON: json.dump(array.tolist(), file)'],
  ['894844460d0a1a0a', 0, 'an HDF5 file', OWN],
  ['50415231', 0, 'a Parquet file', OWN],
  ['4152524f5731', 0, 'an Arrow file', OWN],
  ['25504446', 0, 'a PDF', OWN],
  ['89504e470d0a1a0a', 0, 'a PNG image', OWN],
  ['ffd8ff', 0, 'a JPEG image', OWN],
  ['47494638', 0, 'a GIF image', OWN],
  ['7f454c46', 0, 'a program', OWN],
  ['4d5a', 0, 'a program', OWN],
  ['0061736d', 0, 'a WebAssembly module', OWN],
  ['52444133', 0, 'an R data file', 'in R, write it as JSON: jsonlite::write_json'],
  ['580a', 0, 'an R data file', 'in R, write it as JSON: jsonlite::write_json'],
];

/** What V8 writes with `v8.serialize` starts so, with the number of a version between 13 and 19. */
const V8 = 0xff;

const PYTHON: FileKind = {
  name: 'a Python pickle',
  hint: '`.load <file> --import` takes its plain data, or `brine convert <file> new.pkl`',
};
const JSON_: FileKind = {
  name: 'JSON',
  hint: '`.load <file> --import` takes it, or `brine convert <file> new.pkl`',
};
const SCRIPT: FileKind = {
  name: 'JavaScript or TypeScript',
  hint: '`brine run <file>` runs it; `.load` does when its name ends in .js, .mjs or .ts',
};
const TEXT: FileKind = { name: 'a text file', hint: OWN };

/** How many bytes of the start tell. */
export const KIND_BYTES = 4096;

/** What a file is by its first bytes; undefined when they tell nothing. A text that was cut off may count as one. */
export function kindOfFile(start: Uint8Array): FileKind | undefined {
  const head = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, KIND_BYTES));
  if (head.length === 0)
    return { name: 'empty', hint: 'a save that was cut off leaves no empty file; look for another copy' };
  for (const [magic, offset, name, hint] of MAGICS)
    if (head.toString('hex', offset, offset + magic.length / 2) === magic) return { name, hint };
  const [first, second = 0] = head;
  if (first === 0x80 && second >= 2 && second <= 5) return PYTHON;
  if (first === V8 && second >= 13 && second <= 19)
    return { name: 'what v8.serialize wrote', hint: 'read it with v8.deserialize and save the value' };
  return isOldPickle(head) ? PYTHON : textKind(head);
}

// Protocols 0 and 1 have no magic: they begin with what makes a container, a number, a text or an object.
const OLD_PICKLE =
  /^(?:\([dl]p\d+\n|c[\w.]+\n[\w.]+\n|[}\]]q\u0000|[IL]-?\d+L?\n\.$|[SV][^\n]*\np\d+\n\.?$|F-?[\d.e+-]+\n\.$)/u;

function isOldPickle(head: Buffer): boolean {
  return OLD_PICKLE.test(head.toString('latin1', 0, 256));
}

const COMMENTS = /^(?:\/\/[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)+/u;

const SCRIPT_STARTS: readonly RegExp[] = [
  /^#!.*\b(?:node|tsx|deno|bun)\b/u,
  /^['"]use strict['"]/u,
  /^import\s*(?:['"{*]|[\w$]+(?:\s*,\s*\{[^}]*\})?\s+from\s)/u,
  /^export\s+(?:default|const|let|function|class|async|type|interface|[{*])/u,
  /^(?:const|let|var)\s+[\w${[]/u,
  /^(?:async\s+)?function\b/u,
  /^class\s+[\w$]+[^\n:]*\{/u,
  /^(?:module\.|exports\b|console\.|require\()/u,
];

function textKind(head: Buffer): FileKind | undefined {
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/u.test(text)) return undefined;
  const trimmed = text.trimStart();
  if (/^(?:\{\s*(?:"|\}\s*$)|\[\s*(?:[\d"{[\]-]|true|false|null))/u.test(trimmed)) return JSON_;
  if (SCRIPT_STARTS.some((start) => start.test(trimmed.replace(COMMENTS, '')))) return SCRIPT;
  return TEXT;
}
