/** Draws of one generator, each independent of the ones before. */
export interface Random {
  /** From 0 up to, but not including, 1: a multiple of 2^-32. */
  uniform(): number;
  /** Of mean 0 and variance 1, at most sqrt(12) from 0: the sum of four uniform ones, so that no logarithm is needed. */
  bell(): number;
}

const SQRT_3 = Math.sqrt(3);

/**
 * A generator for each list of keys, which are whole numbers from 0 to 2^32 - 1: xoshiro128** 1.1 of Blackman and Vigna (2018), its
 * state drawn by splitmix32. Whole and exactly rounded operations alone, so it draws the same on every platform.
 */
export function randomOf(...keys: readonly number[]): Random {
  let mixed = 0;
  for (const key of keys) mixed = finalize(finalize(mixed + GOLDEN_GAMMA) ^ key);
  const next = () => {
    mixed = (mixed + GOLDEN_GAMMA) | 0;
    return finalize(mixed);
  };
  let [s0, s1, s2, s3] = [next(), next(), next(), next()];
  const integer = () => {
    const value = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return value;
  };
  const uniform = () => integer() / 2 ** 32;
  const bell = () => (uniform() + uniform() + uniform() + uniform() - 2) * SQRT_3;
  return { uniform, bell };
}

const GOLDEN_GAMMA = 0x9e3779b9;

/** The finalizer of splitmix32: a permutation of the 32-bit numbers. */
function finalize(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
