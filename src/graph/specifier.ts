// Which module specifiers may stand in a graph: names of packages and of Node's modules, which mean the same in every
// folder that has them installed. Never a path or a URL: such a name would be code that the file brings.

/** How the module of a reference is loaded: packages by their name, the user's own files by their path. */
export type ModuleSpace = (typeof MODULE_SPACES)[number];

const MODULE_SPACES = ['import', 'require', 'importFile', 'requireFile'] as const;

/** True for the space of a reference to a module. */
export function isModuleSpace(space: string): space is ModuleSpace {
  return (MODULE_SPACES as readonly string[]).includes(space);
}

/** True for a bare package specifier or a `node:` module. */
export function isPackageSpecifier(specifier: string): boolean {
  if (specifier.startsWith('node:')) return true;
  return /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[^\\]*)?$/.test(specifier) && !specifier.split('/').includes('..');
}

/** What a `require` is called that belongs to no file, but to the session: that of the one that loads it. */
export const REQUIRE_OF_SESSION = 'require';
