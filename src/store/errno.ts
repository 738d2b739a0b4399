// The operating system's error codes in words, with what a person can do about each.
// Knows nothing of which call failed; the callers say that.

interface ErrnoWords {
  /** What it means, to stand after a colon. */
  readonly text: string;
  /** What to do, one sentence. */
  readonly hint: string;
}

const WORDS: ReadonlyMap<string, ErrnoWords> = new Map([
  [
    'EACCES',
    words('permission denied', 'check the permissions of the file and its folder, or choose another place'),
  ],
  ['EAGAIN', words('it is busy for the moment', 'try again')],
  ['EBUSY', words('it is in use', 'close the program that uses it and try again')],
  ['EDQUOT', words('the disk quota is used up', 'free some space or choose another disk')],
  ['EEXIST', words('it exists already', 'try again')],
  ['EFBIG', words('the file is too large for the file system', 'choose another disk')],
  ['EIO', words('the disk reports an error', 'the disk may be failing: choose another one')],
  ['EISDIR', words('it is a folder', 'name a file in it')],
  ['ELOOP', words('its symbolic links go in a circle', 'remove or repair the link')],
  ['EMFILE', words('this process has too many files open', 'close some, or raise the limit (ulimit -n)')],
  ['ENAMETOOLONG', words('the name is too long', 'choose a shorter one')],
  ['ENFILE', words('the system has too many files open', 'close some programs and try again')],
  ['ENODEV', words('the device does not exist', 'choose another place')],
  ['ENOENT', words('no such file or folder', 'check the name')],
  ['ENOMEM', words('out of memory', 'close some programs and try again')],
  ['ENOSPC', words('no space left on the disk', 'free some space or choose another disk')],
  ['ENOTDIR', words('a part of the path is not a folder', 'check the path')],
  ['ENXIO', words('the device does not exist', 'choose another place')],
  ['EPERM', words('not permitted', 'check who owns the file and its folder, or choose another place')],
  ['EROFS', words('the file system is read-only', 'choose a place that can be written to')],
  ['ESTALE', words('the network file system lost the file', 'try again')],
  ['ETXTBSY', words('it is a program that is running', 'choose another name')],
]);

/** The code of an error of the operating system, for example `ENOSPC`; undefined for other errors. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What an error of the operating system means, with its code: `no space left on the disk (ENOSPC)`. */
export function errnoText(error: unknown): string {
  const code = errnoOf(error);
  const known = code === undefined ? undefined : WORDS.get(code);
  if (known !== undefined) return `${known.text} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** What to do about an error of the operating system, one sentence. */
export function errnoHint(error: unknown): string {
  return WORDS.get(errnoOf(error) ?? '')?.hint ?? 'try again, or choose another place';
}

function words(text: string, hint: string): ErrnoWords {
  return { text, hint };
}
