import type { GrayImage } from '../normalize-digit.js';
import { rasterizeStrokes } from '../strokes/rasterize-strokes.js';

/** The drawing is this many times as large as the final image. */
const SCALE = 2;
/** Longer side of the ink in the final image, as MNIST has it. */
const BOX = 20;
/** Black around the ink, in pixels of the drawing. */
const MARGIN = 2;

/**
 * Draws with a round pen, light on black, at twice the size: the ink's longer side is 40 pixels.
 *
 * @param chains corners of straight lines, each x, y, x, y and so on, in any unit; not all in one place
 * @param radius half the width of the pen, in pixels of the final image: above 0, below 10
 */
export function inkChains(chains: readonly (readonly number[])[], radius: number): GrayImage {
  const { left, top, right, bottom } = boxOf(chains);
  const reach = SCALE * radius;
  const scale = (SCALE * BOX - 2 * reach) / Math.max(right - left, bottom - top);
  const edge = MARGIN + reach;
  const width = Math.ceil((right - left) * scale + 2 * edge);
  const height = Math.ceil((bottom - top) * scale + 2 * edge);
  const strokes = chains.map((chain) =>
    chain.map((value, index) => (value - (index % 2 === 0 ? left : top)) * scale + edge),
  );
  return rasterizeStrokes(strokes, { width, height, strokeWidth: 2 * reach });
}

function boxOf(chains: readonly (readonly number[])[]) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const chain of chains) {
    for (let index = 0; index < chain.length; index += 2) {
      left = Math.min(left, chain[index] as number);
      right = Math.max(right, chain[index] as number);
      top = Math.min(top, chain[index + 1] as number);
      bottom = Math.max(bottom, chain[index + 1] as number);
    }
  }
  return { left, top, right, bottom };
}
