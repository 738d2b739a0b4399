// Runs the built `brine` in a process of its own.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program under test. */
export const BRINE = fileURLToPath(
  new URL(`../../${process.env['BRINE_DIST'] ?? 'dist'}/cli/main.js`, import.meta.url),
);

/** What a run left. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Runs `brine` with arguments and an input until it ends. */
export function brine(
  parameters: readonly string[],
  options: {
    readonly input?: string;
    readonly cwd?: string;
    readonly node?: string;
    readonly env?: Record<string, string>;
  } = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...environment } = process.env;
    const child = spawn(options.node ?? process.execPath, [BRINE, ...parameters], {
      cwd: options.cwd ?? tmpdir(),
      env: { ...environment, LC_ALL: 'C.UTF-8', BRINE_HISTORY: '', ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs `brine` on piped input. */
export function pipe(input: string, options: Parameters<typeof brine>[1] = {}): Promise<Run> {
  return brine([], { ...options, input });
}

/** A folder that is removed by `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'brine-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
