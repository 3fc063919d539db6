export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Euclidean. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** a + factor x b */
export function plus(a: Float64Array, factor: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + factor * (b[i] as number));
}

export function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

export function scaled(factor: number, a: Float64Array): Float64Array {
  return a.map((value) => factor * value);
}
