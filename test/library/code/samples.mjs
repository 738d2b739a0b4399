// The samples of code: each is a few statements, a value made by them, and a look at the value that gives plain data.
//
//   name   a sentence
//   body   statements: the top level of a module, or of a function for the prompt. Default: none
//   value  an expression over them
//   check  an expression over `v`, the value, or a block that returns; its result, awaited, must equal `want`
//   wantHere  what `check` gives in the process that made the value, where that differs
//   absent    text that must not be in the snapshot
//   lost      part of the reason why it cannot be saved: a tombstone says so, and nothing else may be lost
//   lostPart  part of the reason why something of it is lost: it is reported, but no tombstone stands for it
//   alone     true for one whose outcome depends on what else is saved with it
//   skip      ways in which the sample is no valid program: 'module' is strict; 'common' and 'module' are also those of a package

import { CLASSES } from './sample-classes.mjs';
import { CLOSURES } from './sample-closures.mjs';
import { COMBINATIONS } from './sample-combinations.mjs';
import { EDGES } from './sample-edges.mjs';
import { FUNCTIONS } from './sample-functions.mjs';
import { GENERATORS } from './sample-generators.mjs';
import { MODULES } from './sample-modules.mjs';
import { NAMES } from './sample-names.mjs';
import { OPTIMISED } from './sample-optimised.mjs';
import { REPORTS } from './sample-reports.mjs';
import { SCOPES } from './sample-scopes.mjs';
import { SPECIFICATION } from './sample-specification.mjs';

/** Every sample with the name of its topic. */
export const SAMPLES = [
  ...FUNCTIONS.map((sample) => ({ topic: 'functions', ...sample })),
  ...CLOSURES.map((sample) => ({ topic: 'closures', ...sample })),
  ...CLASSES.map((sample) => ({ topic: 'classes', ...sample })),
  ...COMBINATIONS.map((sample) => ({ topic: 'combinations', ...sample })),
  ...NAMES.map((sample) => ({ topic: 'names', ...sample })),
  ...MODULES.map((sample) => ({ topic: 'modules', ...sample })),
  ...GENERATORS.map((sample) => ({ topic: 'generators', ...sample })),
  ...REPORTS.map((sample) => ({ topic: 'reports', ...sample })),
  ...OPTIMISED.map((sample) => ({ topic: 'optimised', ...sample })),
  ...SCOPES.map((sample) => ({ topic: 'scopes', ...sample })),
  ...SPECIFICATION.map((sample) => ({ topic: 'specification', ...sample })),
  ...EDGES.map((sample) => ({ topic: 'edges', ...sample })),
];

/** The ways in which a value comes to be. */
export const WAYS = ['prompt', 'common', 'module', 'package', 'package-module'];

/** What kind of module a way writes. A package has both kinds. */
export function kindOf(way) {
  return { package: 'common', 'package-module': 'module' }[way] ?? way;
}
