/** Marks of a linear axis: steps of 1, 2 or 5 times a power of ten, about so many, the first and last at or beyond the values. */
export function linearTicks(least: number, most: number, about: number): number[] {
  const range = most - least || Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(range / about));
  const step = power * ([1, 2, 5].find((factor) => range / (factor * power) <= about) ?? 10);
  const first = Math.floor(least / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(most / step - 1e-9));
  // Whole multiples of a power of ten, by way of text: 3 x 0.1 is not 0.3.
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/**
 * Marks of a logarithmic axis: powers of ten, with 2 and 5 times them where there are few, the first and last at or beyond the values.
 *
 * @param least above 0
 */
export function logTicks(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least) + 1e-9);
  const last = Math.ceil(Math.log10(most) - 1e-9);
  const factors = last - first <= 3 ? [1, 2, 5] : [1];
  const all: number[] = [];
  for (let power = first; power <= Math.max(last, first + 1); power++) {
    for (const factor of factors) all.push(Number(`${factor}e${power}`));
  }
  const from = all.findLastIndex((tick) => tick <= least * (1 + 1e-9));
  const to = all.findIndex((tick) => tick >= most * (1 - 1e-9) && tick > (all[from] ?? 0));
  return all.slice(Math.max(0, from), to + 1);
}
