// Numbers that V8 gives one hash. It mixes their 64 bits to 32 without a secret, and each step of that can be undone.

const MASK = (1n << 64n) - 1n;

/** Doubles that V8 gives one hash: its mix of 64 bits, backwards from 64 bits whose lower half is the same. */
export function collidingDoubles(count: number): number[] {
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  const found: number[] = [];
  for (let i = 1n; found.length < count; i++) {
    bits[0] = unmixed((i << 32n) | 12345n);
    const number = double[0] as number;
    if (Number.isFinite(number) && !Number.isInteger(number)) found.push(number);
  }
  return found;
}

function unmixed(mixed: bigint): bigint {
  let x = unshifted(mixed, 22n);
  x = unshifted((x * inverse(65n)) & MASK, 11n);
  x = unshifted((x * inverse(21n)) & MASK, 31n);
  return ((x + 1n) * inverse((1n << 18n) - 1n)) & MASK;
}

function unshifted(mixed: bigint, shift: bigint): bigint {
  let x = mixed;
  for (let done = 0n; done < 64n; done += shift) x = mixed ^ (x >> shift);
  return x & MASK;
}

function inverse(odd: bigint): bigint {
  let x = odd;
  for (let i = 0; i < 6; i++) x = (x * (2n - odd * x)) & MASK;
  return x & MASK;
}
