// The machines that a page speaks of: a folder each, with a home, keys and sessions of its own, and a working directory.
//
// Each has this Node, the built `brine` and the packages that this project is developed with. `ssh` and `scp` go from one to the other; `npm install`
// looks whether what it names is what the tests have, and installs nothing; `npm uninstall` takes it from that machine.

import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BRINE, temporaryFolder } from '../../helpers/brine.js';
import { ROOT } from '../markdown.js';

const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};
// Those in scopes are tools.
const PACKAGES = Object.keys(devDependencies).filter((name) => !name.startsWith('@'));

/** Where a block runs. */
export interface Machine {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The machines of one page. */
export class Machines {
  readonly #folder = temporaryFolder();

  constructor() {
    this.#writePrograms(join(this.#folder.path, 'bin'));
  }

  /** One of them; the page's own has no name. */
  on(name: string): Machine {
    const home = join(this.#folder.path, name === '' ? 'you' : name);
    const cwd = join(home, 'work');
    const modules = join(cwd, 'node_modules');
    if (!existsSync(modules)) {
      mkdirSync(modules, { recursive: true });
      for (const each of PACKAGES) symlinkSync(join(ROOT, 'node_modules', each), join(modules, each));
      symlinkSync(ROOT, join(modules, 'brine'));
    }
    return { cwd, env: this.#env(home) };
  }

  /** A text that a machine printed, without where it lies on this one. */
  shown(text: string): string {
    return text
      .replaceAll(join(ROOT, 'node_modules'), '/…/node_modules')
      .replaceAll(this.#folder.path, '/home');
  }

  remove(): void {
    this.#folder.remove();
  }

  #env(home: string): Record<string, string> {
    return {
      HOME: home,
      BRINE_HOME: join(home, '.config/brine'),
      XDG_STATE_HOME: join(home, '.local/state'),
      PATH: `${join(this.#folder.path, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      MACHINES: this.#folder.path,
      LC_ALL: 'C.UTF-8',
      BRINE_HISTORY: '',
      BRINE_AUTOSAVE: 'on',
      BRINE_SAVE_ON_EXIT: 'ask',
    };
  }

  #writePrograms(folder: string): void {
    mkdirSync(folder);
    const write = (name: string, ...lines: readonly string[]): void => {
      writeFileSync(join(folder, name), ['#!/usr/bin/env bash', ...lines, ''].join('\n'));
      chmodSync(join(folder, name), 0o755);
    };
    symlinkSync(process.execPath, join(folder, 'node'));
    write('brine', `exec node ${JSON.stringify(BRINE)} "$@"`);
    write(
      'ssh',
      'home="$MACHINES/$1"; shift; mkdir -p "$home/work"; cd "$home/work"',
      'HOME="$home" BRINE_HOME="$home/.config/brine" XDG_STATE_HOME="$home/.local/state" exec bash -c "$*"',
    );
    write('scp', 'to="$MACHINES/${2%%:*}/work"; mkdir -p "$to"; cp "$1" "$to/${2#*:}"');
    write('npm', `exec node ${JSON.stringify(join(folder, 'npm.mjs'))} "$@"`);
    writeFileSync(join(folder, 'npm.mjs'), NPM.replace('ROOT', JSON.stringify(ROOT)));
  }
}

const NPM = `import { readFileSync, unlinkSync } from 'node:fs';
const [command, ...names] = process.argv.slice(2);
if (command === 'uninstall') for (const name of names.splice(0)) unlinkSync('node_modules/' + name);
else if (command !== 'install') throw new Error('only npm install and uninstall are known here');
for (const name of names.filter((word) => !word.startsWith('-'))) {
  const [, bare, version] = /^(.[^@]*)(?:@(.*))?$/.exec(name);
  const installed = JSON.parse(readFileSync(ROOT + '/node_modules/' + bare + '/package.json', 'utf8')).version;
  if (version !== undefined && version !== installed) throw new Error(name + ' is not the tested ' + installed);
}
`;
