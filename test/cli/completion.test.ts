// Goal: the scripts of `brine completion` complete commands, options, choices and files, in the shells themselves.
// Method: bash runs the function on words as it would after Tab; zsh and fish are asked in their own way where they are installed,
// and are otherwise passed over with a word.

import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: {} };
const script: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    script[shell] = (await commandLine(['completion', shell], here)).stdout;
    writeFileSync(join(folder.path, `brine.${shell}`), script[shell]);
  }
  writeFileSync(join(folder.path, 'my work.pkl'), '');
});
const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

function bash(line: string): string[] {
  const words = line.split(' ');
  const program = `source brine.bash
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _brine
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', program], { cwd: folder.path, encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

test('bash', () => {
  expect(bash('brine ver')).toEqual(['verify']);
  expect(bash('brine --sa')).toEqual(['--save-on-exit']);
  expect(bash('brine --save-on-exit y')).toEqual(['yes']);
  expect(bash('brine merge --t')).toEqual(['--take', '--trust']);
  expect(bash('brine completion z')).toEqual(['zsh']);
  expect(bash('brine vars my')).toEqual(['my work.pkl']);
});

test.skipIf(!isThere('fish'))('fish', () => {
  const ask = (line: string): string[] =>
    execFileSync('fish', ['--no-config', '-c', `source brine.fish; complete -C '${line}'`], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder.path },
    })
      .trim()
      .split('\n')
      .map((each) => each.split('\t', 1)[0] as string);
  expect(ask('brine ver')).toEqual(['verify']);
  expect(ask('brine merge --t').sort()).toEqual(['--take', '--trust']);
  expect(ask('brine --save-on-exit y')).toContain('yes');
  expect(ask('brine completion z')).toEqual(['zsh']);
});

test.skipIf(!isThere('zsh'))('zsh reads its script', () => {
  const program =
    'autoload -Uz compinit && compinit -u -D && source ./brine.zsh && whence -w _brine && print $_comps[brine]';
  const run = spawnSync('zsh', ['-f', '-c', program], { cwd: folder.path, encoding: 'utf8' });
  expect({ out: run.stdout, error: run.stderr }).toEqual({ out: '_brine: function\n_brine\n', error: '' });
});

// What is typed with Tab behind it, and what stands on the line afterwards or below it.
test.skipIf(!isThere('zsh'))('zsh completes by Tab at a terminal', async () => {
  const zsh = new TerminalProgram(['-f', '-i'], {
    command: 'zsh',
    cwd: folder.path,
    env: { HOME: folder.path, PS1: '> ' },
  });
  try {
    await zsh.waitFor(/> *$/);
    zsh.type(`autoload -Uz compinit && compinit -u -D && source ./brine.zsh && echo rea''dy${KEY.enter}`);
    await zsh.waitFor(/\nready\n> *$/);
    for (const [typed, shown] of [
      ['brine ver', /> brine verify *$/],
      ['brine --save-on-exit y', /> brine --save-on-exit yes *$/],
      ['brine completion z', /> brine completion zsh *$/],
      ['brine merge --ta', /> brine merge --take *$/],
      ['brine vars my', /> brine vars my\\ work\.pkl *$/],
    ] as const) {
      zsh.type(`${typed}${KEY.tab}`);
      await zsh.waitFor(shown);
      zsh.type(KEY.ctrlC);
      await zsh.waitFor(/> *$/);
    }
  } finally {
    zsh.kill();
  }
});

test('another shell is refused with those there are', async () => {
  const { code, stderr } = await commandLine(['completion', 'csh'], here);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/bash, zsh, fish/)]);
});
