import { solvePositive } from './solve-positive.js';

/** All x of which normal · x is at least this much. */
export interface HalfSpace {
  /** Of length 1, or all zero. */
  readonly normal: Float64Array;
  readonly least: number;
}

const MAX_STEPS = 2000;
/** How far outside a half-space the point may be, and stay. */
const TOLERANCE = 1e-9;
/** Added to the curvature, which is zero where all points of a normal are at an end of their range. */
const DAMPING = 1e-10;

/**
 * The point nearest to another one, in a box and in some half-spaces, of which there are few: by the dual problem, which has one multiplier
 * for each half-space, and projected Newton steps (Bertsekas 1982, "Projected Newton methods for optimization problems with simple
 * constraints"). For given multipliers the point is from + their sum of normals, clipped to the box.
 *
 * @param highest the box is 0 to this, in every direction
 * @returns undefined where the box and the half-spaces have no point in common; where float64 does not tell, the last point that was tried
 */
export function nearestPoint(
  from: Float64Array,
  halfSpaces: readonly HalfSpace[],
  highest: number,
): Float64Array | undefined {
  if (halfSpaces.some((side) => furthest(side, highest) < side.least)) return undefined;
  const sides = halfSpaces.filter(({ least }) => least > Number.NEGATIVE_INFINITY);
  const farthest = from.reduce((sum, value) => sum + Math.max(value, highest - value) ** 2, 0) / 2;
  let now = at(
    sides.map(() => 0),
    from,
    sides,
    highest,
  );
  for (let step = 0; step < MAX_STEPS; step++) {
    if (isSolved(now)) return now.point;
    // The dual is never above the least distance, and that is never above this.
    if (now.dual > farthest) return undefined;
    const direction = newtonDirection(now, sides);
    const next = along(now, direction, (multipliers) => at(multipliers, from, sides, highest));
    if (next === undefined) break;
    now = next;
  }
  return now.point;
}

/** The largest normal · x in the box. */
function furthest({ normal }: HalfSpace, highest: number): number {
  return normal.reduce((sum, value) => sum + Math.max(0, value) * highest, 0);
}

interface Place {
  readonly multipliers: readonly number[];
  readonly point: Float64Array;
  /** Where the point is not at an end of its range. */
  readonly isFree: Uint8Array;
  /** How far outside each half-space: the slope of the dual. */
  readonly outside: readonly number[];
  readonly dual: number;
}

function at(
  multipliers: readonly number[],
  from: Float64Array,
  sides: readonly HalfSpace[],
  highest: number,
): Place {
  const point = from.slice();
  for (const [index, { normal }] of sides.entries()) {
    const multiplier = multipliers[index] as number;
    if (multiplier === 0) continue;
    for (let i = 0; i < point.length; i++) {
      point[i] = (point[i] as number) + multiplier * (normal[i] as number);
    }
  }
  const isFree = new Uint8Array(point.length);
  let dual = 0;
  for (let i = 0; i < point.length; i++) {
    const value = point[i] as number;
    const clipped = Math.min(highest, Math.max(0, value));
    if (clipped === value) isFree[i] = 1;
    point[i] = clipped;
    dual += (clipped - (from[i] as number)) ** 2 / 2;
  }
  const outside = sides.map(({ normal, least }) => least - dot(normal, point));
  for (const [index, value] of outside.entries()) dual += (multipliers[index] as number) * value;
  return { multipliers, point, isFree, outside, dual };
}

/** Inside all half-spaces, and held by none that it is well inside of. */
function isSolved({ multipliers, outside }: Place): boolean {
  return outside.every(
    (value, index) =>
      value <= TOLERANCE && Math.min(multipliers[index] as number, -value) <= TOLERANCE,
  );
}

/** Newton's for the multipliers that are to move, the slope for those that go to zero. */
function newtonDirection(
  { multipliers, outside, isFree }: Place,
  sides: readonly HalfSpace[],
): number[] {
  const moving = [...sides.keys()].filter(
    (index) => (multipliers[index] as number) > TOLERANCE || (outside[index] as number) >= 0,
  );
  const curvature = moving.map((row) =>
    moving.map((column) => {
      const [a, b] = [(sides[row] as HalfSpace).normal, (sides[column] as HalfSpace).normal];
      let sum = row === column ? DAMPING : 0;
      for (let i = 0; i < a.length; i++) {
        sum += (isFree[i] as number) * (a[i] as number) * (b[i] as number);
      }
      return sum;
    }),
  );
  const slopes = moving.map((index) => outside[index] as number);
  const direction = [...outside];
  for (const [place, value] of solvePositive(curvature, slopes).entries()) {
    direction[moving[place] as number] = value;
  }
  return direction;
}

/**
 * The longest step of 1, 2, 4 ... or the first one of 1/2, 1/4 ... at whose end the dual still rises along the way: it is concave, so that it rose all along. None where rounding hides them all.
 */
function along(
  start: Place,
  direction: readonly number[],
  placeOf: (multipliers: number[]) => Place,
): Place | undefined {
  const after = (size: number) =>
    placeOf(
      start.multipliers.map((value, index) =>
        Math.max(0, value + size * (direction[index] as number)),
      ),
    );
  const rises = ({ multipliers, outside }: Place) => {
    const way = multipliers.map((value, index) => value - (start.multipliers[index] as number));
    // What rounding makes of a slope of zero, where a full step ends, is no fall.
    return dot(outside, way) >= -1e-9 * Math.abs(dot(start.outside, way));
  };
  let size = 1;
  let place = after(size);
  if (rises(place)) {
    for (let next = after(2 * size); rises(next) && size < 2 ** 40; next = after(2 * size)) {
      size *= 2;
      place = next;
    }
    return place;
  }
  while (!rises(place)) {
    size /= 2;
    if (size < 2 ** -60) return undefined;
    place = after(size);
  }
  return place;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
