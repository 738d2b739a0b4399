// Names of roots in the snapshot of a session: those of brine's own start with `#`, a global that does is set apart.
//
// Declared once for what saves, what loads and what reads single names. Knows nothing of values.

/** The root that holds patches of built-ins. */
export const PATCH_ROOT = '#patches';

/** The root that holds what kept groups point to, so that it is saved also when no name leads to it. */
export const KEPT_ROOT = '#kept';

/** Before the name of a root that is an accessor: its value holds `get` and `set`. */
export const ACCESSOR_ROOT = '#accessor ';

/** Before the name of a root that would look like one of brine's own. */
export const NAME_ROOT = '#name ';

/** The root of a name. */
export function rootName(name: string): string {
  return name.startsWith('#') ? `${NAME_ROOT}${name}` : name;
}

/** The name that a root has in the session. */
export function nameOfRoot(root: string): string {
  return root.startsWith(NAME_ROOT) ? root.slice(NAME_ROOT.length) : root;
}
