// Names of a session that were imported: they are imported again. Knows nothing of what the names are put into.

import type { MetaBinding, MetaModule } from '../format/index.js';
import { importModule } from '../realm/compile.js';
import { packageNameOf, packageVersion } from '../realm/packages.js';
import { createTombstone } from '../realm/tombstone.js';
import { capturedRecord } from '../unpickle/captured.js';
import type { Policy } from '../unpickle/policy.js';
import { installLine } from './modules.js';

/** A module that could not be had, as a loss of the name. */
export interface ImportLoss {
  readonly name: string;
  readonly path: string;
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** What came of importing names again. */
export interface Imports {
  /** Values by name; a tombstone where the module is not to be had. */
  readonly values: Map<string, unknown>;
  readonly linked: { readonly name: string; readonly target: string; readonly warning?: string }[];
  readonly losses: ImportLoss[];
}

// Imports the names that are imported ones.
async function importAll(bindings: readonly MetaBinding[], modules: readonly MetaModule[]): Promise<Imports> {
  const saved = new Map(modules.map(({ specifier, version }) => [specifier, version]));
  const imports: Imports = { values: new Map(), linked: [], losses: [] };
  for (const binding of bindings) {
    if (!isImported(binding)) continue;
    try {
      imports.values.set(binding.name, await importOne(binding));
      imports.linked.push(linkedOf(binding, saved.get(binding.origin?.specifier as string)));
    } catch (error) {
      const loss = importLoss(binding, error, saved.get(binding.origin?.specifier as string));
      imports.losses.push(loss);
      imports.values.set(binding.name, createTombstone({ ...loss, isCallable: true }));
    }
  }
  return imports;
}

/** What a policy makes of the names that are imported ones: what it allows is imported, the others are records. */
export async function importAllowed(
  bindings: readonly MetaBinding[],
  modules: readonly MetaModule[],
  policy: Policy,
): Promise<Imports> {
  if (policy.mode === 'trusted') return importAll(bindings, modules);
  const allowed = bindings.filter((binding) => isImportAllowed(binding, policy));
  // Only the name was allowed, not the place that the file has for it besides.
  const imports = await importAll(
    allowed.map(({ resolved: _, ...binding }) => binding),
    modules,
  );
  for (const { name, kind, origin } of bindings) {
    if (kind !== 'import' || origin === undefined || imports.values.has(name)) continue;
    const { specifier, imported } = origin;
    imports.values.set(name, capturedRecord({ captured: 'import', name: `${specifier} ${imported}` }));
  }
  return imports;
}

/** True for an imported name that a policy lets be imported. */
export function isImportAllowed(binding: MetaBinding, policy: Policy): boolean {
  if (!isImported(binding)) return false;
  const { specifier: name, imported } = binding.origin as NonNullable<MetaBinding['origin']>;
  return policy.allows({ space: 'import', name, path: imported === '*' ? [] : [imported] });
}

/** True for a name that is imported again and has no root. */
export function isImported({ kind, origin }: MetaBinding): boolean {
  return kind === 'import' && origin !== undefined;
}

async function importOne(binding: MetaBinding): Promise<unknown> {
  const { specifier, imported, attributes } = binding.origin as NonNullable<MetaBinding['origin']>;
  const options = attributes === undefined ? undefined : { with: { ...attributes } };
  let namespace: Record<string, unknown>;
  try {
    namespace = await importModule(specifier, options);
  } catch (error) {
    if (binding.resolved === undefined) throw error;
    namespace = await importModule(binding.resolved, options);
  }
  if (imported === '*') return namespace;
  if (!Object.hasOwn(namespace, imported)) throw new Error(`it has no export named ${imported}`);
  return namespace[imported];
}

function importLoss(binding: MetaBinding, error: unknown, version: string | undefined): ImportLoss {
  const specifier = binding.origin?.specifier ?? '';
  const said = error instanceof Error ? (error.message.split('\n')[0] as string) : String(error);
  const isPackage = !/^[./]/.test(specifier) && !specifier.startsWith('node:');
  const saved = version === undefined ? '' : ` (saved with version ${version})`;
  // Node also names the folder, which is nobody's business in a file that goes on to others.
  const isMissing = isPackage && said.startsWith(`Cannot find package '${packageNameOf(specifier)}'`);
  const message = isMissing ? 'it is not installed' : said;
  return {
    name: binding.name,
    path: binding.name,
    what: specifier,
    reason: `module ${specifier}${saved} cannot be imported here: ${message}`,
    hint: isPackage
      ? installLine(packageNameOf(specifier), version)
      : `load the snapshot from a folder where ${specifier} exists`,
  };
}

function linkedOf(binding: MetaBinding, saved: string | undefined): Imports['linked'][number] {
  const specifier = binding.origin?.specifier as string;
  const here = packageVersion(specifier);
  return {
    name: binding.name,
    target: here === undefined ? specifier : `${specifier}@${here}`,
    ...(saved !== undefined && here !== undefined && saved !== here && { warning: `saved with ${saved}` }),
  };
}
