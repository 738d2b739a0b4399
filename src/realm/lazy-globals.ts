// Globals that cannot be asked for in every process: Node makes them when somebody looks, of a module that needs WebAssembly. Without it
// (`--jitless`) that module ends some Nodes.
//
// Knows nothing of what the globals are.

const NEED_WEB_ASSEMBLY: ReadonlySet<string> = new Set([
  ...['fetch', 'FormData', 'Headers', 'Request', 'Response'],
  ...['MessageEvent', 'CloseEvent', 'ErrorEvent', 'WebSocket', 'EventSource'],
]);

const hasWebAssembly = 'WebAssembly' in globalThis;

/** False for a global that must not be looked at in this process. */
export function mayAskGlobal(name: string): boolean {
  return hasWebAssembly || !NEED_WEB_ASSEMBLY.has(name);
}
