// The form of the meta section: which fields its objects have, and of what type. What is read from a file has it or is
// refused, so that whoever lists or prints it needs no checks of their own. Fields that are not known here are passed over.

/** What a field may be; with a question mark it may be missing. */
type FieldForm = 'string' | 'string?' | 'number' | 'number?' | 'size' | 'size?' | 'boolean' | 'boolean?';
type Form = Readonly<Record<string, FieldForm>>;

const MODULE: Form = { specifier: 'string', version: 'string?', isImported: 'boolean?' };
const META: Form = { type: 'string', brine: 'string', node: 'string', values: 'number' };
const SESSION: Form = {
  savedAtMs: 'number',
  generation: 'size?',
  note: 'string?',
  author: 'string?',
  host: 'string',
  platform: 'string',
};
const BINDING: Form = {
  name: 'string',
  kind: 'string',
  cell: 'number',
  type: 'string?',
  bytes: 'size?',
  preview: 'string?',
  resolved: 'string?',
};
const ORIGIN: Form = { specifier: 'string', imported: 'string' };
const CELL: Form = {
  number: 'number',
  source: 'string',
  startedAtMs: 'number',
  durationMs: 'number',
  isError: 'boolean',
};
const OUTPUT: Form = { printed: 'string?', text: 'string?', left: 'size?' };
const TABLE: Form = { rowsLeft: 'size', columnsLeft: 'size' };
const PLOT: Form = { count: 'size' };
const LOSS: Form = { name: 'string', path: 'string', what: 'string', reason: 'string', hint: 'string' };

const LEFT_OUT: Form = { name: 'string', path: 'string', reason: 'string', bytes: 'size?' };
const PIN: Form = { name: 'string', source: 'string' };

/** What is wrong with a meta section, or undefined. */
export function metaProblem(meta: unknown): string | undefined {
  return firstOf(function* () {
    yield formProblem('it', meta, META);
    const { type, modules, session } = meta as Record<string, unknown>;
    if (type !== 'value' && type !== 'session') yield 'its type is unknown';
    yield* listProblems('module', modules, MODULE);
    if (type === 'session' || session !== undefined) yield* sessionProblems(session);
  });
}

function* sessionProblems(session: unknown): Generator<string | undefined> {
  yield formProblem('its session', session, SESSION);
  const { bindings, cells, losses, patched, leftOut = [], pins = [] } = session as Record<string, unknown>;
  yield* listProblems('binding', bindings, BINDING);
  for (const { origin } of bindings as readonly Record<string, unknown>[]) {
    if (origin === undefined) continue;
    yield formProblem('an origin', origin, ORIGIN);
    const { attributes = {} } = origin as Record<string, unknown>;
    if (!isObject(attributes) || Object.values(attributes).some((value) => typeof value !== 'string'))
      yield 'an origin has odd attributes';
  }
  yield* listProblems('cell', cells, CELL);
  for (const { output } of cells as readonly Record<string, unknown>[])
    if (output !== undefined) yield* outputProblems(output);
  yield* listProblems('loss', losses, LOSS);
  yield* listProblems('part left out', leftOut, LEFT_OUT);
  yield* listProblems('pin', pins, PIN);
  if (!Array.isArray(patched) || patched.some((name) => typeof name !== 'string'))
    yield 'it has no list of patches';
}

function* outputProblems(output: unknown): Generator<string | undefined> {
  yield formProblem('an output', output, OUTPUT);
  const { table, plot } = output as Record<string, unknown>;
  if (table !== undefined) {
    yield formProblem('a table', table, TABLE);
    const { columns, rows } = table as Record<string, unknown>;
    if (!isListOf(columns, isText)) yield 'a table has no list of columns';
    const { length } = columns as readonly string[];
    if (!isListOf(rows, (row) => isListOf(row, isText) && (row as readonly string[]).length === length))
      yield 'a table has no list of rows';
  }
  if (plot !== undefined) {
    yield formProblem('a plot', plot, PLOT);
    const { values } = plot as Record<string, unknown>;
    if (!isListOf(values, (value) => value === null || typeof value === 'number'))
      yield 'a plot has no list of numbers';
  }
}

function isListOf(list: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(list) && list.every(isItem);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function* listProblems(what: string, list: unknown, form: Form): Generator<string | undefined> {
  if (!Array.isArray(list)) yield `it has no list of ${what}s`;
  else for (const item of list as unknown[]) yield formProblem(`a ${what}`, item, form);
}

function formProblem(what: string, value: unknown, form: Form): string | undefined {
  if (!isObject(value)) return `${what} is no object`;
  for (const [name, wanted] of Object.entries(form)) {
    // Parsed JSON has no getters, and `form` has the names.
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (!hasForm(field, wanted)) return `${what} has no ${name} of its form`;
  }
  return undefined;
}

function hasForm(field: unknown, wanted: FieldForm): boolean {
  if (field === undefined) return wanted.endsWith('?');
  if (wanted.startsWith('size')) return Number.isSafeInteger(field) && (field as number) >= 0;
  return typeof field === wanted.replace('?', '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(problems: () => Generator<string | undefined>): string | undefined {
  for (const problem of problems()) if (problem !== undefined) return problem;
  return undefined;
}
