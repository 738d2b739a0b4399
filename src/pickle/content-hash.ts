// Hashes of what objects hold: numbers and texts in fields that may tell one object from another.
//
// While a walk runs nobody changes an object, so a hash of its fields is a hash of its identity; that two objects have the
// same one is allowed. Generated text holds property names only as JSON strings. Knows nothing of tables and places.

import { types } from 'node:util';
import { compileGenerated } from '../realm/compile.js';
import { timeOf } from './reducers/date.js';

/** A hash, 32 bits. */
export type ContentHash = (value: any, ofNumber: typeof numberHash, ofText: typeof textHash) => number;

/** What may be hashed of objects with the same own keys. */
export interface HashPlan {
  /** Ways to hash them, the cheapest first. */
  readonly hashes: readonly ContentHash[];
}

/** Objects with more keys are not looked into. */
const KEYS_MAX = 64;
/** So many fields tell more apart than one. */
const FIELDS_MAX = 4;
/** The last so many letters of a text. */
const LETTERS = 8;
const SPREAD = 0x9e3779b1;

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const isIndex = /^\d+$/;
const isIdName = /^(id|_id|uuid|guid|key|index|number|code)$|(_id|Id|ID|_key|Key)$/;

const NO_PLAN: HashPlan = { hashes: [] };
const DATE_PLAN: HashPlan = { hashes: [(date: Date, ofNumber) => ofNumber(timeOf(date))] };

/** What names the plan of an object: equal for all with the same own keys in the same order; undefined for no plan. */
export function planName(value: object): string | undefined {
  if (types.isProxy(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return undefined;
  if (types.isDate(value)) return 'date';
  if (types.isBoxedPrimitive(value) || types.isModuleNamespaceObject(value)) return undefined;
  const names = ownKeys(value).filter((key) => typeof key === 'string' && !isIndex.test(key));
  // Asking for a stack may run what user code put there to write it.
  const isOdd = names.length === 0 || names.length > KEYS_MAX || names.includes('stack');
  return isOdd ? undefined : JSON.stringify(names);
}

/** The plan for all objects with the keys of this one: its fields that hold numbers and texts. */
export function planFor(value: object): HashPlan {
  if (types.isDate(value)) return DATE_PLAN;
  const numbers: string[] = [];
  const texts: string[] = [];
  let id: string | undefined;
  for (const key of ownKeys(value)) {
    if (typeof key === 'symbol' || isIndex.test(key)) continue;
    const content: unknown = descriptorOf(value, key)?.value;
    const isNumber = typeof content === 'number';
    if (!isNumber && typeof content !== 'string') continue;
    (isNumber ? numbers : texts).push(key);
    if (id === undefined && isIdName.test(key)) id = key;
  }
  const all = [...numbers, ...texts].slice(0, FIELDS_MAX);
  if (all.length === 0) return NO_PLAN;
  const lists = id === undefined || (all.length === 1 && all[0] === id) ? [all] : [[id], all];
  const hashes = lists.map(hashOf);
  return hashes.includes(undefined) ? NO_PLAN : { hashes: hashes as ContentHash[] };
}

/** True when what the plan reads is data: not so where an object with these keys has a getter. */
export function areFieldsData(value: object): boolean {
  if (types.isDate(value)) return true;
  return ownKeys(value).every(
    (key) => typeof key === 'symbol' || 'value' in (descriptorOf(value, key) as PropertyDescriptor),
  );
}

const bits = new Float64Array(1);
const words = new Int32Array(bits.buffer);

/** The hash of a number that is not a small whole one. */
export function numberHash(value: number): number {
  // NaNs have many bit patterns.
  bits[0] = Number.isNaN(value) ? 0.5 : value;
  const hash = Math.imul((words[0] as number) ^ (words[1] as number), SPREAD);
  return hash ^ (hash >>> 15);
}

/** The hash of a text: how long it is, and its end. */
export function textHash(text: string): number {
  const { length } = text;
  let hash = length;
  for (let i = length > LETTERS ? length - LETTERS : 0; i < length; i++)
    hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  hash = Math.imul(hash, SPREAD);
  return hash ^ (hash >>> 15);
}

const compiled = new Map<string, ContentHash | undefined>();

// A whole number alone is its own hash: those that follow each other lie beside each other.
function hashOf(fields: readonly string[]): ContentHash | undefined {
  const signature = JSON.stringify(fields);
  if (!compiled.has(signature)) {
    const steps = fields.map((field, i) => {
      const hash = `typeof v === 'number' ? ((v | 0) === v ? v : ofNumber(v)) : typeof v === 'string' ? ofText(v) : 0`;
      const before = i === 0 ? '' : `Math.imul(h ^ h >>> 15, ${SPREAD}) + `;
      return `v = o[${JSON.stringify(field)}]; h = ${before}(${hash}) | 0;`;
    });
    const end = fields.length === 1 ? 'h ^ h >>> 9 ^ h >>> 18' : 'h ^ h >>> 15';
    const text = `'use strict'; let v, h; ${steps.join(' ')} return ${end};`;
    compiled.set(signature, compileGenerated('o, ofNumber, ofText', text) as ContentHash | undefined);
  }
  return compiled.get(signature);
}
