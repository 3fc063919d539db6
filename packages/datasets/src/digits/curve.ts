/** Straight lines in place of the curve between two neighboring points. */
const LINES = 5;

/**
 * The Catmull-Rom curve through some of the points, as a chain of straight lines.
 *
 * @param points x, y, x, y and so on
 * @param piece numbers of the points to pass, two or more
 * @returns the chain's corners: x, y, x, y and so on
 */
export function flattenCurve(points: readonly number[], piece: readonly number[]): number[] {
  const last = piece.length - 1;
  const at = (position: number, axis: number) =>
    points[2 * (piece[Math.min(Math.max(position, 0), last)] as number) + axis] as number;
  const chain = [at(0, 0), at(0, 1)];
  for (let start = 0; start < last; start++) {
    for (let line = 1; line <= LINES; line++) {
      for (const axis of [0, 1]) {
        const [before, from] = [at(start - 1, axis), at(start, axis)];
        const [to, after] = [at(start + 1, axis), at(start + 2, axis)];
        chain.push(catmullRom(before, from, to, after, line / LINES));
      }
    }
  }
  return chain;
}

/** From b at time 0 to c at time 1 (Catmull and Rom 1974, the uniform cubic). */
function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
