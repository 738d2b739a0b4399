// Goal: the disassembly names every byte of a snapshot, each exactly once, and says what the bytes are.
// Method: every golden of every Node, and files with each section there is; the pieces have to follow each other from byte 0 to
// the end. The worked example of the format page is compared with what its lines say.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { disassemble, type Piece } from '../../src/detect/index.js';
import { dumps } from '../../src/library/index.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const root = fileURLToPath(new URL('../../snapshots', import.meta.url));
const folder = temporaryFolder();
afterAll(() => folder.remove());

function gaps(pieces: readonly Piece[], bytes: number): string[] {
  const found: string[] = [];
  let end = 0;
  for (const piece of pieces) {
    if (piece.offset !== end)
      found.push(`${piece.section} ${piece.what} starts at ${piece.offset}, not ${end}`);
    if (piece.bytes < 1) found.push(`${piece.section} ${piece.what} has ${piece.bytes} bytes`);
    end = piece.offset + piece.bytes;
  }
  return end === bytes ? found : [...found, `it ends at ${end} of ${bytes}`];
}

test('every byte of every golden is in exactly one piece', () => {
  const goldens = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pkl'),
  );
  expect(goldens.length).toBeGreaterThan(20);
  for (const name of goldens) {
    const bytes = readFileSync(join(root, name));
    expect({ name, gaps: gaps([...disassemble(bytes)], bytes.length) }).toEqual({ name, gaps: [] });
  }
});

test('and of a signed session with code, blobs and a spare, from the command line', async () => {
  const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'home') } };
  const input =
    'const a = new Float64Array(20000), text = "é漢", f = (() => { let n = 0; return () => a[n++] })()\nclass P { #x = 1; get y() { return this.#x } }\nconst p = new P()\nconst big = -(10n ** 40n), mixed = [1, "a", null, undefined, 1.5, , big]\n.save work.pkl --sign';
  expect(await pipe(input, here)).toMatchObject({ code: 0 });
  const { stdout, code } = await brine(['dis', 'work.pkl', '--json'], here);
  expect(code).toBe(0);
  const pieces = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Piece);
  const bytes = readFileSync(join(folder.path, 'work.pkl'));
  expect(gaps(pieces, bytes.length)).toEqual([]);
  const sections = new Set(pieces.map(({ section }) => section.replace(/ \d+$/, '')));
  expect([...sections].filter((name) => name !== 'file')).toEqual(
    expect.arrayContaining([
      'header',
      'table',
      'meta',
      'index',
      'code',
      'stripe',
      'blobs',
      'spare',
      'signature',
    ]),
  );
  expect(pieces.find(({ what }) => what === 'publicKey')?.bytes).toBe(32);
});

test('the pieces say what the worked example of the format page says', () => {
  const value: Record<string, unknown> = { a: 1, list: [1.5, null] };
  value['self'] = value;
  const bytes = dumps(value);
  const said = [...disassemble(bytes)].map(({ what, value: shown }) => `${what} ${shown}`);
  for (const line of [
    'group 1: values 2',
    'segment 0: kind object',
    'segment 0: key list',
    'segment 0: list: tag ref',
    'segment 1: items: form mixed',
    'segment 1: items, double 1.5',
    'names: latin1 "alistself"',
  ])
    expect(said).toContain(line);
});

test('a damaged file is refused, and a text in it reaches the terminal escaped', async () => {
  const bytes = dumps({ 'a\u001b[2J': '\u202e' });
  writeFileSync(join(folder.path, 'hostile.pkl'), bytes);
  const run = await brine(['dis', 'hostile.pkl'], { cwd: folder.path });
  expect(run.code).toBe(0);
  expect(run.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  bytes[bytes.length - 3]! ^= 1;
  writeFileSync(join(folder.path, 'damaged.pkl'), bytes);
  expect(await brine(['dis', 'damaged.pkl'], { cwd: folder.path })).toMatchObject({ code: 3 });
});

test('the page shows what is printed', async () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/commands/dis.md', import.meta.url)), 'utf8');
  const shown = /^```text\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  writeFileSync(join(folder.path, 'example.pkl'), dumps({ a: 1 }));
  const { stdout } = await brine(['dis', 'example.pkl'], { cwd: folder.path });
  // Where the section starts depends on the version of Node that is named before it.
  const plain = (text: string): string => text.replace(/^[0-9a-f]{6} /gm, '').trim();
  expect(plain(stdout.slice(stdout.indexOf('stripe 4')))).toBe(plain(shown));
  const row = JSON.parse(
    (await brine(['dis', 'example.pkl', '--json'], { cwd: folder.path })).stdout.split('\n', 1)[0] as string,
  );
  const fields = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, field, type]) => [field, type]);
  expect(Object.entries(row).map(([field, value]) => [field, typeof value])).toEqual(fields);
});
