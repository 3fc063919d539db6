export function maxDistance(a, b) {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/**
 * @typedef {{ median: number, min: number, max: number }} Spread
 * @param {number[]} values
 * @returns {Spread}
 */
export function spreadOf(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
