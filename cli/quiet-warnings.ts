// Node 20 warns once that the loader option brine needs is experimental; that is nothing its users can act on.

import process from 'node:process';

/** Keeps exactly that warning from being printed. */
export function quietLoaderWarning(): void {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    if (text.startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature')) {
      process.emitWarning = emit;
      return;
    }
    (emit as (...parameters: unknown[]) => void).call(process, warning, ...rest);
  }) as typeof process.emitWarning;
}
