/**
 * The same direction with a Euclidean norm of at most `clipNorm` (Pascanu, Mikolov and Bengio 2013). A gradient that is short enough
 * is given back as it is.
 */
export function clipByNorm(gradient: Float64Array, clipNorm: number): Float64Array {
  const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  if (norm <= clipNorm) return gradient;
  return gradient.map((value) => value * (clipNorm / norm));
}
