// Goal: the table of `node:buffer` is made when something turns up that may be in it, and what is in it is saved by reference
// all the same.
// Method: values of the module as the first that a process saves, with nothing else that would fill the table.

import buffer from 'node:buffer';
import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/index.js';

test('objects and functions of the module are found first thing, by themselves and within data', () => {
  const constants = dumps(buffer.constants);
  expect(loads(constants)).toBe(buffer.constants);
  const held = {
    constants: buffer.constants,
    proto: Buffer.prototype,
    is: buffer.isUtf8,
    inherits: Buffer.alloc(2),
  };
  const copy = loads<typeof held>(dumps(held));
  expect(copy.constants).toBe(buffer.constants);
  expect(copy.proto).toBe(Buffer.prototype);
  expect(copy.is).toBe(buffer.isUtf8);
  expect(Object.getPrototypeOf(copy.inherits)).toBe(Buffer.prototype);
});

test('the bytes do not depend on what was saved before', () => {
  const held = { constants: buffer.constants, module: buffer };
  const before = dumps(held);
  dumps([Math.max, buffer.transcode, () => 1]);
  expect(Buffer.from(dumps(held)).equals(before)).toBe(true);
});
