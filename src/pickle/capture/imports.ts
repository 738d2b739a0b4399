// Finds the variables that a module imports and that the module they are of may still assign to: a closure over such a one sees
// what is assigned, and comes back with a constant.
//
// Reads texts of modules that are loaded, by the specifiers that lead from one to the other. Knows nothing of values.

import { patternNames } from '../../graph/pattern-names.js';
import type { V8Session } from './inspector.js';
import type { StaticBinding } from './scopes.js';
import { parseScript, type Script, type Scripts } from './scripts.js';

/** The name of an export, and the URL of its module. */
interface Source {
  readonly url: string;
  readonly name: string;
}

/** What a module says of its imports and exports. */
interface Traffic {
  readonly script: Script;
  readonly imports: ReadonlyMap<string, Source>;
  readonly exports: ReadonlyMap<string, Source | string>;
  /** Modules whose exports it exports, too. */
  readonly stars: readonly string[];
}

const CHAIN_MAX = 32;

/** The modules of one run. */
export class Imports {
  readonly #scripts: Scripts;
  readonly #session: V8Session;

  constructor(scripts: Scripts, session: V8Session) {
    this.#scripts = scripts;
    this.#session = session;
  }

  /** The names among these variables that are imported, and that the module they are of may still assign to. */
  moving(script: Script, declared: readonly StaticBinding[]): readonly string[] {
    if (!script.isModule) return NONE;
    const imported = declared.filter(isImported);
    if (imported.length === 0) return NONE;
    const traffic = trafficOf(script);
    const moving = imported.filter(({ name }) => this.#moves(traffic?.imports.get(name), CHAIN_MAX));
    return moving.map(({ name }) => name).sort();
  }

  #moves(source: Source | undefined, left: number): boolean {
    if (source === undefined || left === 0) return false;
    const traffic = this.#module(source.url);
    if (traffic === null) return false;
    const exported = traffic.exports.get(source.name);
    if (exported === undefined)
      return traffic.stars.some((url) => this.#moves({ url, name: source.name }, left - 1));
    if (typeof exported !== 'string') return this.#moves(exported, left - 1);
    const binding = traffic.script.analysis.top.bindings.get(exported);
    if (binding === undefined) return false;
    return isImported(binding) ? this.#moves(traffic.imports.get(exported), left - 1) : binding.isAssigned;
  }

  #module(url: string): Traffic | null {
    const id = this.#session.moduleId(url);
    const script = id === undefined ? null : this.#scripts.script(id);
    return script === null ? null : trafficOf(script);
  }
}

// A script stays for the next run as long as its analysis does.
const known = new WeakMap<Script, Traffic | null>();

function trafficOf(script: Script): Traffic | null {
  let traffic = known.get(script);
  if (traffic === undefined) {
    traffic = trafficIn(script);
    known.set(script, traffic);
  }
  return traffic;
}

const NONE: readonly string[] = [];

function isImported({ kind, scope, initialisedAt }: StaticBinding): boolean {
  return kind === 'const' && scope.kind === 'top' && initialisedAt === 0;
}

function trafficIn(script: Script): Traffic | null {
  const program: any = parseScript(script.analysis.source, true);
  if (program === null) return null;
  const imports = new Map<string, Source>();
  const exports = new Map<string, Source | string>();
  const stars: string[] = [];
  for (const node of program.body) {
    const url = node.source ? urlFrom(script.url, node.source.value) : null;
    switch (node.type) {
      case 'ImportDeclaration':
        if (url === null) break;
        for (const { local, imported, type } of node.specifiers)
          if (type !== 'ImportNamespaceSpecifier')
            imports.set(local.name, { url, name: imported ? nameOf(imported) : 'default' });
        break;
      case 'ExportAllDeclaration':
        if (url !== null && node.exported === null) stars.push(url);
        break;
      case 'ExportDefaultDeclaration':
        if (node.declaration.id) exports.set('default', node.declaration.id.name);
        break;
      case 'ExportNamedDeclaration':
        for (const { local, exported } of node.specifiers) {
          if (!node.source) exports.set(nameOf(exported), nameOf(local));
          else if (url !== null) exports.set(nameOf(exported), { url, name: nameOf(local) });
        }
        for (const name of declaredBy(node.declaration)) exports.set(name, name);
    }
  }
  return { script, imports, exports, stars };
}

// A variable is the module's own under its own name, whatever patterns it was declared in.
function declaredBy(declaration: any): string[] {
  if (declaration === null || declaration === undefined) return [];
  if (declaration.type !== 'VariableDeclaration') return [declaration.id.name];
  return declaration.declarations.flatMap(({ id }: any) => patternNames(id));
}

function nameOf(node: any): string {
  return node.type === 'Literal' ? node.value : node.name;
}

// Only files: what another specifier leads to, loaders decide.
function urlFrom(base: string, specifier: string): string | null {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return null;
  try {
    return new URL(specifier, base).href;
  } catch {
    return null;
  }
}
