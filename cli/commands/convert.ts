// `brine convert`: a snapshot's plain data to JSON, JSON and Python pickles to a snapshot, and a snapshot to one that is
// encrypted or not. What the other form does not have is named.
//
// Runs nothing of what it reads: a snapshot is opened as data.

import { Evaluator } from '../../src/evaluator/index.js';
import { isSnapshot } from '../../src/format/index.js';
import { dumps, load } from '../../src/library/index.js';
import { toldSource } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { readFileBytes } from '../../src/store/index.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { count, fittedTable } from '../format.js';
import { openSession } from '../open-session.js';
import { type Page, printFound } from '../page.js';
import type { JsonLoss } from '../plain/json-text.js';
import { pathOfWord } from '../session-word.js';
import { EXIT } from './command.js';
import { look, openSource } from './keys.js';
import { passphrase } from './passphrase.js';
import { namesOf, readPlain } from './plain-file.js';
import { plural } from './report.js';
import { checkTarget, secretGiven, writeTarget } from './target.js';

/** What the command line says about a conversion. */
export interface ConvertFlags {
  readonly as?: string;
  readonly value?: boolean;
  readonly encrypt?: boolean;
  readonly decrypt?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What a conversion did. */
export interface ConvertReport {
  readonly source: string;
  readonly target: string;
  readonly from: 'snapshot' | 'json' | 'python-pickle';
  readonly to: 'snapshot' | 'json';
  /** The names that were converted; empty for one value. */
  readonly names: readonly string[];
  /** What the target does not have as it was: 1,000 at most. */
  readonly losses: readonly JsonLoss[];
  readonly lossCount: number;
}

/** `brine convert <source> <target>`; prints on standard output. Returns an exit code. */
export async function convertFile(source: string, target: string, flags: ConvertFlags): Promise<number> {
  try {
    const report = await withFileProgress(`brine convert ${source} ${target}`, (onProgress) =>
      converted(source, target, flags, onProgress),
    );
    printFound(flags.json, report, convertText);
    return report.lossCount > 0 ? EXIT.lossy : EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

async function converted(
  source: string,
  target: string,
  flags: ConvertFlags,
  onProgress: ProgressListener | undefined,
): Promise<ConvertReport> {
  checkFlags(target, flags);
  const path = pathOfWord(source);
  const bytes = await readFileBytes(path);
  checkTarget(target, flags);
  const isPlain = !isSnapshot(bytes) && !isEncrypted(bytes);
  const isToJson = /\.json$/i.test(target);
  const places = { path, target, onProgress };
  if (isPlain && isToJson) return plainToJson(places, bytes, flags);
  if (isPlain) return toSnapshot(places, bytes, flags);
  return isToJson ? toJson(places, flags) : rewrapped(places, flags);
}

function checkFlags(target: string, { as, value, encrypt, decrypt }: ConvertFlags): void {
  if (encrypt === true && decrypt === true)
    throw new UsageError('convert takes --encrypt or --decrypt, not both');
  if (as !== undefined && value === true) throw new UsageError('convert takes --as or --value, not both');
  if (encrypt === true && /\.json$/i.test(target))
    throw new UsageError(
      '--encrypt is for snapshots',
      'JSON cannot be encrypted: give a target that ends in .pkl',
    );
  if (encrypt === true) secretGiven();
}

interface Places {
  readonly path: string;
  readonly target: string;
  readonly onProgress: ProgressListener | undefined;
}

// Every name of a session, or the one value.
async function toJson(places: Places, { force }: ConvertFlags): Promise<ConvertReport> {
  const { path, target, onProgress } = places;
  const { source, close } = await openSource(path);
  const { meta } = look(source).reader;
  close();
  const options = { mode: 'data', lazy: true, ...passphrase() } as const;
  const { value, close: end } = await load(path, {
    ...options,
    onLoss: () => undefined,
    ...(onProgress && {
      onProgress: (done: number, total: number) => onProgress({ phase: 'building', done, total }),
    }),
  });
  const names = (meta.session?.bindings ?? []).map(({ name }) => name);
  // Touching each of them here, so that what is written are plain properties.
  const content =
    meta.type === 'session' ? Object.fromEntries(names.map((name) => [name, valueOf(value, name)])) : value;
  end();
  const imported = (meta.session?.bindings ?? []).flatMap(({ name, origin }) =>
    origin === undefined
      ? []
      : [{ path: `.${name}`, what: `an import of ${origin.specifier}`, became: undefined }],
  );
  for (const { path: of } of imported) Reflect.deleteProperty(content as object, of.slice(1));
  const found = await writeJson(content, places, force);
  return {
    ...{ source: path, target, from: 'snapshot', to: 'json', names },
    losses: [...imported, ...found.losses],
    lossCount: imported.length + found.lossCount,
  };
}

function valueOf(names: unknown, name: string): unknown {
  return (names as Record<string, unknown>)[name];
}

async function writeJson(
  value: unknown,
  { target, onProgress }: Places,
  force: boolean | undefined,
): Promise<Pick<ConvertReport, 'losses' | 'lossCount'>> {
  const { jsonText } = await import('../plain/json-text.js');
  const { pieces, losses, lossCount } = jsonText(value, { indent: 2 });
  const encoder = new TextEncoder();
  function* chunks(): Generator<Uint8Array> {
    for (const piece of pieces) yield encoder.encode(piece);
    yield encoder.encode('\n');
  }
  await writeTarget(target, chunks(), { force, onProgress });
  return { losses, lossCount };
}

async function plainToJson(
  places: Places,
  bytes: Uint8Array,
  { force }: ConvertFlags,
): Promise<ConvertReport> {
  const { path, target } = places;
  const plain = await readPlain(path, bytes);
  if (plain.from === 'json')
    throw new UsageError(`${displayName(path)} is JSON already`, 'give a target that ends in .pkl');
  const found = await writeJson(plain.value, places, force);
  return {
    ...{ source: path, target, from: plain.from, to: 'json', names: [] },
    losses: [...plain.losses, ...found.losses],
    lossCount: plain.losses.length + found.lossCount,
  };
}

async function toSnapshot(
  { path, target, onProgress }: Places,
  bytes: Uint8Array,
  { as, value: isValue = false, encrypt = false, force }: ConvertFlags,
): Promise<ConvertReport> {
  const { from, value, losses } = await readPlain(path, bytes);
  const report = { source: path, target, from, to: 'snapshot', losses, lossCount: losses.length } as const;
  if (isValue) {
    const whole = dumps(value);
    await writeTarget(target, [whole], { force, isEncrypted: encrypt, onProgress, total: whole.length });
    return { ...report, names: [] };
  }
  const evaluator = new Evaluator();
  const named = namesOf(value, as);
  for (const [name, one] of named) evaluator.define({ name, kind: 'let', cell: 0 }, one);
  const names = named.map(([name]) => name).sort();
  await openSession(evaluator).save(target, {
    names,
    ...(onProgress && { onProgress }),
    ...(encrypt && { passphrase: secretGiven() }),
    ...(force === true && { onConflict: 'overwrite' as const }),
  });
  return { ...report, names };
}

// The bytes inside stay what they are, and with them the signature.
async function rewrapped(
  { path, target, onProgress }: Places,
  { encrypt = false, decrypt = false, force, as, value }: ConvertFlags,
): Promise<ConvertReport> {
  if (as !== undefined || value === true)
    throw new UsageError(
      '--as and --value are for JSON and Python pickles',
      'a snapshot has names of its own',
    );
  if (!encrypt && !decrypt)
    throw new UsageError(
      `${displayName(path)} is a snapshot, and so would be ${displayName(target)}`,
      'give --encrypt or --decrypt, or a target that ends in .json; there is one protocol so far',
    );
  const { source, wasEncrypted, close } = await openSource(path);
  try {
    if (decrypt && !wasEncrypted) throw new CommandError(`${displayName(path)} is not encrypted`);
    const { reader } = look(toldSource(source, onProgress, source.bytes));
    reader.checkRest();
    const names = (reader.meta.session?.bindings ?? []).map(({ name }) => name);
    const { bytes: total } = source;
    await writeTarget(target, partsOf(source), { force, isEncrypted: encrypt, onProgress, total });
    return { source: path, target, from: 'snapshot', to: 'snapshot', names, losses: [], lossCount: 0 };
  } finally {
    close();
  }
}

const PART_BYTES = 2 ** 24;

function* partsOf(source: {
  readonly bytes: number;
  read(at: number, length: number): Uint8Array;
}): Generator<Uint8Array> {
  for (let at = 0; at < source.bytes; at += PART_BYTES)
    yield source.read(at, Math.min(PART_BYTES, source.bytes - at));
}

const SHOWN = 20;

/** What a conversion did, in words. */
export function convertText(report: ConvertReport, { style, rowColumns }: Page): string {
  const { source, target, from, to, names, losses, lossCount } = report;
  const mark = lossCount === 0 ? style.green(style.ok) : style.yellow(style.warning);
  const what = names.length > 0 ? plural(names.length, 'name') : 'one value';
  const ways = { snapshot: 'snapshot', json: 'JSON', 'python-pickle': 'Python pickle' };
  const rows = losses
    .slice(0, SHOWN)
    .map(({ path, what: was, became }) => [
      became === undefined ? '  left out' : '  changed',
      displayName(path === '' ? 'the value' : path, 60),
      `${displayName(was, 80)}${became === undefined ? '' : ` ${style.arrow} ${displayName(became, 40)}`}`,
    ]);
  return [
    `${mark} ${displayName(source)} ${style.arrow} ${displayName(target)}   ${ways[from]} to ${ways[to]}, ${what}`,
    ...(rows.length > 0 ? [fittedTable(rows, rowColumns, { first: 2 })] : []),
    ...(lossCount > rows.length
      ? [`  and ${count(lossCount - rows.length)} more: --json has up to ${count(1000)}`]
      : []),
  ].join('\n');
}
