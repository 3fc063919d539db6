/** In one word, with one digit after the point; what is not quite all or nothing does not look so. @param share 0 to 1 */
export function percentOf(share: number): string {
  if (share > 0 && share < 0.0005) return '<\u00a00.1\u00a0%';
  if (share < 1 && share >= 0.9995) return '>\u00a099.9\u00a0%';
  return `${(100 * share).toFixed(1)}\u00a0%`;
}
