/** State of the generator: four 32-bit numbers, not all zero. */
export type RandomState = readonly [number, number, number, number];

/** A well-mixed state from a seed, by the finalizer of splitmix32. */
export function seedRandom(seed: number): RandomState {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next()];
}

/** xoshiro128** 1.1 of Blackman and Vigna (2018): a number from 0 to 2^32 - 1, and the state after it. */
export function nextRandom([s0, s1, s2, s3]: RandomState): { value: number; state: RandomState } {
  const value = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const a = s2 ^ s0;
  const b = s3 ^ s1;
  return {
    value,
    state: [(s0 ^ b) >>> 0, (s1 ^ a) >>> 0, (a ^ (s1 << 9)) >>> 0, rotateLeft(b, 11) >>> 0],
  };
}

/** A random permutation of 0 to count - 1, each as likely as any other, by Fisher and Yates' shuffle. */
export function permutation(
  count: number,
  random: RandomState,
): { order: Int32Array; state: RandomState } {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  let state = random;
  for (let last = count - 1; last > 0; last--) {
    const draw = uniformBelow(last + 1, state);
    state = draw.state;
    const taken = order[draw.value] as number;
    order[draw.value] = order[last] as number;
    order[last] = taken;
  }
  return { order, state };
}

/** Draws again where the remainder would favor small numbers. */
function uniformBelow(bound: number, random: RandomState): { value: number; state: RandomState } {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let draw = nextRandom(random);
  while (draw.value >= limit) draw = nextRandom(draw.state);
  return { value: draw.value % bound, state: draw.state };
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
