// Scripts that complete brine's command line in bash, zsh and fish, made of the tree of commands itself, so that they cannot say
// something else. Files are completed by the shell.
//
// Pure. Words of the tree are brine's own; they are quoted all the same.

import type { Command, Option } from 'commander';

/** A shell that there is a script for. */
export type ShellName = 'bash' | 'zsh' | 'fish';

interface Entry {
  readonly name: string;
  readonly what: string;
  readonly options: readonly Option[];
  /** Words that its first argument takes, where these are few. */
  readonly choices: readonly string[];
}

/** The script for a shell. */
export function completionScript(shell: ShellName, program: Command): string {
  const root = entryOf(program);
  const entries = program.commands.map(entryOf);
  switch (shell) {
    case 'bash':
      return bash(root, entries);
    case 'zsh':
      return zsh(root, entries);
    case 'fish':
      return fish(root, entries);
  }
}

function entryOf(command: Command): Entry {
  return {
    name: command.name(),
    what: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden), ...helpOf(command)],
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
}

function helpOf(command: Command): Option[] {
  return [command.createOption('-h, --help', 'print this help')];
}

function flagsOf({ options }: Entry): string[] {
  return options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const HOW = {
  bash: 'eval "$(brine completion bash)"',
  zsh: 'eval "$(brine completion zsh)"',
  fish: 'brine completion fish | source',
} as const;

function head(shell: ShellName): string[] {
  return [`# Completes brine in ${shell}. In the shell's start-up file: ${HOW[shell]}`];
}

const valued = ({ options }: Entry): readonly (readonly [string, readonly string[]])[] =>
  options.flatMap(({ long, argChoices }) =>
    long !== undefined && argChoices !== undefined ? [[long, argChoices] as const] : [],
  );

function bash(root: Entry, entries: readonly Entry[]): string {
  const answers = [root, ...entries].flatMap(valued);
  return [
    ...head('bash'),
    '_brine() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" index',
    '  COMPREPLY=()',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    `    case "\${COMP_WORDS[index]}" in ${entries.map(({ name }) => name).join('|')}) command="\${COMP_WORDS[index]}"; break ;; esac`,
    '  done',
    '  case "$before" in',
    ...answers.map(
      ([flag, words]) =>
        `    ${flag}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$word")); return ;;`,
    ),
    '  esac',
    '  case "$command" in',
    ...entries.map(
      (entry) => `    ${entry.name}) words=${quoted([...flagsOf(entry), ...entry.choices].join(' '))} ;;`,
    ),
    `    *) words=${quoted([...entries.map(({ name }) => name), ...flagsOf(root)].join(' '))} ;;`,
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "  local IFS=$'\\n'",
    '  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))',
    '}',
    'complete -o filenames -F _brine brine',
  ].join('\n');
}

function zsh(root: Entry, entries: readonly Entry[]): string {
  const spec = ({ long, short, description, argChoices, flags }: Option): string => {
    const value = /[<[]/.test(flags)
      ? `:value:${argChoices === undefined ? '_files' : `(${argChoices.join(' ')})`}`
      : '';
    const text = description.replace(/[[\]:\\]/g, '\\$&');
    return [short, long]
      .filter((flag) => flag !== undefined)
      .map((flag) => quoted(`${flag}[${text}]${value}`))
      .join(' ');
  };
  const specs = (entry: Entry): string => entry.options.map(spec).join(' ');
  return [
    '#compdef brine',
    ...head('zsh'),
    '_brine() {',
    '  local -a commands',
    '  local command=""',
    '  commands=(',
    ...entries.map(({ name, what }) => `    ${quoted(`${name}:${what}`)}`),
    '  )',
    '  local index',
    '  for ((index = 2; index < CURRENT; index++)); do',
    `    case "\${words[index]}" in ${entries.map(({ name }) => name).join('|')}) command="\${words[index]}"; break ;; esac`,
    '  done',
    '  case "${words[CURRENT - 1]}" in',
    ...[root, ...entries]
      .flatMap(valued)
      .map(([flag, answers]) => `    ${flag}) compadd -- ${answers.join(' ')}; return ;;`),
    '  esac',
    '  case "$command" in',
    ...entries.map((entry) =>
      entry.choices.length > 0
        ? `    ${entry.name}) _arguments ${specs(entry)} '1:command:(${entry.name})' '*:choice:(${entry.choices.join(' ')})' ;;`
        : `    ${entry.name}) _arguments ${specs(entry)} '*:file:_files' ;;`,
    ),
    `    *) if [[ "\${words[CURRENT]}" == -* ]]; then _arguments ${specs(root)}; else _describe command commands; _files; fi ;;`,
    '  esac',
    '}',
    'compdef _brine brine',
  ].join('\n');
}

function fish(root: Entry, entries: readonly Entry[]): string {
  const names = entries.map(({ name }) => name).join(' ');
  const line = (condition: string, { short, long, description, argChoices, flags }: Option): string =>
    [
      `complete -c brine -n ${quoted(condition)}`,
      ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
      ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
      ...(/[<[]/.test(flags) ? ['-r'] : []),
      ...(argChoices === undefined ? [] : [`-f -a ${quoted(argChoices.join(' '))}`]),
      `-d ${quoted(description)}`,
    ].join(' ');
  const top = `not __fish_seen_subcommand_from ${names}`;
  return [
    ...head('fish'),
    ...entries.map(({ name, what }) => `complete -c brine -n ${quoted(top)} -a ${name} -d ${quoted(what)}`),
    ...root.options.map((option) => line(top, option)),
    ...entries.flatMap((entry) => {
      const condition = `__fish_seen_subcommand_from ${entry.name}`;
      return [
        ...(entry.choices.length > 0
          ? [`complete -c brine -n ${quoted(condition)} -f -a ${quoted(entry.choices.join(' '))}`]
          : []),
        ...entry.options.map((option) => line(condition, option)),
      ];
    }),
  ].join('\n');
}
