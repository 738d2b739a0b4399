// Goal: every command and every option is described, and every command's help has examples that can be typed, and exit codes.
// Method: the tree of commands is walked; the words of each example are looked up in it.

import type { Command } from 'commander';
import { beforeAll, expect, test } from 'vitest';
import { flagRows } from '../../cli/commands/flag-help.js';
import { HELP } from '../../cli/help.js';
import { temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';

Reflect.set(globalThis, '__BRINE_VERSION__', '0.0.0');
let program: Command;
beforeAll(async () => {
  const { programOf } = await import('../../cli/arguments.js');
  program = programOf();
});
const nameOf = (command: Command): string => (command === program ? '' : command.name());

test('every command has a page of help, and nothing else has', () => {
  const names = [program, ...program.commands].map(nameOf);
  expect(HELP.map(({ name }) => name).sort()).toEqual(names.sort());
});

test('every command, argument and option says what it is', () => {
  const unsaid = [program, ...program.commands].flatMap((command) => [
    ...(command.description() === '' ? [nameOf(command)] : []),
    ...command.options
      .filter(({ description, hidden }) => description === '' && !hidden)
      .map(({ flags }) => `${nameOf(command)} ${flags}`),
  ]);
  expect(unsaid).toEqual([]);
});

test('examples use commands and options that exist', () => {
  const wrong: string[] = [];
  for (const { name, examples, exits } of HELP) {
    expect(examples.length, name).toBeGreaterThan(0);
    expect(exits[0]?.[0], name).toBe(0);
    for (const [line] of examples) {
      const words = line
        .replace(/^.*\| (?=brine)|^eval "\$\(|\)"$| \| source$/g, '')
        .replace(/'[^']*'/g, 'quoted')
        .split(' ');
      const command = program.commands.find((one) => words.includes(one.name())) ?? program;
      const flags = [command, program].flatMap(({ options }) =>
        options.flatMap(({ short, long }) => [short, long]),
      );
      if (words[0] !== 'brine' || nameOf(command) !== name) wrong.push(line);
      wrong.push(...words.filter((word) => word.startsWith('-') && !flags.includes(word)));
    }
  }
  expect(wrong).toEqual([]);
});

test('`.help` explains every flag of every command at the prompt, and none that there is not', async () => {
  const { COMMANDS } = await import('../../cli/commands/index.js');
  for (const { name, flags, valued = [] } of COMMANDS) {
    const explained = flagRows(name, flags).map(([flag]) => /--([a-z-]+)/.exec(flag as string)?.[1]);
    expect([name, [...new Set(explained)].sort()]).toEqual([
      name,
      [...new Set([...flags, ...valued])].sort(),
    ]);
  }
});

test('it is printed', async () => {
  const folder = temporaryFolder();
  const { stdout, code } = await commandLine(['merge', '--help'], { cwd: folder.path, env: {} });
  folder.remove();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /Examples:\n {2}brine merge[\s\S]*Exit codes:\n {4}0 {2}done\n[\s\S]*docs\/commands\/merge\.md/,
  );
});

test('at 40 columns no line of any help is longer, and the usage goes on under itself', () => {
  const { isTTY, columns } = process.stdout;
  Object.assign(process.stdout, { isTTY: true, columns: 40 });
  try {
    for (const command of [program, ...program.commands]) {
      let text = '';
      command.configureOutput({
        writeOut: (part) => {
          text += part;
        },
        getOutHelpWidth: () => 40,
      });
      command.outputHelp();
      const usage = /^Usage: (.*(?:\n {7}\S.*)*)\n\n/.exec(text)?.[1];
      expect(usage?.split(/\s+/).join(' '), text).toBe(command.createHelp().commandUsage(command));
      expect(text, nameOf(command)).toMatch(/^[\n -~]*$/);
      // What has no blank cannot be broken.
      const long = text.split('\n').filter((line) => line.length > 40 && /\S\s+\S/.test(line));
      expect(long, nameOf(command)).toEqual([]);
    }
  } finally {
    Object.assign(process.stdout, { isTTY, columns });
  }
});

test('an unknown command or option gets the nearest one', async () => {
  const folder = temporaryFolder();
  const here = { cwd: folder.path, env: {} };
  const option = await commandLine(['merge', 'a', 'b', 'c', '--tak', 'a'], here);
  expect([option.code, option.stderr]).toEqual([2, expect.stringContaining('--take')]);
  const command = await commandLine(['inspekt', 'work.pkl'], here);
  expect([command.code, command.stderr]).toEqual([
    2,
    expect.stringMatching(/no command inspekt[\s\S]*inspect/),
  ]);
  const word = await commandLine(['verifi'], here);
  expect([word.code, word.stderr]).toEqual([2, expect.stringMatching(/verifi[\s\S]*verify/)]);
  folder.remove();
});
