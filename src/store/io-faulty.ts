// A disk that fails when told to, over any other disk: the n-th call, a short write, a call that works and says it did
// not, or the death of the process. Knows nothing of what the calls are for.

import type { IoSync } from './io.js';

/** What goes wrong with one call. */
export type Fault =
  /** The call does nothing and throws this code; a close releases its handle all the same. */
  | { readonly kind: 'errno'; readonly code: string }
  /** The call is made, and then throws this code. */
  | { readonly kind: 'lie'; readonly code: string }
  /** A write is given only so many bytes; with 0 it is not made. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** The process is dead from here on: neither this call nor any later one is made. */
  | { readonly kind: 'death' };

/** A call that is about to be made. */
export interface FaultyCall {
  readonly name: CallName;
  /** 0-based, over all calls. */
  readonly index: number;
  /** 0-based, over the calls of this name. */
  readonly indexOfName: number;
}

type CallName = Exclude<keyof IoSync, 'isWindows' | 'isAlive' | 'sleep'>;

/** A disk with faults, and what was called on it. */
export interface FaultyIo extends IoSync {
  readonly calls: readonly FaultyCall[];
}

/**
 * Wraps a disk: `plan` is asked before every call and answers with what goes wrong, or undefined.
 *
 * @example
 *   faultyIo(new MemoryIo(), ({ index }) => (index === 3 ? { kind: 'errno', code: 'EIO' } : undefined));
 */
export function faultyIo(io: IoSync, plan: (call: FaultyCall) => Fault | undefined): FaultyIo {
  const calls: FaultyCall[] = [];
  let isDead = false;

  function perform<Result>(name: CallName, run: (fault: Fault | undefined) => Result): Result {
    if (isDead) throw new Error('the process is dead');
    const call = { name, index: calls.length, indexOfName: calls.filter((c) => c.name === name).length };
    calls.push(call);
    const fault = plan(call);
    if (fault?.kind === 'death') {
      isDead = true;
      throw new Error('the process is dead');
    }
    if (fault?.kind === 'errno' && name !== 'close') throw errno(fault.code, name);
    const result = run(fault);
    if (fault?.kind === 'errno' || fault?.kind === 'lie') throw errno(fault.code, name);
    return result;
  }

  return {
    calls,
    isWindows: io.isWindows,
    open: (path, flags, mode) => perform('open', () => io.open(path, flags, mode)),
    read: (handle, into) => perform('read', () => io.read(handle, into)),
    readAt: (handle, into, offset) => perform('readAt', () => io.readAt(handle, into, offset)),
    write: (handle, bytes) => perform('write', (fault) => writeWith(io, { handle, bytes, fault })),
    setOwner: (handle, owner) => perform('setOwner', () => io.setOwner(handle, owner)),
    setMode: (handle, mode) => perform('setMode', () => io.setMode(handle, mode)),
    sync: (handle) => perform('sync', () => io.sync(handle)),
    stat: (handle) => perform('stat', () => io.stat(handle)),
    close: (handle) => perform('close', () => io.close(handle)),
    statPath: (path) => perform('statPath', () => io.statPath(path)),
    readLink: (path) => perform('readLink', () => io.readLink(path)),
    checkWritable: (path) => perform('checkWritable', () => io.checkWritable(path)),
    rename: (from, to) => perform('rename', () => io.rename(from, to)),
    unlink: (path) => perform('unlink', () => io.unlink(path)),
    list: (folder) => perform('list', () => io.list(folder)),
    isAlive: (pid) => io.isAlive(pid),
    sleep: (durationMs) => io.sleep(durationMs),
  };
}

function writeWith(
  io: IoSync,
  { handle, bytes, fault }: { handle: unknown; bytes: Uint8Array; fault: Fault | undefined },
): number {
  if (fault?.kind !== 'short') return io.write(handle, bytes);
  return fault.bytes === 0 ? 0 : io.write(handle, bytes.subarray(0, fault.bytes));
}

function errno(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: simulated, ${name}`), { code });
}
