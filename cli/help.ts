// What `--help` says behind the options: examples, exit codes, and the page that says more.

import process from 'node:process';
import type { Command } from 'commander';
import { displayName } from './display-name.js';
import { wrappedRow, wrappedTable, wrapText } from './format.js';

/** What the help of a command adds. */
export interface HelpPage {
  /** The command; the empty name is `brine` itself. */
  readonly name: string;
  /** Lines that can be typed, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** Exit codes with what they mean. */
  readonly exits: readonly (readonly [code: number, what: string])[];
  /** The page in docs/commands; default: none. */
  readonly page?: string;
}

const USAGE = [2, 'the command was called wrongly'] as const;
const REFUSED = [3, 'the file is damaged, no snapshot, or not trusted'] as const;
const FAILED = [1, 'it could not be done'] as const;
const OK = [0, 'done'] as const;
const CODE = [
  [0, 'done'],
  [1, 'the code threw, or saving failed'],
  USAGE,
  [3, 'the snapshot to load was refused'],
  [4, 'something was lost, and nothing may be (--strict)'],
] as const;

/** One for each command. */
export const HELP: readonly HelpPage[] = [
  {
    name: '',
    examples: [
      ['brine', 'open the prompt'],
      ['brine work.pkl', 'open it with a snapshot loaded'],
      ["printf 'let a = 1\\n.save work.pkl\\n' | brine", 'run lines from a pipe'],
      ['brine work.pkl --data', 'look at the values of a file that nobody vouches for'],
    ],
    exits: [
      [0, 'left, or the piped input ran'],
      [1, 'piped input: a cell or a command failed'],
      USAGE,
      [3, 'a snapshot was refused: damaged, or not trusted'],
      [4, 'something was lost, and nothing may be (--strict)'],
      [130, 'ended by Ctrl-C'],
    ],
  },
  {
    name: 'run',
    examples: [
      ['brine run build.ts --save out.pkl', 'run a program and keep what it made'],
      ['brine run report.mjs --load out.pkl', 'run one with a snapshot loaded first'],
      ['brine run build.ts --json', 'print a line of JSON on what came of it'],
    ],
    exits: CODE,
    page: 'run.md',
  },
  {
    name: 'eval',
    examples: [
      ["brine eval '6 * 7'", 'print 42'],
      ["brine eval 'users.length' --load work.pkl", 'ask a snapshot'],
      ["brine eval 'rate = 2' --load work.pkl --save work.pkl", 'change one'],
      ["brine eval '[1n, 2n]' --json", 'print the value as JSON'],
      ["brine eval 'input.length' --input value.pkl", 'ask a value that --dump or dump() wrote'],
    ],
    exits: CODE,
    page: 'eval.md',
  },
  {
    name: 'vars',
    examples: [
      ['brine vars work.pkl', 'print a table'],
      ['brine vars work.pkl --json', 'print JSON'],
    ],
    exits: [OK, FAILED, USAGE, REFUSED],
    page: 'vars.md',
  },
  {
    name: 'inspect',
    examples: [
      ['brine inspect work.pkl', 'who made it, what it holds, which code'],
      ['brine inspect work.pkl --code', 'print all code of it in full'],
      ['brine inspect large.pkl --all --json', 'look into all of a large file'],
    ],
    exits: [OK, FAILED, USAGE, REFUSED],
    page: 'inspect.md',
  },
  {
    name: 'key',
    examples: [
      ['brine key', 'print your public key'],
      ['brine key --json', 'print JSON'],
    ],
    exits: [OK, [1, 'the key cannot be read or made'], USAGE],
    page: 'key.md',
  },
  {
    name: 'sign',
    examples: [['brine sign work.pkl', 'sign it with your key']],
    exits: [OK, FAILED, USAGE, REFUSED],
    page: 'sign.md',
  },
  {
    name: 'trust',
    examples: [
      ['brine trust', 'list who is trusted'],
      ['brine trust theirs.pkl Ada', 'trust whoever signed this file, and call them Ada'],
      ['brine trust theirs.pkl --remove', 'trust them no more'],
    ],
    exits: [OK, [1, 'nobody to trust: no signature, or not trusted before'], USAGE, REFUSED],
    page: 'trust.md',
  },
  {
    name: 'verify',
    examples: [
      ['brine verify work.pkl', 'check every byte, and whose it is'],
      ['brine verify work.pkl --load', 'load it in a process of its own and compare'],
      ['brine verify work.pkl --replay', 'run its inputs again and compare'],
    ],
    exits: [
      [0, 'undamaged, and yours or of somebody whom you trust'],
      FAILED,
      USAGE,
      [3, 'damaged, or of nobody whom you trust'],
      [4, 'with --load or --replay: something comes back otherwise'],
    ],
    page: 'verify.md',
  },
  {
    name: 'repair',
    examples: [
      ['brine repair work.pkl', 'write work.repaired.pkl with what survives'],
      ['brine repair work.pkl --in-place', 'put that in its place, and keep the damaged one'],
    ],
    exits: [
      [0, 'nothing is lost'],
      [1, 'the new file could not be written'],
      USAGE,
      [3, 'nothing survives'],
      [4, 'something is lost'],
    ],
    page: 'repair.md',
  },
  {
    name: 'why',
    examples: [
      ['brine why work.pkl', 'everything that the file does not have'],
      ['brine why work.pkl db.pool --json', 'one value'],
    ],
    exits: [
      [0, 'nothing is missing'],
      [1, 'there is no such name'],
      USAGE,
      REFUSED,
      [4, 'something is missing'],
    ],
    page: 'why.md',
  },
  {
    name: 'size',
    examples: [
      ['brine size work.pkl', 'the largest names'],
      ['brine size work.pkl cfg.cache', 'what takes the space in one value'],
    ],
    exits: [OK, [1, 'there is no such name'], USAGE, REFUSED],
    page: 'size.md',
  },
  {
    name: 'deps',
    examples: [['brine deps work.pkl train', 'what the function captures and names']],
    exits: [OK, [1, 'there is no such function'], USAGE, REFUSED],
    page: 'deps.md',
  },
  {
    name: 'path',
    examples: [['brine path work.pkl app db', 'how db is reached from app']],
    exits: [OK, [1, 'there is no way, or no such name'], USAGE, REFUSED],
    page: 'path.md',
  },
  {
    name: 'retains',
    examples: [['brine retains work.pkl cache', 'who holds it, and what would go with it']],
    exits: [OK, [1, 'there is no such name'], USAGE, REFUSED],
    page: 'retains.md',
  },
  {
    name: 'origin',
    examples: [['brine origin work.pkl model', 'the input that made the name']],
    exits: [OK, [1, 'there is no such name'], USAGE, REFUSED],
    page: 'origin.md',
  },
  {
    name: 'trace',
    examples: [['brine trace work.pkl', 'where the bytes of each name are']],
    exits: [OK, FAILED, USAGE, REFUSED],
    page: 'trace.md',
  },
  {
    name: 'diff',
    examples: [
      ['brine diff monday.pkl tuesday.pkl', 'everything that differs'],
      ['brine diff monday.pkl tuesday.pkl cfg', 'in one name'],
    ],
    exits: [
      [0, 'nothing differs'],
      [1, 'something differs'],
      [2, 'it cannot be said'],
    ],
    page: 'diff.md',
  },
  {
    name: 'dis',
    examples: [['brine dis work.pkl', 'name every byte']],
    exits: [OK, FAILED, USAGE, REFUSED],
    page: 'dis.md',
  },
  {
    name: 'export',
    examples: [
      ['brine export work.pkl notes.html', 'a page that anybody can open'],
      ['brine export work.pkl notes.ipynb --no-outputs', 'a notebook without what the cells showed'],
      ['brine export work.pkl again.mjs', 'a program: node again.mjs'],
      ['brine export work.pkl ada.pkl --share --note "see scores"', 'a snapshot for others, signed by you'],
    ],
    exits: [
      OK,
      [1, 'the file cannot be written, or no export made it'],
      USAGE,
      [3, 'damaged, refused, or with --share: not yours, or with a secret'],
    ],
    page: 'export.md',
  },
  {
    name: 'merge',
    examples: [
      ['brine merge mine.pkl theirs.pkl both.pkl', 'when no name differs'],
      ['brine merge mine.pkl theirs.pkl both.pkl --take a', "mine.pkl's where they do"],
      ['brine merge mine.pkl theirs.pkl both.pkl --take a --take cfg=b', 'but cfg of theirs.pkl'],
      ['brine merge mine.pkl theirs.pkl both.pkl --dry-run --json', 'list the conflicts'],
    ],
    exits: [
      OK,
      [1, 'names differ and nobody decided, or the target exists; nothing was written'],
      USAGE,
      REFUSED,
    ],
    page: 'merge.md',
  },
  {
    name: 'copy',
    examples: [
      ['brine copy work.pkl redis://localhost/work', 'into Redis'],
      ['brine copy sqlite:lab.db#work@2 old.pkl', 'one of the saves in a database'],
      ['brine copy https://host/work.pkl s3://lab/work.pkl', 'from anywhere to anywhere'],
    ],
    exits: [
      OK,
      [1, 'a place cannot be read or written, or the target exists'],
      USAGE,
      [3, 'the source is no snapshot'],
    ],
    page: 'copy.md',
  },
  {
    name: 'convert',
    examples: [
      ['brine convert work.pkl work.json', 'the plain data of a snapshot'],
      ['brine convert data.json work.pkl', 'a name for each key'],
      ['brine convert model.pickle model.pkl --as model', 'a Python pickle under one name'],
      ['brine convert work.pkl secret.pkl --encrypt', 'with the passphrase in BRINE_PASSPHRASE'],
    ],
    exits: [
      [0, 'the target has everything, as it was'],
      [1, 'it could not be done, or the target exists'],
      USAGE,
      [3, 'the source is damaged, or nothing that brine reads'],
      [4, 'written, and something is left out or became something else'],
    ],
    page: 'convert.md',
  },
  {
    name: 'sessions',
    examples: [
      ['brine sessions', 'all of them'],
      ['brine sessions work --json', 'the saves of one'],
    ],
    exits: [OK, [1, 'there is no such session']],
    page: 'sessions.md',
  },
  {
    name: 'worker',
    examples: [
      ['brine worker --queue redis://10.0.0.5:6379', 'work for whoever sends tasks there, and is trusted'],
      [
        'brine worker --queue redis://10.0.0.5:6379#lab --workers 4',
        'four tasks at a time, of a queue of its own',
      ],
      ['brine worker --load work.pkl', 'begin with a session, for the cluster in BRINE_CLUSTER'],
    ],
    exits: [[0, 'ended by Ctrl-C or SIGTERM, after the tasks that it was on'], FAILED, USAGE],
    page: 'worker.md',
  },
  {
    name: 'gc',
    examples: [
      ['brine gc --dry-run', 'say what would go'],
      ['brine gc --keep 2', 'keep the newest two saves of each session'],
      ['brine gc ~/work ~/data', 'look there for files of killed saves, too'],
      ['brine gc --unsaved-older-than 90', 'unsaved work of three months ago, too'],
    ],
    exits: [OK, [1, 'something could not be removed'], USAGE],
    page: 'gc.md',
  },
  {
    name: 'serve',
    examples: [
      ['brine serve', 'requests on the input, answers and events on the output'],
      ['brine serve work.pkl', 'begin with a snapshot'],
      ['brine serve theirs.pkl --data', 'with the values of a file that nobody vouches for'],
    ],
    exits: [
      [0, 'the input ended, or it was told to shut down'],
      [1, 'the evaluating process could not be started'],
      USAGE,
      [3, 'the snapshot to begin with was refused'],
    ],
    page: 'serve.md',
  },
  {
    name: 'jupyter',
    examples: [
      ['brine jupyter install', 'make it known to Jupyter, for you'],
      ['brine jupyter install --prefix .venv', 'in a virtual environment'],
      ['brine jupyter uninstall', 'take that back'],
      ['brine jupyter kernel kernel-1.json', 'what Jupyter runs'],
    ],
    exits: [OK, [1, 'zeromq is not installed, the kernel there is another, or no connection file'], USAGE],
    page: 'jupyter.md',
  },
  {
    name: 'config',
    examples: [
      ['brine config', 'every setting, its value, and where it was said'],
      ['brine config --json', 'as JSON'],
      ['brine --save-on-exit yes config', 'with a flag of the prompt'],
    ],
    exits: [OK, [2, 'a file or a variable says something that is not allowed']],
    page: 'config.md',
  },
  {
    name: 'doctor',
    examples: [
      ['brine doctor', 'is everything there, and what is to be fixed'],
      ['brine doctor --json', 'for a report of a bug'],
    ],
    exits: [
      [0, 'everything works here'],
      [1, 'something does not'],
    ],
    page: 'doctor.md',
  },
  {
    name: 'completion',
    examples: [
      ['eval "$(brine completion bash)"', 'in ~/.bashrc'],
      ['eval "$(brine completion zsh)"', 'in ~/.zshrc, behind compinit'],
      ['brine completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    exits: [OK, USAGE],
    page: 'completion.md',
  },
];

/** Adds to a program and its commands what {@link HELP} says of them. */
export function addHelp(program: Command): void {
  for (const command of [program, ...program.commands]) {
    // Commander wraps nothing where there is little room.
    command.configureHelp({
      formatItem: (term, widest, description, { helpWidth }) =>
        wrappedRow(`  ${term}`, description, { widest: widest + 2, columns: helpWidth ?? COLUMNS }),
      subcommandTerm: (subcommand) => subcommand.name(),
      styleUsage: (usage) => {
        const { isTTY, columns } = process.stdout;
        return wrapWith(usage.split(' '), (isTTY ? columns : COLUMNS) - USAGE_TITLE.length).join(
          `\n${' '.repeat(USAGE_TITLE.length)}`,
        );
      },
    });
    const page = HELP.find(({ name }) => name === (command === program ? '' : command.name()));
    if (page === undefined) continue;
    command.addHelpText('after', () => {
      const { isTTY, columns } = process.stdout;
      return helpText(page, isTTY ? columns : COLUMNS);
    });
  }
}

/** What commander writes before the usage. */
const USAGE_TITLE = 'Usage: ';
/** The width of what goes to no terminal. */
const COLUMNS = 80;

function helpText({ examples, exits, page }: HelpPage, columns: number): string {
  const lines = examples.map(([line, what]) => [`  ${typed(line, columns - 2)}`, what]);
  return [
    '',
    'Examples:',
    wrappedTable(lines, columns),
    '',
    'Exit codes:',
    ...exits.map(([code, what]) => wrapText(`  ${String(code).padStart(3)}  `, what, columns)),
    ...(page === undefined ? [] : ['', `More: docs/commands/${page}`]),
  ].join('\n');
}

// A line that is too long goes on below, in the way that a shell understands.
function typed(line: string, columns: number): string {
  const words = displayName(line).match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return wrapWith(words, columns - 4).join(' \\\n    ');
}

function wrapWith(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}
