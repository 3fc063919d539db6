const MOST_SHOWN = 6;

/**
 * The product of the dimensions. Exact up to 2^53, and never too small above: a product of large dimensions only grows, unless one
 * of them is 0.
 */
export function elementCount(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((product, size) => product * size, 1);
}

/** For an error: of a hostile header's 255 dimensions not all. */
export function shapeText(shape: readonly number[]): string {
  const shown = shape.slice(0, MOST_SHOWN).join(' x ');
  return shape.length > MOST_SHOWN ? `${shown} x ... (${shape.length} dimensions)` : shown;
}

/** For an error: a size that a header claims, which may be beyond all whole numbers. */
export function sizeText(bytes: number): string {
  return Number.isSafeInteger(bytes) ? `${bytes} bytes` : 'more than 2^53 bytes';
}
