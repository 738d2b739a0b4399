// What can be asked of an evaluating process: each method with its parameters, and what answers it. Reports are those that the commands
// print with `--json`.

import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { CommandArguments } from '../commands/command.js';
import { type CommandFlags, givenOf } from './given.js';
import { completionsAt, inspectionAt, inspectionText } from './introspect.js';
import type { CommandSaid, Kernel, Wants } from './kernel.js';
import type { Params } from './messages.js';
import { type Known, type Reader, readParams } from './params.js';
import { ParamsError } from './refusal.js';

/** What a text of a value is cut to when nothing is said, and at most. */
const TEXT_CHARACTERS = 10_000;
const TEXT_CHARACTERS_MAX = 4_000_000;
const JSON_CHARACTERS = 1_000_000;
const JSON_CHARACTERS_MAX = 64_000_000;
const CELLS = 20;

/** A method. */
export interface Method {
  readonly name: string;
  readonly params: Known;
  answer(kernel: Kernel, params: Reader): Promise<unknown>;
}

const WANTS: Known = {
  textCharactersMax: 'number',
  json: 'boolean',
  jsonCharactersMax: 'number',
  rich: 'boolean',
};

const evaluate: Method = {
  name: 'evaluate',
  params: { 'code!': 'string', fileName: 'string', ...WANTS },
  answer: (kernel, params) => kernel.evaluate(codeOf(params), wantsOf(params), params.text('fileName')),
};

/** As a notebook has it: lines that are commands run as at the prompt. */
const evaluateCell: Method = {
  name: 'evaluateCell',
  params: { 'code!': 'string', ...WANTS },
  answer: (kernel, params) => kernel.evaluateParts(codeOf(params), wantsOf(params)),
};

const SAVE_FLAGS: CommandFlags = {
  flags: ['strict', 'overwrite', 'merge', 'sign', 'encrypt', 'verify'],
  valued: {
    exclude: 'exclude',
    note: 'note',
    maxSize: 'max-size',
    embed: 'embed',
    byReference: 'by-reference',
  },
};

const save: Method = {
  name: 'save',
  params: {
    target: 'string',
    names: 'strings',
    strict: 'boolean',
    overwrite: 'boolean',
    merge: 'boolean',
    sign: 'boolean',
    encrypt: 'boolean',
    verify: 'boolean',
    outputs: 'boolean',
    redact: 'boolean or strings',
    exclude: 'string or strings',
    embed: 'string or strings',
    byReference: 'string or strings',
    note: 'string',
    maxSize: 'string',
  },
  answer: (kernel, params) => {
    const target = params.text('target') ?? kernel.shell.currentFile;
    if (target === undefined) throw new ParamsError('save needs target: nothing was saved or loaded before');
    const given = givenOf([target, ...params.texts('names')], params, SAVE_FLAGS);
    const redact = params.texts('redact');
    const flags = new Map(given.flags);
    const values = new Map(given.values);
    if (params.isSet('redact')) flags.set('redact', redact.at(-1) ?? true);
    if (redact.length > 0) values.set('redact', redact);
    if (params.isGiven('outputs') && !params.isSet('outputs')) flags.set('no-outputs', true);
    return reported(kernel, 'save', { ...given, flags, values });
  },
};

const LOAD_FLAGS: CommandFlags = {
  flags: ['replace', 'take', 'keep', 'trust', 'data', 'dryRun', 'runPins', 'eager', 'salvage', 'strict'],
  valued: { as: 'as', allow: 'allow', classConflict: 'class-conflict' },
};

const load: Method = {
  name: 'load',
  params: {
    'source!': 'string',
    names: 'strings',
    replace: 'boolean',
    take: 'boolean',
    keep: 'boolean',
    trust: 'boolean',
    data: 'boolean',
    allow: 'string or strings',
    as: 'string',
    dryRun: 'boolean',
    runPins: 'boolean',
    eager: 'boolean',
    salvage: 'boolean',
    strict: 'boolean',
    classConflict: 'string',
  },
  answer: (kernel, params) =>
    reported(kernel, 'load', givenOf([params.text('source')!, ...params.texts('names')], params, LOAD_FLAGS)),
};

const list: Method = {
  name: 'list',
  params: { filter: 'string', size: 'boolean' },
  answer: (kernel, params) => {
    const filter = params.text('filter');
    const words = filter === undefined ? [] : [filter];
    return reported(kernel, 'vars', givenOf(words, params, { flags: ['size'], valued: {} }));
  },
};

const why: Method = {
  name: 'why',
  params: { path: 'string' },
  answer: (kernel, params) => {
    const path = params.text('path');
    // The path is one, blanks and all, and quoted as a person would.
    const given = givenOf(path === undefined ? [] : [path], params, { flags: [], valued: {} });
    return reported(kernel, 'why', { ...given, rest: path ?? '' });
  },
};

const recover: Method = {
  name: 'recover',
  params: {
    list: 'boolean',
    number: 'number',
    drop: 'boolean',
    replay: 'boolean',
    trust: 'boolean',
    salvage: 'boolean',
  },
  answer: (kernel, params) => {
    const number = params.number('number');
    const words = number === undefined ? [] : [String(number)];
    const flags = ['list', 'drop', 'replay', 'trust', 'salvage'];
    return reported(kernel, 'recover', givenOf(words, params, { flags, valued: {} }));
  },
};

const command: Method = {
  name: 'command',
  params: { 'line!': 'string' },
  answer: async (kernel, params) => {
    const line = params.text('line')!.trim();
    if (!line.startsWith('.')) throw new ParamsError('command: line must begin with a dot: ".vars --json"');
    return withJson(await kernel.command(line));
  },
};

const complete: Method = {
  name: 'complete',
  params: { 'code!': 'string', cursor: 'number' },
  answer: (kernel, params) => completionsAt(kernel.evaluator, codeOf(params), cursorOf(params)),
};

const inspect: Method = {
  name: 'inspect',
  params: { 'code!': 'string', cursor: 'number' },
  answer: async (kernel, params) => inspectionAt(kernel.evaluator, codeOf(params), cursorOf(params)),
};

const isComplete: Method = {
  name: 'isComplete',
  params: { 'code!': 'string' },
  answer: async (kernel, params) => ({
    status: kernel.evaluator.look(codeOf(params)).status === 'incomplete' ? 'incomplete' : 'complete',
  }),
};

const history: Method = {
  name: 'history',
  params: { count: 'number' },
  answer: async (kernel, params) =>
    kernel.evaluator.cells
      .slice(-Math.max(1, params.number('count') ?? CELLS))
      .map(({ number, source, startedAtMs, durationMs, isError }) => ({
        ...{ number, source, startedAtMs, durationMs, isError },
      })),
};

/** The same with what each showed, for notebooks. */
const cells: Method = {
  name: 'cells',
  params: { count: 'number' },
  answer: async (kernel, params) => ({
    items: kernel.evaluator.cells
      .slice(-Math.max(1, params.number('count') ?? CELLS))
      .map(({ number, source, output }) => ({
        ...{ number, source },
        ...(output?.text !== undefined && { text: output.text }),
      })),
  }),
};

/** An inspection in words, for notebooks. */
const describe: Method = {
  name: 'describe',
  params: { 'code!': 'string', cursor: 'number' },
  answer: async (kernel, params) => {
    const found = inspectionAt(kernel.evaluator, codeOf(params), cursorOf(params));
    return { isFound: found.isFound, words: found.isFound ? inspectionText(found) : '' };
  },
};

/** What becomes of unsaved work is said before the process ends. */
const discard: Method = {
  name: 'discard',
  params: {},
  answer: async (kernel) => {
    kernel.discard();
    return {};
  },
};

/** Every method by its name. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  [
    evaluate,
    evaluateCell,
    save,
    load,
    list,
    why,
    recover,
    command,
    complete,
    inspect,
    isComplete,
    history,
    cells,
    describe,
    discard,
  ].map((method) => [method.name, method]),
);

/** Answers a request. Throws a `ParamsError` for what it says wrongly, and what the session throws. */
export async function answer(kernel: Kernel, name: string, given: Params): Promise<unknown> {
  return withPristineBuiltins(() => answered(kernel, name, given));
}

async function answered(kernel: Kernel, name: string, given: Params): Promise<unknown> {
  const method = METHODS.get(name);
  if (method === undefined)
    throw new ParamsError(
      `there is no method ${JSON.stringify(name)}; there are ${[...METHODS.keys()].join(', ')}`,
    );
  return method.answer(kernel, readParams(name, given, method.params));
}

function codeOf(params: Reader): string {
  return params.text('code')!;
}

function cursorOf(params: Reader): number {
  return Math.min(params.number('cursor') ?? codeOf(params).length, codeOf(params).length);
}

function wantsOf(params: Reader): Wants {
  const max = (name: string, usual: number, most: number): number =>
    Math.min(params.number(name) ?? usual, most);
  return {
    textCharactersMax: Math.max(1, max('textCharactersMax', TEXT_CHARACTERS, TEXT_CHARACTERS_MAX)),
    jsonCharactersMax: params.isSet('json')
      ? max('jsonCharactersMax', JSON_CHARACTERS, JSON_CHARACTERS_MAX)
      : undefined,
    isRich: params.isSet('rich'),
  };
}

// A command's JSON is the report.
async function reported(kernel: Kernel, name: string, given: CommandArguments): Promise<unknown> {
  const flags = new Map(given.flags).set('json', true);
  const { json, exitCode, notes } = withJson(await kernel.call(name, { ...given, flags }));
  return { report: json ?? null, exitCode, ...(notes !== '' && { notes }) };
}

function withJson(said: CommandSaid): CommandSaid & { readonly json?: unknown } {
  return withPristineBuiltins(() => parsed(said));
}

function parsed(said: CommandSaid): CommandSaid & { readonly json?: unknown } {
  const last = said.text.trimEnd().split('\n').at(-1) ?? '';
  if (!/^[[{]/.test(last)) return said;
  try {
    return { ...said, json: JSON.parse(last) as unknown };
  } catch {
    return said;
  }
}
