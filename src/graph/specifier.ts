// Which module specifiers may stand in a graph: names of packages and of Node's modules, which mean the same in every
// folder that has them installed. Never a path or a URL: such a name would be code that the file brings.

/** True for a bare package specifier or a `node:` module. */
export function isPackageSpecifier(specifier: string): boolean {
  if (specifier.startsWith('node:')) return true;
  return /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[^\\]*)?$/.test(specifier) && !specifier.split('/').includes('..');
}
