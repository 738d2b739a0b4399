// Goal: values go over any stream, one or many, in order and whole; a slow reader slows the writer; what is cut, damaged or hostile
// is noticed before it is believed, and before memory is taken for it.
// Method: streams in memory cut at every byte and chunked in every way, a real TCP socket, two processes in a pipe.

import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import { dump, dumpAll, dumps, type LoadAllOptions, loadAll } from '../../src/library/index.js';
import { Unpickler } from '../../src/library/unpickler.js';
import { brine, temporaryFolder } from '../helpers/brine.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function bytesOf(values: readonly unknown[], hasEnd = true): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  if (hasEnd) await dumpAll(values, sink);
  else for (const value of values) await dump(value, sink);
  return Buffer.concat(pieces);
}

const streamOf = (bytes: Uint8Array, chunkBytes: number): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    })(),
    { objectMode: false },
  );

// What came, and the code of the error that ended it.
async function read(
  stream: AsyncIterable<unknown>,
  options?: LoadAllOptions,
): Promise<[unknown[], string | undefined]> {
  const values: unknown[] = [];
  try {
    for await (const value of loadAll(stream, options)) values.push(value);
    return [values, undefined];
  } catch (error) {
    return [values, error instanceof BrineError ? error.code : String(error)];
  }
}

test('many values come one by one, in whatever pieces the stream gives them', async () => {
  const values = [1, 'two', { three: [3] }, new Map([['four', new Uint8Array(1000)]]), undefined];
  for (const hasEnd of [true, false]) {
    const bytes = await bytesOf(values, hasEnd);
    for (const chunkBytes of [1, 7, 32, 1000, bytes.length])
      expect(await read(streamOf(bytes, chunkBytes), { needsEnd: hasEnd })).toEqual([values, undefined]);
  }
  expect(await read(streamOf(await bytesOf([]), 5), { needsEnd: true })).toEqual([[], undefined]);
});

test('every cut is noticed: within a value always, between two where an end mark is asked for', async () => {
  const values = ['a', { b: 1 }, 'c'];
  const ends = [0];
  for (const value of values) ends.push((ends.at(-1) as number) + dumps(value).length);
  const bytes = await bytesOf(values);
  for (let length = 0; length < bytes.length; length++) {
    const whole = ends.findLastIndex((end) => end <= length);
    const [came, code] = await read(streamOf(bytes.subarray(0, length), 4096));
    expect(came, `cut at ${length}`).toEqual(values.slice(0, whole));
    expect(code, `cut at ${length}`).toBe(ends.includes(length) ? undefined : 'SNAPSHOT_TRUNCATED');
    if (length % 16 !== 0 && !ends.includes(length)) continue;
    const [, strict] = await read(streamOf(bytes.subarray(0, length), 4096), { needsEnd: true });
    expect(strict, `cut at ${length}`).toBe('SNAPSHOT_TRUNCATED');
  }
});

test('every flipped bit of heads and end marks is noticed', async () => {
  const first = dumps('a').length;
  const bytes = await bytesOf(['a']);
  for (const at of [...Array(32).keys(), ...Array.from({ length: 32 }, (_, index) => first + index)]) {
    const bad = Buffer.from(bytes);
    bad[at] = (bad[at] as number) ^ 0x10;
    const [came, code] = await read(streamOf(bad, 4096), { needsEnd: true });
    expect(code, `byte ${at}`).toMatch(/^(SNAPSHOT|PROTOCOL)_/u);
    expect(came.length, `byte ${at}`).toBe(at < first ? 0 : 1);
  }
});

// A header with the right checksum that says what it likes.
function headerSaying(bytes: bigint): Buffer {
  const head = Buffer.from(dumps(1).subarray(0, 32));
  head.writeBigUInt64LE(bytes, 16);
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28);
  return head;
}

test('what a head says it has takes no memory before it is there, and no more than the limit', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const huge = headerSaying(2n ** 39n);
  expect(await read(streamOf(huge, 32))).toEqual([[], 'SNAPSHOT_TRUNCATED']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  expect(await read(streamOf(huge, 32), { mode: 'data' })).toEqual([[], 'LIMIT_EXCEEDED']);
  expect(await read(streamOf(headerSaying(2n ** 60n), 32))).toEqual([
    [],
    expect.stringMatching(/^(LIMIT|SNAPSHOT)_/u),
  ]);
  expect(await read(streamOf(headerSaying(8n), 32))).toEqual([[], 'SNAPSHOT_STRUCTURE']);
  const limits = { fileBytesMax: 100 };
  expect(await read(streamOf(await bytesOf(['x'.repeat(500)]), 32), { limits })).toEqual([
    [],
    'LIMIT_EXCEEDED',
  ]);
});

test('noise, texts and what follows an end mark are refused', async () => {
  expect(await read(streamOf(Buffer.from('GET / HTTP/1.1\r\nhost: here\r\n\r\n......'), 8))).toEqual([
    [],
    'SNAPSHOT_MAGIC',
  ]);
  expect(await read(Readable.from(['text']))).toEqual([[], 'STORE_READ']);
  const bytes = await bytesOf(['a']);
  expect(await read(streamOf(Buffer.concat([bytes, Buffer.of(0)]), 64))).toEqual([
    ['a'],
    'SNAPSHOT_STRUCTURE',
  ]);
  const tooFew = Buffer.concat([dumps('a'), await bytesOf(['a'])]);
  expect(await read(streamOf(tooFew, 64))).toEqual([['a', 'a'], 'SNAPSHOT_TRUNCATED']);
});

test('no then of a value is called, and code stays a record for data', async () => {
  let called = false;
  const thenable = { then: () => (called = true) };
  const bytes = await bytesOf([], false);
  expect(bytes.length).toBe(0);
  const sink = new PassThrough();
  await dump(thenable, sink);
  sink.end();
  for await (const value of loadAll<{ then: unknown }>(sink)) expect(typeof value.then).toBe('function');
  expect(called).toBe(false);
  const again = new PassThrough();
  await dump(() => 1, again);
  again.end();
  for await (const value of new Unpickler({ mode: 'data' }).loadAll<{ source: string }>(again))
    expect(value.source).toBe('() => 1');
});

test('ending the loop ends the stream; an error does, too', async () => {
  const bytes = await bytesOf(['a', 'b']);
  const stream = streamOf(bytes, 10);
  for await (const _ of loadAll(stream)) break;
  expect(stream.destroyed).toBe(true);
  const broken = streamOf(Buffer.concat([dumps('a'), Buffer.alloc(100)]), 10);
  await read(broken);
  expect(broken.destroyed).toBe(true);
});

async function pair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer();
  servers.push(server);
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const near = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  return { near, far: await accepted };
}

test('over a TCP socket: values with their classes, as many as there are', async () => {
  const { near, far } = await pair();
  class Point {
    x = 1;
    get twice(): number {
      return this.x * 2;
    }
  }
  const sent = dumpAll([new Point(), ...Array(200).keys()], near).then(() => near.end());
  const came: unknown[] = [];
  for await (const value of loadAll(far, { needsEnd: true })) came.push(value);
  await sent;
  expect((came[0] as Point).twice).toBe(2);
  expect(came.slice(1)).toEqual([...Array(200).keys()]);
});

test('over a TCP socket: a reader that does not read stops the writer', async () => {
  const { near, far } = await pair();
  far.pause();
  let written = 0;
  const pieces = Array.from({ length: 64 }, (_, index) => new Uint8Array(2 ** 20).fill(index));
  const values = (function* () {
    for (const piece of pieces) {
      yield piece;
      written++;
    }
  })();
  const done = dumpAll(values, near).then(() => near.end());
  await new Promise((resolve) => setTimeout(resolve, 300));
  // What the system's buffers take is far less than all.
  const stopped = written;
  expect(stopped).toBeLessThan(48);
  expect(near.writableLength).toBeLessThan(4 * 2 ** 20);
  let count = 0;
  for await (const value of loadAll<Uint8Array>(far, { needsEnd: true })) expect(value[0]).toBe(count++);
  await done;
  expect(count).toBe(64);
});

test('over a TCP socket: a connection that breaks is an error on both sides', async () => {
  const { near, far } = await pair();
  far.on('error', () => {});
  const reading = read(far, { needsEnd: true });
  await dump('whole', near);
  near.write(dumps('x'.repeat(5000)).subarray(0, 2000));
  setTimeout(() => near.resetAndDestroy(), 50);
  const [came, code] = await reading;
  expect(came).toEqual(['whole']);
  expect(code).toMatch(/^(STORE_READ|SNAPSHOT_TRUNCATED)$/u);
  await expect(dump('more', near)).rejects.toMatchObject({ code: 'STORE_WRITE' });
});

test('between two processes in a pipe: values, what they print besides, ends', async () => {
  const folder = temporaryFolder();
  const here = { cwd: folder.path, env: { BRINE_HOME: `${folder.path}/home` } };
  try {
    const first = await brine(
      ['eval', 'console.log("noise"); ({ n: 20, f: (x) => x + 1 })', '--dump', 'v.pkl'],
      here,
    );
    expect([first.code, first.stdout]).toEqual([0, 'noise\n']);
    const piped = await inShell(
      "eval 'console.log(\"noise\"); ({ n: 20, f: (x) => x + 1 })' --dump - | BRINE eval 'input.f(input.n) * 2' --input -",
      here,
    );
    expect(piped).toEqual({ stdout: '42\n', stderr: 'noise\n' });
    const three = await inShell(
      "eval '[1, 2]' --dump - | BRINE eval 'input.map((x) => x * 2)' --input - --dump - | BRINE eval 'input' --input -",
      here,
    );
    expect(three.stdout).toBe('[ 2, 4 ]\n');
    const stranger = { ...here, env: { BRINE_HOME: `${folder.path}/other` } };
    const refused = await brine(['eval', 'input', '--input', 'v.pkl'], stranger);
    expect([refused.code, refused.stderr.includes('SIGNATURE_UNKNOWN')]).toEqual([3, true]);
    const data = await brine(['eval', 'input.f.source', '--input', 'v.pkl', '--data'], stranger);
    expect(data.stdout).toBe("'(x) => x + 1'\n");
    const cut = await brine(['eval', 'input', '--input', '-'], { ...here, input: '\u0000' });
    expect(cut.code).toBe(3);
    const both = await brine(['eval', '1', '--dump', '-', '--json'], here);
    expect([both.code, both.stdout]).toEqual([2, '']);
  } finally {
    folder.remove();
  }
});

async function inShell(
  line: string,
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<{ stdout: string; stderr: string }> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const { BRINE } = await import('../helpers/brine.js');
  const program = `'${process.execPath}' '${BRINE}'`;
  const { NO_COLOR: _no, ...inherited } = process.env;
  const text = `${program} ${line.replaceAll('BRINE eval', `${program} eval`)}`;
  return promisify(execFile)('sh', ['-c', text], { cwd, env: { ...inherited, LC_ALL: 'C.UTF-8', ...env } });
}

test.for([undefined, null, 1, {}, new Readable()])(
  'dump to %o is refused before anything is pickled',
  async (target) => {
    let asked = 0;
    const options = { persistentId: () => void asked++ };
    const error: unknown = await dump({}, target as never, options as never).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'PICKLE_OPTION', hint: expect.stringContaining('dumps') });
    expect(asked).toBe(0);
  },
);
