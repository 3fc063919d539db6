import type { GrayImage } from '../normalize-digit.js';
import { clipLine, type Line } from './clip-line.js';

export interface RasterizeStrokesOptions {
  /** In pixels: a whole number from 1 to 4096. */
  readonly width: number;
  /** In pixels: a whole number from 1 to 4096. */
  readonly height: number;
  /** Of the round pen, in pixels: above 0, at most 4096. */
  readonly strokeWidth: number;
}

const MOST = 4096;

/**
 * Draws with a round pen, light on black. A pixel is lit by how much of it, taken across the pen's way, the pen covers: fully from
 * half a pixel within the edge, not at all from half a pixel outside. Where strokes meet, the brighter one counts, so that
 * their order does not matter. Only arithmetic that every platform rounds alike is used: the bytes are the same everywhere.
 *
 * @param strokes of each the points that the pen passes in straight lines: x, y, x, y and so on, in pixels from the upper
 *   left corner of the image, which they may lie outside of; one point makes a dot
 * @throws RangeError naming the option that is out of its range, a stroke of half a point, or a number that is not finite
 */
export function rasterizeStrokes(
  strokes: readonly ArrayLike<number>[],
  { width, height, strokeWidth }: RasterizeStrokesOptions,
): GrayImage {
  checkSide('a width', width);
  checkSide('a height', height);
  if (!(strokeWidth > 0 && strokeWidth <= MOST)) {
    throw new RangeError(`expected a stroke width above 0, at most ${MOST}, found ${strokeWidth}`);
  }
  const image = { width, height, data: new Uint8Array(width * height) };
  for (const stroke of strokes) {
    checkStroke(stroke);
    const at = (index: number) => stroke[index] as number;
    if (stroke.length === 2) inkLine(image, [at(0), at(1), at(0), at(1)], strokeWidth / 2);
    for (let index = 2; index < stroke.length; index += 2) {
      const line: Line = [at(index - 2), at(index - 1), at(index), at(index + 1)];
      inkLine(image, line, strokeWidth / 2);
    }
  }
  return image;
}

function checkSide(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= MOST) return;
  throw new RangeError(`expected ${what} that is a whole number from 1 to ${MOST}, found ${value}`);
}

function checkStroke(stroke: ArrayLike<number>): void {
  if (stroke.length % 2 !== 0) {
    throw new RangeError(
      `expected a stroke of x, y, x, y and so on, found ${stroke.length} numbers`,
    );
  }
  for (let index = 0; index < stroke.length; index++) {
    if (!Number.isFinite(stroke[index])) {
      throw new RangeError(`expected points of finite numbers, found ${stroke[index]}`);
    }
  }
}

function inkLine({ width, height, data }: GrayImage, line: Line, radius: number): void {
  const outer = radius + 0.5;
  const clipped = clipLine(line, {
    left: -outer,
    top: -outer,
    right: width + outer,
    bottom: height + outer,
  });
  if (clipped === undefined) return;
  const [x0, y0, x1, y1] = clipped;
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squaredLength = dx * dx + dy * dy;
  const share = squaredLength > 0 ? 1 / squaredLength : 0;
  // A pen thinner than a pixel covers no pixel wholly.
  const most = Math.min(1, 2 * radius);
  const startX = Math.max(0, Math.floor(Math.min(x0, x1) - outer));
  const endX = Math.min(width, Math.ceil(Math.max(x0, x1) + outer));
  const startY = Math.max(0, Math.floor(Math.min(y0, y1) - outer));
  const endY = Math.min(height, Math.ceil(Math.max(y0, y1) + outer));
  for (let y = startY; y < endY; y++) {
    const py = y + 0.5 - y0;
    for (let x = startX; x < endX; x++) {
      const index = y * width + x;
      const before = data[index] as number;
      if (before === 255) continue;
      const px = x + 0.5 - x0;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * share));
      const [ox, oy] = [px - along * dx, py - along * dy];
      const squared = ox * ox + oy * oy;
      if (squared >= outer * outer) continue;
      const value = Math.round(255 * Math.min(most, outer - Math.sqrt(squared)));
      data[index] = Math.max(before, value);
    }
  }
}
