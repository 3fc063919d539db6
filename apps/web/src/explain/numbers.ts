/** With three digits after the point. */
export function decimal(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Of 0 to 1, with three digits that count: small ones as 1.23e−5. */
export function small(value: number): string {
  if (value === 0 || value >= 0.001) return value.toFixed(4);
  return value.toExponential(2).replace('-', '−');
}
