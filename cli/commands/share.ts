// `.share colleague.pkl` and `brine export work.pkl colleague.pkl --share`: one snapshot for others, signed by this user, with the
// history, what it showed, who and when, and a note. Where something looks like a secret nothing is written unless told to.
//
// The session's own file stays what it is. Of a file that is shared again nothing runs.

import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import process from 'node:process';
import { exportFormatOf } from '../../src/export/format-of.js';
import { bytesOf, type Meta, type SnapshotReader, signedAnew } from '../../src/format/index.js';
import { secretsListed } from '../../src/library/secrets/listing.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { SaveOptions } from '../../src/session/types.js';
import { replaceFile } from '../../src/store/index.js';
import { isTrusted, KeyStore, ownSigner } from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { failed } from '../failure.js';
import { printFound } from '../page.js';
import { styleFor } from '../style.js';
import { type CommandArguments, EXIT, type Shell } from './command.js';
import { look, openSource } from './keys.js';
import { passphrase } from './passphrase.js';
import { plural, saveText, whoseText } from './report.js';

/** What the command line says about it. */
export interface ShareFlags {
  readonly share?: boolean;
  readonly note?: string;
  readonly author?: string;
  readonly withSecrets?: boolean;
  readonly overwrite?: boolean;
  readonly outputs?: boolean;
  readonly json?: boolean;
}

/** `.share <file> [names…]` */
export async function shareSession(shell: Shell, given: CommandArguments): Promise<number> {
  const [target, ...names] = given.words;
  const { flags, values } = given;
  checkTarget(target, flags.has('overwrite'), '.share');
  if (flags.has('encrypt') && passphrase().passphrase === undefined)
    throw new UsageError('--encrypt needs a passphrase', 'set BRINE_PASSPHRASE before you start brine');
  if (flags.has('redact') && flags.has('with-secrets'))
    throw new UsageError('.share takes --redact or --with-secrets, not both');
  const [exclude, embed] = [values.get('exclude'), values.get('embed')];
  const note = given.values.get('note')?.at(-1);
  const options: SaveOptions = {
    sign: 'others',
    secrets: flags.has('redact') ? 'redact' : flags.has('with-secrets') ? 'report' : 'refuse',
    author: given.values.get('author')?.at(-1) ?? ownName(),
    onConflict: 'overwrite',
    ...(note === undefined ? {} : { note }),
    ...(names.length > 0 ? { names } : {}),
    ...(exclude === undefined ? {} : { exclude }),
    ...(embed === undefined ? {} : { embed }),
    ...(flags.has('no-outputs') ? { outputs: false } : {}),
    ...(flags.has('encrypt') ? passphrase() : {}),
  };
  const report = await shell
    .withProgress(`sharing ${displayName(target, 40)}`, (onProgress) =>
      shell.session.save(target, { ...options, ...(onProgress === undefined ? {} : { onProgress }) }),
    )
    .catch(withCure);
  if (flags.has('json')) shell.print(displayJson({ ...report, note: note ?? '', author: options.author }));
  else {
    const page = { ...shell, workingDirectory: process.cwd() };
    const told = withPristineBuiltins(() => [
      saveText(report, page),
      ...keyLines(report.signed === 'others'),
    ]);
    shell.report(told.join('\n'));
  }
  return EXIT.ok;
}

/** `brine export <snapshot> <file> --share`; prints on standard output. Returns an exit code. */
export async function shareFile(file: string, target: string, flags: ShareFlags): Promise<number> {
  try {
    checkTarget(target, flags.overwrite === true, 'brine export work.pkl');
    const { source, wasEncrypted, close } = await openSource(file);
    try {
      if (wasEncrypted)
        throw new CommandError(
          `${displayName(file, 60)} is encrypted, and would not be when it is shared`,
          'load it, and write it with .share --encrypt',
        );
      const { reader, whose } = look(source);
      if (!isTrusted(whose))
        throw new CommandError(
          `${displayName(file, 60)} is ${whoseText(whose)}: your signature would vouch for its code`,
          'look at it with brine inspect, and trust its signer or sign it yourself first',
          EXIT.refused,
        );
      reader.checkRest();
      checkSecrets(reader, flags);
      const meta = sharedMeta(reader.meta, flags);
      await replaceFile(target, bytesOf(signedAnew(reader, ownSigner(new KeyStore(), true), meta)));
      const { cells = [], bindings = [], note = '', author = '' } = meta.session ?? {};
      const facts = { target, cells: cells.length, names: bindings.length, note, author };
      printFound(flags.json, facts, sharedText);
      return EXIT.ok;
    } finally {
      close();
    }
  } catch (error) {
    return failed(error);
  }
}

function checkTarget(
  target: string | undefined,
  mayOverwrite: boolean,
  command: string,
): asserts target is string {
  if (target === undefined)
    throw new UsageError(`${command} needs a file`, `for example: ${command} colleague.pkl`);
  if (exportFormatOf(target) !== undefined)
    throw new UsageError(
      `${displayName(target, 60)} is no snapshot, and only a snapshot can be signed`,
      `for example: .share colleague.pkl, or .export ${displayName(target, 60)}`,
    );
  if (existsSync(target) && !mayOverwrite)
    throw new CommandError(
      `${displayName(target, 60)} is there`,
      'give another name, or --overwrite to replace it',
    );
}

// What others get should have no secret in it by oversight.
function withCure(error: unknown): never {
  if ((error as { code?: unknown } | null)?.code !== 'SESSION_SECRET') throw error;
  throw new CommandError(
    (error as Error).message,
    'take it out with --redact, leave names out with --exclude, or share it --with-secrets',
    EXIT.refused,
  );
}

function checkSecrets(reader: SnapshotReader, { withSecrets = false }: ShareFlags): void {
  const [first, ...rest] = withSecrets ? [] : secretsListed(reader);
  if (first === undefined) return;
  const more = rest.length > 0 ? `, and ${rest.length} more` : '';
  throw new CommandError(
    `${displayName(first.path, 60)} looks like a secret (${first.kind})${more}; nothing was written`,
    'save it again with --redact and share that, or share it --with-secrets',
    EXIT.refused,
  );
}

function sharedMeta(meta: Meta, { note, author = ownName(), outputs = true }: ShareFlags): Meta {
  const { session } = meta;
  if (session === undefined)
    throw new CommandError('a snapshot of one value has no history to share', 'sign it: brine sign');
  const cells = outputs ? session.cells : session.cells.map(({ output: _, ...cell }) => cell);
  return { ...meta, session: { ...session, cells, author, ...(note !== undefined && { note }) } };
}

function ownName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without an entry in the list of users.
    return hostname();
  }
}

function sharedText({
  target,
  cells,
  names,
  author,
}: {
  target: string;
  cells: number;
  names: number;
  author: string;
}): string {
  const { green, ok, dot } = styleFor(process.stdout);
  const facts = [plural(cells, 'cell'), plural(names, 'name'), `by ${displayName(author, 60)}`];
  return [`${green(ok)} ${displayName(target)}   ${facts.join(` ${dot} `)}`, ...keyLines(true)].join('\n');
}

function keyLines(isSigned: boolean): string[] {
  return isSigned ? ['  signed by you for others: brine key prints the key that they trust'] : [];
}
