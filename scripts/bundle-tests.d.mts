/** Bundles `export *` of modules, named from the checkout's root, into one file. */
export function bundleTests(outfile: string, modules: readonly string[]): Promise<void>;
