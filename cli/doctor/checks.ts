// What brine needs of its surroundings, one check after the other: Node, V8's inspector, the terminal, the folders, the keys, the
// configuration, what is installed beside it. Looks and changes nothing, but for one file that it writes, reads and removes.
//
// A check never throws: what it meets is a finding. Knows nothing of how findings are shown.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statfsSync, unlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { captureAvailable } from '../../src/pickle/capture/index.js';
import { natives } from '../../src/realm/natives.js';
import { surveyEnded } from '../../src/session/autosave/ended.js';
import { autosaveRoot, endedPlaces } from '../../src/session/autosave/place.js';
import { replaceFileSync } from '../../src/store/index.js';
import { othersIn } from '../../src/store/own-folder.js';
import { sessionsRoot } from '../../src/store/session-folder.js';
import { fingerprint } from '../../src/trust/index.js';
import { KeyStore } from '../../src/trust/keys.js';
import { BRINE_VERSION } from '../../src/version.js';
import { layersOf } from '../config.js';
import { bytes } from '../format.js';
import { isPlain } from '../style.js';
import { hasNames } from '../unsaved.js';

/** What one check found. */
export interface Finding {
  readonly check: string;
  /** `ok`; `note`: it works, with less; `problem`: something does not work until it is mended. */
  readonly state: 'ok' | 'note' | 'problem';
  readonly found: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
}

/** What a check looks at; all of it for tests. */
export interface Surroundings {
  readonly version: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly output: {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    getColorDepth?(): number;
  };
}

/** The major versions that every part of brine is tried on. */
const TRIED = [20, 22, 24, 26];
const COLUMNS_MIN = 40;
const FREE_BYTES_MIN = 256 * 2 ** 20;

/** What is installed beside brine for some of what it does. */
const OPTIONAL: readonly (readonly [what: string, packages: readonly string[]])[] = [
  ['pools', ['tinypool']],
  ['clusters', ['bullmq', 'ioredis']],
  ['SQLite', ['libsql']],
  ['Redis and other stores', ['unstorage', 'ioredis']],
  ['Jupyter', ['zeromq']],
];

const ok = (found: string): Omit<Finding, 'check'> => ({ state: 'ok', found, fix: null });
const note = (found: string, fix: string | null): Omit<Finding, 'check'> => ({ state: 'note', found, fix });
const problem = (found: string, fix: string): Omit<Finding, 'check'> => ({ state: 'problem', found, fix });

/** Checks everything, in the order of a start. */
export function examine(around: Surroundings): Finding[] {
  const checks: readonly (readonly [string, () => Omit<Finding, 'check'>])[] = [
    [
      'brine',
      () => ok(`${BRINE_VERSION}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`),
    ],
    ['node', () => nodeIsTried(around.version)],
    ['code', codeCanBeRead],
    ['speed', v8CanBeAsked],
    ['terminal', () => terminalShows(around)],
    ['config', () => configurationIsRead(around)],
    ['keys', keysAreOwn],
    ['sessions', () => folderKeeps(sessionsRoot(around.environment))],
    ['autosave', () => unsavedWaits(autosaveRoot(around.environment))],
    ['disk', () => diskHasSpace(sessionsRoot(around.environment))],
    ...OPTIONAL.map(([what, packages]) => [what, () => isInstalled(what, packages)] as const),
  ];
  return checks.map(([check, look]) => ({ check, ...found(look) }));
}

function found(look: () => Omit<Finding, 'check'>): Omit<Finding, 'check'> {
  try {
    return look();
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return problem(message, hint ?? 'mend that, and ask again');
  }
}

function nodeIsTried(version: string): Omit<Finding, 'check'> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return problem(`${version} is older than 20.19`, 'npx node@24, or install a newer Node');
  if (TRIED.includes(major)) return ok(version);
  return note(`${version}; brine is tried on ${TRIED.join(', ')}`, 'npx node@24 when something looks wrong');
}

function codeCanBeRead(): Omit<Finding, 'check'> {
  const available = captureAvailable();
  if (available.ok) return ok("V8's inspector shows functions, scopes and private members");
  return problem(
    `functions and classes cannot be saved: ${available.reason}`,
    'use a Node that was built with the inspector, and start it without --permission or with --allow-inspector',
  );
}

function v8CanBeAsked(): Omit<Finding, 'check'> {
  if (natives !== undefined) return ok('generated readers are in use');
  const why =
    process.env['BRINE_PLAIN_PATHS'] === '1' ? 'BRINE_PLAIN_PATHS is set' : 'V8 answers no questions';
  return note(
    `saves and loads take the plain, slower way: ${why}`,
    'unset it, or start Node without flags of V8',
  );
}

function terminalShows({ output, environment }: Surroundings): Omit<Finding, 'check'> {
  if (output.isTTY !== true) return note('the output is no terminal: no prompt, no colours', null);
  const term = environment['TERM'] ?? '';
  if (term === 'dumb')
    return note('TERM is dumb: no colours, no line editing', 'set TERM to what the terminal is');
  const columns = output.columns ?? 80;
  const colors = 2 ** (output.getColorDepth?.() ?? 1);
  const shown = `${columns} columns, ${colors > 2 ? `${colors} colours` : 'no colours'}, ${isPlain(environment) ? 'ASCII' : 'UTF-8'}`;
  if (columns < COLUMNS_MIN) return note(`${shown}: tables need ${COLUMNS_MIN}`, 'make the window wider');
  if (isPlain(environment)) return note(shown, 'LANG=C.UTF-8 shows symbols as they are');
  return ok(shown);
}

function configurationIsRead({ folder, environment }: Surroundings): Omit<Finding, 'check'> {
  const layers = layersOf(folder, environment);
  const said = layers.filter((layer) => layer.said.size > 0);
  if (said.length === 0) return ok('nothing is configured: defaults hold');
  return ok(said.map(({ from, said: { size } }) => `${size} of ${from}`).join(', '));
}

function keysAreOwn(): Omit<Finding, 'check'> {
  const keys = new KeyStore();
  const identity = keys.identity();
  if (keys.secret() === undefined && identity === undefined)
    return ok('none yet: the first save makes a secret, `brine key` a public key');
  return ok(identity === undefined ? 'a secret, no public key yet' : fingerprint(identity.publicKey));
}

// Saves into it as a save does, under a name that no session has.
function folderKeeps(folder: string): Omit<Finding, 'check'> {
  if (!existsSync(folder)) return ok(`${folder} is made by the first save`);
  const others = othersIn(folder);
  if (others !== undefined) return problem(`${folder}: ${others.why}`, others.hint);
  const path = join(folder, `.doctor-${process.pid}-${randomBytes(4).toString('hex')}`);
  const text = randomBytes(16);
  replaceFileSync(path, [text]);
  const isKept = readFileSync(path).equals(text);
  unlinkSync(path);
  if (!isKept) return problem(`${folder} gives other bytes than were written`, 'look at the disk');
  return ok(folder);
}

function unsavedWaits(root: string): Omit<Finding, 'check'> {
  const others = existsSync(root) ? othersIn(root) : undefined;
  if (others !== undefined) return problem(`${root}: ${others.why}`, others.hint);
  const waiting = endedPlaces(root).filter((place) => {
    const found = surveyEnded(place);
    return found !== 'saved' && (found === undefined || hasNames(found));
  }).length;
  if (waiting === 0) return ok('no unsaved work waits');
  return note(`unsaved work of ${waiting} ${waiting === 1 ? 'shell' : 'shells'}`, '.recover at a prompt');
}

function diskHasSpace(folder: string): Omit<Finding, 'check'> {
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  const { bavail, bsize } = statfsSync(at);
  const free = bavail * bsize;
  if (free >= FREE_BYTES_MIN) return ok(`${bytes(free)} free`);
  return note(`only ${bytes(free)} free at ${at}`, '`brine gc` removes what nobody needs');
}

function isInstalled(what: string, packages: readonly string[]): Omit<Finding, 'check'> {
  const versions = packages.map((name) => versionOf(name));
  const missing = packages.filter((_, index) => versions[index] === undefined);
  if (missing.length === 0) return ok(packages.map((name, index) => `${name} ${versions[index]}`).join(', '));
  return note(`${missing.join(' and ')} not installed: no ${what}`, `npm install ${missing.join(' ')}`);
}

// Beside brine, or in the project that it is used in.
function versionOf(name: string): string | undefined {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    for (const folder of createRequire(from).resolve.paths(name) ?? []) {
      try {
        return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string })
          .version;
      } catch {
        // Not there.
      }
    }
  }
  return undefined;
}
