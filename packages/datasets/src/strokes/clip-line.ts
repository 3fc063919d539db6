/** From x, y to x, y. */
export type Line = readonly [number, number, number, number];

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The part of a line that lies in a box (Liang and Barsky 1984). A line that lies wholly in it is given back as it is.
 *
 * @param line of any finite numbers
 * @returns undefined where no part of the line is in the box
 */
export function clipLine(line: Line, { left, top, right, bottom }: Box): Line | undefined {
  const [x0, y0, x1, y1] = line;
  const across = partWithin(x0, x1, left, right);
  const down = partWithin(y0, y1, top, bottom);
  if (across === undefined || down === undefined) return undefined;
  const start = Math.max(across.start, down.start);
  const end = Math.min(across.end, down.end);
  if (start > end) return undefined;
  const clampX = (x: number) => Math.min(right, Math.max(left, x));
  const clampY = (y: number) => Math.min(bottom, Math.max(top, y));
  return [
    start === across.start ? across.first : clampX(between(x0, x1, start)),
    start === down.start ? down.first : clampY(between(y0, y1, start)),
    end === across.end ? across.last : clampX(between(x0, x1, end)),
    end === down.end ? down.last : clampY(between(y0, y1, end)),
  ];
}

/** The part of the way on which the values lie from low to high: shares of the way, and the values there. */
function partWithin(from: number, to: number, low: number, high: number) {
  if (Math.max(from, to) < low || Math.min(from, to) > high) return undefined;
  const first = Math.min(high, Math.max(low, from));
  const last = Math.min(high, Math.max(low, to));
  // Halves, since the difference of two numbers may be too large for a number.
  const shareAt = (value: number) => (value / 2 - from / 2) / (to / 2 - from / 2);
  return {
    start: first === from ? 0 : shareAt(first),
    end: last === to ? 1 : shareAt(last),
    first,
    last,
  };
}

function between(from: number, to: number, share: number): number {
  return from * (1 - share) + to * share;
}
