// What every process has is named: built-ins, their accessors, Node's modules and functions in them.
import fs from 'node:fs';
import path from 'node:path';
export const make = () => ({
  intrinsics: [Math, Array.prototype.map, Object.prototype, Symbol.iterator, globalThis, Map, JSON.stringify],
  hidden: [Object.getPrototypeOf(Uint8Array), Object.getOwnPropertyDescriptor(Map.prototype, 'size').get],
  modules: [path, path.join, fs.readFileSync, fs.promises],
  bound: Math.max.bind(null, 3),
});
