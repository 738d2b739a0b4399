// Reads the text of a V8 heap snapshot, chunk by chunk, into columns of numbers.
//
// The text is one JSON object: a head that names the fields and counts the rows, then `nodes`, `edges`, some sections
// nobody here needs, `locations` and, last, `strings`. Numbers go straight into typed arrays; of the strings only the
// short ones in use as names are kept. Anything unexpected throws. Knows nothing of functions and scopes.

/** The columns of a snapshot. Nodes and edges are counted from 0; the edges of a node are a run. */
export interface HeapTables {
  readonly nodeType: Uint8Array;
  readonly nodeName: Uint32Array;
  readonly nodeId: Uint32Array;
  /** In bytes, without what it holds. */
  readonly nodeSize: Uint32Array;
  /** Where the edges of a node start; one longer than there are nodes. */
  readonly firstEdge: Uint32Array;
  readonly edgeType: Uint8Array;
  /** The index of a string, or of an element for edges of type `element` and `hidden`. */
  readonly edgeName: Uint32Array;
  readonly edgeTo: Uint32Array;
  /** Rows of node, script id, line and column: where functions start. */
  readonly locations: readonly number[];
  readonly strings: ReadonlyMap<number, string>;
  /** The words of the type columns, and their numbers. */
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MINUS = 0x2d;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const NAME_MAX = 128;
const HEAD_MAX = 100_000;
const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count'];
const EDGE_FIELDS = ['type', 'name_or_index', 'to_node'];
const LOCATION_FIELDS = ['object_index', 'script_id', 'line', 'column'];

const FIRST_SECTION = '"nodes":[';

type Section = 'head' | 'between' | 'numbers' | 'strings' | 'done';

/** What is kept of a snapshot beside the usual. */
export interface HeapTextOptions {
  /** Also the strings that lists of the engine's hold, names of properties among them. Default: false. */
  readonly keepsLists?: boolean;
}

/** Takes the chunks of one snapshot. */
export class HeapText {
  readonly #options: HeapTextOptions;
  #section: Section = 'head';
  #head = '';
  #consume: (values: Float64Array, count: number) => void = ignore;
  #scratch = new Float64Array(0);
  #number = -1;
  /** The sign of the number: columns of code that was compiled as if it began further left are negative. */
  #sign = 1;
  #depth = 0;
  #rows: HeapRows | null = null;
  #stringIndex = 0;
  /** The start of a string that goes on in the next chunk. */
  #partial: Buffer | null = null;

  constructor(options: HeapTextOptions = {}) {
    this.#options = options;
  }

  /** Takes the next chunk. */
  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#section !== 'done') {
      if (this.#section === 'numbers') at = this.#numbers(chunk, at);
      else if (this.#section === 'strings') at = this.#strings(chunk, at);
      else if (this.#section === 'head') at = this.#readHead(chunk, at);
      else at = this.#readName(chunk, at);
    }
  }

  /** The columns; throws when the text was not whole. */
  finish(): HeapTables {
    if (this.#section !== 'done' || this.#rows === null) throw new Error('the heap snapshot ended early');
    return this.#rows.finish();
  }

  // Everything before the first array of rows.
  #readHead(chunk: Buffer, from: number): number {
    const before = this.#head.length;
    this.#head += chunk.toString('latin1', from, from + HEAD_MAX);
    const start = this.#head.indexOf(FIRST_SECTION);
    if (start < 0) {
      if (this.#head.length >= HEAD_MAX) throw new Error('the heap snapshot has no nodes');
      return chunk.length;
    }
    const head = JSON.parse(`${this.#head.slice(0, start).replace(/,\s*$/u, '')}}`).snapshot;
    this.#rows = new HeapRows(head, this.#options);
    this.#open('nodes');
    return from + start + FIRST_SECTION.length - before;
  }

  // The name between two arrays.
  #readName(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(OPEN, from);
    this.#head += chunk.toString('latin1', from, end < 0 ? chunk.length : end);
    if (this.#head.length > HEAD_MAX) throw new Error('the heap snapshot holds more than arrays');
    if (end < 0) return chunk.length;
    this.#open(/"(\w+)"\s*:\s*$/u.exec(this.#head)?.[1] ?? '');
    return end + 1;
  }

  #open(name: string): void {
    this.#head = '';
    this.#depth = 1;
    this.#number = -1;
    this.#sign = 1;
    this.#section = name === 'strings' ? 'strings' : 'numbers';
    this.#consume = (this.#rows as HeapRows).consumerOf(name);
  }

  // Numbers are gathered first and then consumed in one go, so that both loops stay small.
  #numbers(chunk: Buffer, from: number): number {
    const { length } = chunk;
    if (this.#scratch.length < length) this.#scratch = new Float64Array(length);
    const scratch = this.#scratch;
    let count = 0;
    let number = this.#number;
    let sign = this.#sign;
    let at = from;
    for (; at < length; at++) {
      const code = chunk[at] as number;
      if (code >= ZERO && code <= NINE) {
        number = number < 0 ? code - ZERO : number * 10 + code - ZERO;
        continue;
      }
      if (number >= 0) scratch[count++] = sign * number;
      number = -1;
      sign = code === MINUS ? -1 : 1;
      if (sign < 0) continue;
      if (code === COMMA || code <= SPACE) continue;
      if (code === CLOSE) this.#depth--;
      else if (code === OPEN) this.#depth++;
      else throw new Error('the heap snapshot holds more than numbers');
      if (this.#depth === 0) break;
    }
    this.#number = number;
    this.#sign = sign;
    this.#consume(scratch, count);
    if (at === length) return length;
    this.#section = 'between';
    return at + 1;
  }

  #strings(chunk: Buffer, from: number): number {
    const text = this.#partial === null ? chunk : Buffer.concat([this.#partial, chunk.subarray(from)]);
    const rows = this.#rows as HeapRows;
    let last = this.#partial === null ? from : 0;
    this.#partial = null;
    for (;;) {
      const start = text.indexOf(QUOTE, last);
      if (start < 0) break;
      const end = endOfString(text, start);
      if (end < 0) {
        this.#partial = Buffer.from(text.subarray(start));
        return chunk.length;
      }
      if (end - start < NAME_MAX && rows.isWanted(this.#stringIndex)) {
        rows.strings.set(this.#stringIndex, JSON.parse(text.toString('utf8', start, end + 1)));
      }
      this.#stringIndex++;
      last = end + 1;
    }
    if (text.indexOf(CLOSE, last) >= 0) this.#section = 'done';
    return chunk.length;
  }
}

// The rows as they fill up.
class HeapRows {
  readonly strings = new Map<number, string>();
  readonly #nodeFields: number;
  readonly #nodeOffsets: readonly number[];
  readonly #nodeTypes: readonly string[];
  readonly #edgeTypes: readonly string[];
  readonly #nodeType: Uint8Array;
  readonly #nodeName: Uint32Array;
  readonly #nodeId: Uint32Array;
  readonly #nodeSize: Uint32Array;
  readonly #firstEdge: Uint32Array;
  readonly #edgeType: Uint8Array;
  readonly #edgeName: Uint32Array;
  readonly #edgeTo: Uint32Array;
  readonly #locations: number[] = [];
  #wanted: Uint8Array | null = null;
  readonly #keepsLists: boolean;
  #nodeCells = 0;
  #edgeCells = 0;

  constructor(head: any, { keepsLists = false }: HeapTextOptions) {
    this.#keepsLists = keepsLists;
    const { meta, node_count: nodes, edge_count: edges } = head;
    this.#nodeFields = meta.node_fields.length;
    this.#nodeOffsets = NODE_FIELDS.map((name) => meta.node_fields.indexOf(name));
    const isKnown =
      this.#nodeOffsets.every((offset) => offset >= 0) &&
      meta.edge_fields.join() === EDGE_FIELDS.join() &&
      meta.location_fields.join() === LOCATION_FIELDS.join();
    if (!isKnown) throw new Error('the heap snapshot has a layout that is not known');
    [this.#nodeTypes] = meta.node_types;
    [this.#edgeTypes] = meta.edge_types;
    this.#nodeType = new Uint8Array(nodes);
    this.#nodeName = new Uint32Array(nodes);
    this.#nodeId = new Uint32Array(nodes);
    this.#nodeSize = new Uint32Array(nodes);
    this.#firstEdge = new Uint32Array(nodes + 1);
    this.#edgeType = new Uint8Array(edges);
    this.#edgeName = new Uint32Array(edges);
    this.#edgeTo = new Uint32Array(edges);
  }

  consumerOf(section: string): (values: Float64Array, count: number) => void {
    if (section === 'nodes') return this.#nodeConsumer();
    if (section === 'edges') return this.#edgeConsumer();
    if (section === 'locations') return this.#locationConsumer();
    return ignore;
  }

  #nodeConsumer(): (values: Float64Array, count: number) => void {
    const [type, name, id, size, edgeCount] = this.#nodeOffsets;
    const fields = this.#nodeFields;
    const columns = [this.#nodeType, this.#nodeName, this.#nodeId, this.#nodeSize] as const;
    const firstEdge = this.#firstEdge;
    let row = 0;
    let field = 0;
    let edges = 0;
    return (values, count) => {
      const [nodeType, nodeName, nodeId, nodeSize] = columns;
      for (let i = 0; i < count; i++) {
        const value = values[i] as number;
        if (field === type) nodeType[row] = value;
        else if (field === name) nodeName[row] = value;
        else if (field === id) nodeId[row] = value;
        else if (field === size) nodeSize[row] = value;
        else if (field === edgeCount) firstEdge[row + 1] = edges += value;
        if (++field === fields) {
          field = 0;
          row++;
        }
      }
      this.#nodeCells += count;
    };
  }

  #edgeConsumer(): (values: Float64Array, count: number) => void {
    const fields = this.#nodeFields;
    const columns = [this.#edgeType, this.#edgeName, this.#edgeTo] as const;
    let row = 0;
    let field = 0;
    return (values, count) => {
      const [edgeType, edgeName, edgeTo] = columns;
      for (let i = 0; i < count; i++) {
        const value = values[i] as number;
        if (field === 0) edgeType[row] = value;
        else if (field === 1) edgeName[row] = value;
        else edgeTo[row] = value / fields;
        if (++field === EDGE_FIELDS.length) {
          field = 0;
          row++;
        }
      }
      this.#edgeCells += count;
    };
  }

  #locationConsumer(): (values: Float64Array, count: number) => void {
    return (values, count) => {
      for (let i = 0; i < count; i++) {
        const isNode = this.#locations.length % LOCATION_FIELDS.length === 0;
        this.#locations.push((values[i] as number) / (isNode ? this.#nodeFields : 1));
      }
    };
  }

  // Names of edges, and the strings that code objects hold, names of variables among them, contexts keep unnamed, or lists of
  // the engine's hold, names of properties among them.
  isWanted(index: number): boolean {
    this.#wanted ??= this.#markWanted();
    return this.#wanted[index] === 1;
  }

  #markWanted(): Uint8Array {
    const wanted = new Uint8Array(1 + this.#nodeName.length + this.#edgeName.length);
    const isNamed = this.#edgeTypes.map((type) => /^(?:context|internal|property)$/u.test(type));
    const code = this.#nodeTypes.indexOf('code');
    const string = this.#nodeTypes.indexOf('string');
    const array = this.#nodeTypes.indexOf('array');
    const hidden = this.#edgeTypes.indexOf('hidden');
    for (let node = 0; node < this.#nodeType.length; node++) {
      const isCode = this.#nodeType[node] === code;
      const isList = this.#keepsLists && this.#nodeType[node] === array;
      const end = this.#firstEdge[node + 1] as number;
      for (let edge = this.#firstEdge[node] as number; edge < end; edge++) {
        if (isNamed[this.#edgeType[edge] as number]) wanted[this.#edgeName[edge] as number] = 1;
        if (!isCode && !isList && this.#edgeType[edge] !== hidden) continue;
        const to = this.#edgeTo[edge] as number;
        if (this.#nodeType[to] === string) wanted[this.#nodeName[to] as number] = 1;
      }
    }
    return wanted;
  }

  finish(): HeapTables {
    const isWhole =
      this.#nodeCells === this.#nodeType.length * this.#nodeFields &&
      this.#edgeCells === this.#edgeType.length * EDGE_FIELDS.length &&
      this.#firstEdge.at(-1) === this.#edgeType.length;
    if (!isWhole) throw new Error('the heap snapshot has other counts than it says');
    return {
      nodeType: this.#nodeType,
      nodeName: this.#nodeName,
      nodeId: this.#nodeId,
      nodeSize: this.#nodeSize,
      firstEdge: this.#firstEdge,
      edgeType: this.#edgeType,
      edgeName: this.#edgeName,
      edgeTo: this.#edgeTo,
      locations: this.#locations,
      strings: this.strings,
      nodeTypes: this.#nodeTypes,
      edgeTypes: this.#edgeTypes,
    };
  }
}

// — helpers —

function ignore(): void {}

// The closing quote of a string that starts at `start`, or -1.
function endOfString(text: Buffer, start: number): number {
  let end = text.indexOf(QUOTE, start + 1);
  while (end >= 0) {
    let slashes = 0;
    while (text[end - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf(QUOTE, end + 1);
  }
  return -1;
}
