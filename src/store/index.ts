// The store's public face: bytes to and from files. Knows nothing of what the bytes mean.

export type { FileKind, FileStat, Io, IoHandle, IoSync } from './io.js';
export { type OpenFile, type OpenOptions, openFile } from './open-file.js';
export { type ReadOptions, type ReadOptionsSync, readFileBytes, readFileBytesSync } from './read-file.js';
export {
  type Chunks,
  type ReplaceOptions,
  type ReplaceOptionsSync,
  replaceFile,
  replaceFileSync,
} from './replace-file.js';
export { type SweepOptions, sweepTemps } from './sweep-temps.js';
