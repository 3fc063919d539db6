/** With one digit after the point; what is not quite all or nothing does not look so. @param share 0 to 1 */
export function percentOf(share: number): string {
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  if (share < 1 && share >= 0.9995) return '> 99.9 %';
  return `${(100 * share).toFixed(1)} %`;
}
