/** With a sign, and a minus that is one. */
export function weightText(weight: number): string {
  const digits = Math.abs(weight).toFixed(4);
  if (weight === 0) return digits;
  return `${weight < 0 ? '−' : '+'}${digits}`;
}
