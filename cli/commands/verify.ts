// `brine verify` and `.save --verify`: whether a file is undamaged, whose it is, and with a trial whether what it holds comes
// back as it is.
//
// A file is checked in a process of its own: one that makes it run out of memory, hang or leave takes nobody with it, and a
// trial makes its globals there. What that process says is data. Builds nothing here.

import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inspectSnapshot } from '../../src/library/inspection.js';
import type { Trial } from '../../src/session/trial.js';
import { fingerprint, isTrusted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { failed } from '../failure.js';
import { withFileProgress } from '../file-progress.js';
import { bytes } from '../format.js';
import { printFound } from '../page.js';
import { pathOfWord } from '../session-word.js';
import { EXIT } from './command.js';
import { look, openSource } from './keys.js';
import { passphrase } from './passphrase.js';
import { whoseText } from './report.js';
import { trialLines } from './trial-lines.js';

/** What the command line says about a check. */
export interface VerifyFlags {
  /** Load it, save it again in memory, and compare. */
  readonly load?: boolean;
  /** Let a trial run the code of a file that nobody trusted signed. */
  readonly trust?: boolean;
  readonly json?: boolean;
  /** Check it in this process. */
  readonly here?: boolean;
}

/** What a check found. */
export interface Verified {
  readonly file: string;
  readonly bytes: number;
  readonly values: number;
  /** `own`, `trusted`, `stranger`, `forged` or `nobody`. */
  readonly whose: string;
  /** In words. */
  readonly signature: string;
  /** What a trial found; undefined when none was made. */
  readonly trial: Trial | undefined;
  readonly code: number;
}

// Not what was called: a session may be one of `brine serve`.
const SCRIPT = new URL('../cli/main.js', import.meta.url);
const CHILD_MS_MAX = 10 * 60_000;

/** `brine verify <file>`; prints on standard output. Returns an exit code. */
export async function verifyFile(file: string, flags: VerifyFlags): Promise<number> {
  try {
    const found =
      flags.here === true
        ? await verifyHere(file, flags)
        : await withFileProgress(`brine verify ${file}`, () => verifyApart(file, flags));
    printFound(flags.json, found, verifiedText);
    return found.code;
  } catch (error) {
    return failed(error);
  }
}

async function verifyHere(file: string, { load, trust }: VerifyFlags): Promise<Verified> {
  const { source, close } = await openSource(file);
  try {
    const { reader, whose } = look(source);
    // Decodes every group, which is more than comparing checksums.
    inspectSnapshot(reader);
    const isOurs = isTrusted(whose);
    if (load === true && !isOurs && trust !== true)
      throw new CommandError(
        `${displayName(file)} is ${whoseText(whose)}: a trial would run its code`,
        'give --trust if it may; without --load nothing of it runs',
        EXIT.refused,
      );
    const { trialLoad } = await import('../../src/session/trial.js');
    const trial = load === true ? await trialLoad(pathOfWord(file), passphrase().passphrase) : undefined;
    const isSame = trial === undefined || (trial.differences.length === 0 && trial.losses.length === 0);
    const isAccepted = isOurs || trust === true;
    return {
      file,
      bytes: source.bytes,
      values: reader.meta.values,
      whose: whose.whose,
      signature:
        'publicKey' in whose ? `${whoseText(whose)} (${fingerprint(whose.publicKey)})` : whoseText(whose),
      trial,
      code: !isAccepted ? EXIT.refused : isSame ? EXIT.ok : EXIT.lossy,
    };
  } finally {
    close();
  }
}

/** Checks a file in a process of its own. */
export function verifyApart(
  file: string,
  { load, trust }: VerifyFlags,
  signal?: AbortSignal,
): Promise<Verified> {
  const flags = [load === true && '--load', trust === true && '--trust'].filter((flag) => flag !== false);
  return apart<Verified>(file, flags, signal);
}

/** What `brine verify` with these flags says of a file, in a process of its own, which a signal ends. */
export function apart<T>(file: string, flags: readonly string[], signal?: AbortSignal): Promise<T> {
  const program = [fileURLToPath(SCRIPT), 'verify', '--here', '--json', ...flags, '--', file];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CHILD_MS_MAX,
      killSignal: 'SIGKILL',
      ...(signal !== undefined && { signal }),
    });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const answer = answerOf<T>(out);
      if (answer !== undefined) return resolve(answer);
      if (code !== null && code > 0 && code <= EXIT.lossy && MARK.test(errors))
        return reject(saidThere(errors, code));
      const end = signal === null ? `exit code ${code}` : signal;
      reject(
        new CommandError(
          `${displayName(file)} could not be checked: the process that did ended with ${end}`,
          'it asks for more than there is, or its code left; look at it with `brine inspect`',
          EXIT.refused,
        ),
      );
    });
  });
}

// What the process of its own said on its way out, as `failed` prints it.
function saidThere(text: string, code: number): CommandError {
  const [first = '', ...rest] = text.trimEnd().replace(MARK, '').split('\n');
  const hint = rest.join(' ').trim();
  return new CommandError(first, hint === '' ? undefined : hint, code);
}

const MARK = /^(?:\u001b\[\d+m)?[✗x](?:\u001b\[\d+m)? /u;

// The last thing it prints; code of a trial may have printed before.
function answerOf<T>(out: string): T | undefined {
  const start = out.lastIndexOf('\n{');
  try {
    return JSON.parse(out.slice(start < 0 ? 0 : start + 1)) as T;
  } catch {
    return undefined;
  }
}

/** What a check found, in words. A checksum says undamaged, a signature says whose: no line says both. */
export function verifiedText(found: Verified): string {
  return [
    `${displayName(found.file)}   ${bytes(found.bytes)}`,
    '  undamaged: every checksum is right, and the parts fit together',
    `  ${displayName(found.signature)}`,
    ...trialLines(found.trial),
  ].join('\n');
}
