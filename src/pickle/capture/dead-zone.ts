// Tells whether a variable that V8 shows as `undefined` is in the temporal dead zone, which Node 20 shows alike.
//
// In the frame of its function even `typeof` of such a variable throws, while of one that V8 does not find there it does not: of
// functions in loops it lists variables that it then does not find, and a function that begins with a block (a loop, a `try`) stops
// in that block, where the name may mean another variable. Where it finds none, or the function cannot be entered, a heap
// snapshot tells: a variable of a function that is `undefined` holds that value there, one in the dead zone something else. Of a
// block it tells nothing. Knows nothing of levels.

import { childrenOf, isFunctionNode } from '../../graph/syntax-path.js';
import type { BatchView } from './batch-view.js';
import { patternNames } from './declare.js';
import { type Draft, probeIn } from './draft.js';
import { isHiddenByWith } from './entries.js';
import type { V8Session } from './inspector.js';
import type { CodeUnit } from './scopes.js';

// Reading a variable in the dead zone from V8's list throws since V8 12.
const SHOWS_DEAD_ZONE = Number.parseInt(process.versions.v8, 10) >= 12;

/** Tells in one run. */
export class DeadZones {
  readonly #session: V8Session;
  readonly #heap: BatchView;

  constructor(session: V8Session, heap: BatchView) {
    this.#session = session;
    this.#heap = heap;
  }

  /** Whether a variable that reads `undefined` at an index of a draft's scope chain is in the dead zone; null when nothing tells. */
  has(draft: Draft, index: number, name: string): boolean | null {
    if (SHOWS_DEAD_ZONE) return false;
    const isHidden = isHiddenByWith(draft.seen.entries, index, name) || declaresInside(draft.unit, name);
    const told = isHidden ? NOT_FOUND : probeIn(this.#session, draft, tellingText(name))?.value;
    if (told === DEAD || told === ALIVE) return told === DEAD;
    const { box, seen } = draft;
    return this.#heap.of([box.fn])?.isDead(box.fn, { entries: seen.entries, index, name }) ?? null;
  }
}

// — helpers —

// True when a block of the function itself declares the name.
function declaresInside({ node: root }: CodeUnit, name: string): boolean {
  const pending = childrenOf(root);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (declaredBy(node).includes(name)) return true;
    if (node.kind === 'constructor') pending.push(...childrenOf(node.value));
    else if (!isFunctionNode(node)) pending.push(...childrenOf(node));
  }
  return false;
}

function declaredBy(node: any): string[] {
  if (node.type === 'VariableDeclarator') return patternNames(node.id);
  if (node.type === 'CatchClause') return node.param === null ? [] : patternNames(node.param);
  const isNamed = node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration';
  return isNamed ? [node.id.name] : [];
}

const [DEAD, ALIVE, NOT_FOUND] = [0, 1, 2];

// What is found has to be `undefined`, as it is listed.
function tellingText(name: string): string {
  const isOther = `try{return ${name}===undefined?${ALIVE}:${NOT_FOUND}}catch{return ${NOT_FOUND}}`;
  return `(()=>{try{if(typeof ${name}!=="undefined")return ${NOT_FOUND}}catch{return ${DEAD}}${isOther}})()`;
}
