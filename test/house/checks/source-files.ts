// What every check of the house takes: texts by path, as data, so that a check can be tried on a small sample.

import fs from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Texts by their path from the project's root, with `/`. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Makes the texts of a sample from a plain object. */
export function sample(texts: Readonly<Record<string, string>>): SourceFiles {
  return new Map(Object.entries(texts));
}

/** Reads every file of some folders whose name ends in one of the endings. */
export function readSourceFiles(
  root: string,
  folders: readonly string[],
  endings: readonly string[],
): SourceFiles {
  const files = new Map<string, string>();
  const pending = folders.filter((folder) => fs.existsSync(join(root, folder)));
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of fs.readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) pending.push(path);
      if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) {
        files.set(path, fs.readFileSync(join(root, path), 'utf8'));
      }
    }
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git']);

const parsed = new Map<string, ts.SourceFile>();

/** The syntax tree of a file, with parents. Most checks ask for those of all files. */
export function parse(path: string, text: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known?.text === text) return known;
  const source = parseAnew(path, text);
  parsed.set(path, source);
  return source;
}

function parseAnew(path: string, text: string): ts.SourceFile {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
}

/** Visits a node and everything in it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  const pending = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    visit(next);
    ts.forEachChild(next, (child) => void pending.push(child));
  }
}

/** `path:line` of a node, for messages. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
