// The flags of a process that may do nothing: no code from text, no file written, no process, worker or inspector.

const major = Number(process.versions.node.split('.')[0]);

/** Flags for {@link process.execPath}. Reading files stays allowed: the process has to load itself. */
export const CONFINED: readonly string[] = [
  '--disallow-code-generation-from-strings',
  major >= 23 ? '--permission' : '--experimental-permission',
  '--allow-fs-read=*',
  '--no-warnings',
];
