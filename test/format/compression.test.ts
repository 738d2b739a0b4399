// Goal: what is compressed comes back as it was on every Node, never grows beyond what the file says of it, and hides nothing.
// Method: values there and back in every form; hostile sections with the right checksums around them: bombs, wrong sizes, bytes
// behind the stream, windows of gigabytes; a session that is compressed, repaired, merged, disassembled, read when touched.

import { rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import { CODEC, canCompress, compressed, decompressed } from '../../src/format/codecs.js';
import { SECTION } from '../../src/format/container.js';
import { openSnapshot } from '../../src/format/index.js';
import { dumps, loads, salvage } from '../../src/library/index.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { differences } from '../helpers/same.js';

const FORMS = ['deflate', 'brotli', 'zstd'] as const;
const written = FORMS.filter(canCompress);

const VALUE = {
  rows: Array.from({ length: 20_000 }, (_, id) => ({ id, name: `row ${id % 100}`, at: new Date(id) })),
  zeros: new Float64Array(200_000),
  noise: Uint32Array.from({ length: 50_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0),
  small: new Uint8Array(3),
  inc: (n: number) => n + 1,
};

test.for(written)('%s: a value comes back as it was, and takes less', (compression) => {
  const plain = dumps(VALUE);
  const bytes = dumps(VALUE, { compression });
  expect(bytes.length).toBeLessThan(plain.length / 3);
  const back = loads<typeof VALUE>(bytes);
  expect(differences({ ...VALUE, inc: 0 }, { ...back, inc: 0 })).toEqual([]);
  expect(back.inc(1)).toBe(2);
  const { sections } = openSnapshot(bytes).container;
  const codecs = new Set(sections.map(({ kind, codec }) => (codec === 0 ? undefined : kind)));
  expect([...codecs].filter((kind) => kind !== undefined).sort()).toEqual([SECTION.stripe, SECTION.blobs]);
  expect(Buffer.compare(dumps(VALUE, { compression }), bytes)).toBe(0);
});

test('what does not get smaller stays as it is', () => {
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  for (const compression of written) {
    const { sections } = openSnapshot(dumps(noise, { compression })).container;
    expect(sections.find(({ kind }) => kind === SECTION.blobs)?.codec).toBe(CODEC.none);
  }
});

test('what is no compression, or none that this Node writes, is refused', () => {
  for (const wrong of ['gzip', '', 1, 'toString'])
    expect(() => dumps(1, { compression: wrong as 'none' })).toThrow(
      expect.objectContaining({ code: 'PICKLE_OPTION' }),
    );
  if (!canCompress('zstd')) expect(() => dumps(1, { compression: 'zstd' })).toThrow(/cannot write zstd/u);
});

// `zeros` of 100,000 bytes, as zstd 1.5 writes them at level 1: with its size in front, and as a stream with a window.
const ZSTD = Buffer.from('KLUv/aCghgEAVQAAEAAAAQCbhjnAAg==', 'base64');

test('zstd is read on every Node', () => {
  const raw = decompressed(ZSTD, CODEC.zstd, 100_000);
  expect(raw?.length).toBe(100_000);
  expect(raw?.every((byte) => byte === 0)).toBe(true);
});

test('every form gives exactly what it says, from exactly what is there', () => {
  const raw = Buffer.from(
    'a text that repeats, a text that repeats, a text that repeats, a text that repeats',
  );
  const all = [
    ...written.map((form) => [form, compressed([raw], form) as Uint8Array, raw.length] as const),
    ['zstd', ZSTD, 100_000] as const,
  ];
  for (const [form, stored, length] of all) {
    const codec = CODEC[form];
    expect(decompressed(stored, codec, length)?.length, form).toBe(length);
    for (const odd of [0, 1, length - 1, length + 1, 2 ** 40])
      expect(decompressed(stored, codec, odd), `${form} as ${odd}`).toBeUndefined();
    expect(
      decompressed(Buffer.concat([stored, Buffer.of(0)]), codec, length),
      `${form} with a tail`,
    ).toBeUndefined();
    expect(decompressed(Buffer.concat([stored, stored]), codec, length), `${form} twice`).toBeUndefined();
    for (let cut = 0; cut < stored.length; cut++)
      expect(decompressed(stored.subarray(0, cut), codec, length), `${form} cut at ${cut}`).toBeUndefined();
  }
  expect(decompressed(raw, 9, raw.length)).toBeUndefined();
});

test('a window of gigabytes is refused before memory is taken for it', () => {
  const before = process.memoryUsage().rss;
  // Single segment of 2^31 bytes; a window of 2^41; a dictionary.
  for (const frame of ['28b52ffda00000008001', '28b52ffd00f801000000', '28b52ffd2101050100'])
    expect(decompressed(Buffer.from(frame, 'hex'), CODEC.zstd, 1000)).toBeUndefined();
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 2 ** 20);
});

// A snapshot whose last stripe or blob is replaced, with every checksum right.
function withSection(stored: Uint8Array, { codec, rawBytes }: { codec: number; rawBytes: number }): Buffer {
  const plain = Buffer.from(dumps(new Uint8Array(4096).fill(7)));
  const { sections } = openSnapshot(plain).container;
  const at = sections.findIndex(({ kind }) => kind === SECTION.blobs);
  const entry = sections[at]!;
  const file = Buffer.concat([plain.subarray(0, entry.offset), stored]);
  const place = 32 + at * 32;
  file.writeUInt8(codec, place + 2);
  file.writeUInt32LE(crc32(stored), place + 4);
  file.writeBigUInt64LE(BigInt(stored.length), place + 16);
  file.writeBigUInt64LE(BigInt(rawBytes), place + 24);
  file.writeBigUInt64LE(BigInt(file.length), 16);
  file.writeUInt32LE(crc32(file.subarray(32, 32 + sections.length * 32)), 24);
  file.writeUInt32LE(crc32(file.subarray(0, 28)), 28);
  return file;
}

function codeOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof BrineError ? error.code : error;
  }
}

test('bombs do not go off: what a section grows to is what the table says, and that is limited', () => {
  const zeros = Buffer.alloc(64 * 2 ** 20);
  const bombs = [
    [CODEC.deflate, deflateRawSync(zeros)],
    [CODEC.brotli, brotliCompressSync(zeros)],
  ] as const;
  const good = withSection(deflateRawSync(Buffer.alloc(4096, 7)), { codec: CODEC.deflate, rawBytes: 4096 });
  expect(loads<Uint8Array>(good)[4095]).toBe(7);
  const before = process.memoryUsage().rss;
  for (const [codec, bomb] of bombs) {
    // Smaller than it is, as large as it is but over the limit, and larger than any limit.
    expect(codeOf(() => loads(withSection(bomb, { codec, rawBytes: 4096 })))).toBe('SNAPSHOT_STRUCTURE');
    const limits = { rawBytesMax: 2 ** 20 };
    expect(codeOf(() => loads(withSection(bomb, { codec, rawBytes: zeros.length }), { limits }))).toBe(
      'LIMIT_EXCEEDED',
    );
    const huge = withSection(bomb, { codec, rawBytes: 2 ** 50 });
    expect(codeOf(() => loads(huge, { mode: 'data' }))).toBe('LIMIT_EXCEEDED');
    expect(codeOf(() => loads(huge))).toBe('LIMIT_EXCEEDED');
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
});

test('only values are compressed: a description in another form is refused, and an unknown codec', () => {
  const file = Buffer.from(dumps({ a: 1 }));
  for (const [place, codec] of [
    [0, CODEC.brotli],
    [0, 4],
    [3, 4],
  ] as const) {
    const bad = Buffer.from(file);
    bad.writeUInt8(codec, 32 + place * 32 + 2);
    bad.writeUInt32LE(crc32(bad.subarray(32, 32 + bad.readUInt32LE(12) * 32)), 24);
    bad.writeUInt32LE(crc32(bad.subarray(0, 28)), 28);
    expect(codeOf(() => loads(bad))).toBe('SNAPSHOT_STRUCTURE');
  }
});

test('a compressed session is loaded lazily, verified, copied, merged, repaired and disassembled', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  const here = { cwd: folder.path, env: { BRINE_HOME: `${folder.path}/home` } };
  try {
    const saved = await pipe(
      'const rows = Array.from({ length: 20000 }, (_, id) => ({ id, name: `row ${id % 50}`, even: id % 2 === 0, x: id / 3 }))\nconst f = () => rows.length\nconst zeros = new Float64Array(600000)\n.save work.pkl --compress\n.save plain.pkl\n.save deflated.pkl --compress=deflate',
      here,
    );
    expect(saved.stderr).toMatch(/work\.pkl .* MB → .* [kM]B/u);
    const loaded = await pipe('.load work.pkl\nf() + zeros.length + rows[19999].id\n.save again.pkl', here);
    expect(loaded.stderr).toContain('on touch');
    expect(loaded.stdout).toBe('639999\n');
    const unread = await pipe('.load work.pkl\nconst more = 1\n.save more.pkl', here);
    expect(unread.stderr).toContain('on touch');
    expect((await pipe('.load more.pkl\nf() + more', here)).stdout).toBe('20001\n');
    expect((await brine(['verify', 'work.pkl', '--load'], here)).stdout).toContain('all as they were');
    expect((await brine(['diff', 'work.pkl', 'plain.pkl'], here)).code).toBe(0);
    await pipe('let b = 1\n.save b.pkl', here);
    expect((await brine(['merge', 'work.pkl', 'b.pkl', 'both.pkl', '--trust'], here)).code).toBe(0);
    expect((await pipe('.load both.pkl\nf() + b', here)).stdout).toBe('20001\n');
    expect((await brine(['dis', 'deflated.pkl'], here)).stdout).toContain('compressed');
    const { readFileSync } = await import('node:fs');
    const damaged = readFileSync(`${folder.path}/work.pkl`);
    const { sections } = openSnapshot(damaged).container;
    const last = sections.findLast(({ codec }) => codec !== 0)!;
    damaged[last.offset + 9] = (damaged[last.offset + 9] as number) ^ 1;
    writeFileSync(`${folder.path}/damaged.pkl`, damaged);
    expect((await brine(['verify', 'damaged.pkl'], here)).code).toBe(3);
    const { lost, damage } = await salvage(damaged);
    expect([lost.length, damage.length]).toEqual([1, 1]);
    expect((await brine(['repair', 'damaged.pkl', 'repaired.pkl', '--trust'], here)).code).toBe(4);
    expect((await brine(['verify', 'repaired.pkl'], here)).code).toBe(0);
    const wrong = await pipe('let a = 1\n.save a.pkl --compress=gzip', here);
    expect([wrong.code, wrong.stderr.includes('deflate, brotli, zstd')]).toEqual([2, true]);
    writeFileSync(`${folder.path}/.brinerc.json`, '{"compression":"brotli"}');
    const configured = await pipe('const z = new Float64Array(100000)\n.save z.pkl', here);
    expect(configured.stderr).toMatch(/MB|kB → /u);
    rmSync(`${folder.path}/.brinerc.json`);
  } finally {
    folder.remove();
  }
});
