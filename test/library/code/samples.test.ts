// Goal: every construct of functions, closures, classes and generators comes back as it was, or a tombstone says why not.
// Method: each sample is made at the prompt, in a CommonJS module, in an ES module, and in both kinds of a package in
// node_modules that is saved by value and gone afterwards; saved; loaded in another process, saved there again; loaded in a
// third one. In all three its value is looked at, and gives what the language says.
// Many samples are saved in one snapshot, as a session has many values; `BRINE_CODE_TOGETHER=1` saves each by itself, which
// takes minutes. A process takes a part of them, since the smaller its heap, the less a heap snapshot takes.
// In every run each sample is made in one of the five ways, in the long run in all.
// `BRINE_CODE_NODES=20,22,24,26` takes another Node for each step, in every order of two that the list gives.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';
import { findNode } from '../../helpers/nodes.js';
import { isTorture } from '../../helpers/torture.js';
// @ts-expect-error: a table in plain JavaScript, which programs of their own import too
import { kindOf, SAMPLES, WAYS } from './samples.mjs';
// @ts-expect-error: the same
import { WALK } from './specification.mjs';

interface Sample {
  readonly topic: string;
  readonly name: string;
  readonly want: unknown;
  readonly wantHere?: unknown;
  readonly lost?: string;
  readonly lostPart?: string;
}

interface Line {
  readonly number: number;
  readonly got?: unknown;
  readonly losses?: readonly string[];
  readonly problem?: string;
}

const samples = SAMPLES as readonly Sample[];
const ways = WAYS as readonly string[];
const run = promisify(execFile);
const program = fileURLToPath(new URL('./run-samples.mjs', import.meta.url));
const A_PROCESS = 80;
const TOGETHER = process.env['BRINE_CODE_TOGETHER'] ?? String(A_PROCESS);
const majors = (process.env['BRINE_CODE_NODES'] ?? '').split(',').filter((major) => major !== '');
const pairs =
  majors.length === 0
    ? [[process.execPath, process.execPath]]
    : majors.flatMap((one) => majors.map((other) => [nodeOf(one), nodeOf(other)]));

function nodeOf(major: string): string {
  const node = findNode(Number(major));
  if ('missing' in node) throw new Error(node.missing);
  return node.path;
}

/** Where the parts begin that are made in a way. */
function partsOf(way: string): number[] {
  const all = Array.from({ length: Math.ceil(samples.length / A_PROCESS) }, (_, part) => part * A_PROCESS);
  if (isTorture || majors.length > 0) return all;
  return all.filter((_, part) => part % ways.length === ways.indexOf(way));
}

let library: LibraryBundle;
beforeAll(async () => {
  library = await bundleLibrary();
});
afterAll(() => library.remove());

// Undefined is null in JSON, on both sides.
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** What is wrong with a line, or undefined. */
function wrongIn(
  step: string,
  sample: Sample,
  { got, losses = [], problem }: Line,
  way: string,
): string | undefined {
  const want = step === 'make' ? (sample.wantHere ?? sample.want) : sample.want;
  const isRight = problem === undefined && JSON.stringify(plain(got)) === JSON.stringify(plain(want));
  const shown =
    problem ?? `got ${JSON.stringify(got)}, want ${JSON.stringify(want)}, losses: ${losses.join('; ')}`;
  // `module` of a CommonJS module is the one wrapper variable that stays behind; only a direct eval reaches it unnamed.
  const real = losses.filter((loss) => !(kindOf(way) === 'common' && loss.includes('captures module:')));
  const lost = sample.lost ?? sample.lostPart;
  if (lost === undefined) return isRight && real.length === 0 ? undefined : shown;
  if (step === 'make') {
    const isTold = real.length > 0 && real.every((loss) => loss.includes(lost));
    return isRight && isTold ? undefined : shown;
  }
  if (sample.lost === undefined) return isRight && real.length === 0 ? undefined : shown;
  return problem?.startsWith('TombstoneError') === true ? undefined : shown;
}

it('every construct of the walk through the specification has its samples', () => {
  const missing = (WALK as string[][]).flatMap(([clause, construct, ...names]) =>
    names
      .filter((name) => !samples.some((sample) => sample.name.startsWith(name)))
      .map((name) => `${clause} ${construct}: ${name}`),
  );
  expect(missing).toEqual([]);
});

describe.each(pairs)('saved by %s, loaded by %s', (saver, loader) => {
  it.each(ways)(
    'code made in the way of a %s comes back, also the second time',
    async (way) => {
      const folder = mkdtempSync(join(tmpdir(), 'brine-code-'));
      const wrong: string[] = [];
      let looks = 0;
      try {
        for (const [step, node] of [
          ['make', saver],
          ['load', loader],
          ['reload', saver],
        ] as const) {
          for (const from of partsOf(way)) {
            const args = [program, library.url, folder, step, way, String(from), String(A_PROCESS), TOGETHER];
            const { stdout } = await run(node as string, args, { maxBuffer: 1 << 26, timeout: 300_000 });
            for (const text of stdout.trim().split('\n')) {
              const line = JSON.parse(text) as Line;
              const sample = samples[line.number] as Sample;
              const problem = wrongIn(step, sample, line, way);
              if (problem !== undefined) wrong.push(`${step}, ${sample.topic}, ${sample.name}: ${problem}`);
              looks++;
            }
          }
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
      expect(wrong).toEqual([]);
      expect(looks).toBeGreaterThan(A_PROCESS);
    },
    600_000,
  );
});
