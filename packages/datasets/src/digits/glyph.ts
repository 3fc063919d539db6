import type { Skeleton } from './skeletons.js';

/** A skeleton as numbers. */
export interface Glyph {
  readonly weight: number;
  /** x, y, x, y and so on, in heights of the digit, from its middle; once for each point of the skeleton. */
  readonly points: readonly number[];
  /** What is drawn smoothly, from one end or corner of a stroke to the next: the numbers of its points, two or more. */
  readonly pieces: readonly (readonly number[])[];
}

export function readGlyph({ weight, strokes }: Skeleton): Glyph {
  const points: number[] = [];
  const pieces: number[][] = [];
  for (const stroke of strokes) {
    let piece: number[] = [];
    pieces.push(piece);
    for (const point of stroke.split(' ')) {
      const [x, y] = point.split(',').map(Number.parseFloat) as [number, number];
      const index = points.length / 2;
      points.push(x / 100 - 0.5, y / 100 - 0.5);
      piece.push(index);
      if (!point.endsWith('!')) continue;
      piece = [index];
      pieces.push(piece);
    }
  }
  return { weight, points, pieces };
}
