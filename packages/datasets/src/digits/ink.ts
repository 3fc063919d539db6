import type { GrayImage } from '../normalize-digit.js';

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
  const image = { width, height, data: new Uint8Array(width * height) };
  for (const chain of chains) {
    const x = (index: number) => ((chain[index] as number) - left) * scale + edge;
    const y = (index: number) => ((chain[index + 1] as number) - top) * scale + edge;
    for (let index = 2; index < chain.length; index += 2) {
      inkLine(image, [x(index - 2), y(index - 2), x(index), y(index)], reach);
    }
  }
  return image;
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

/** Lights each pixel by how far its middle lies within the edge of the ink: fully from half a pixel, not at all from half a pixel outside. */
function inkLine(
  { width, height, data }: GrayImage,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  radius: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squaredLength = dx * dx + dy * dy;
  const share = squaredLength > 0 ? 1 / squaredLength : 0;
  const outer = radius + 0.5;
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
      const value = Math.min(255, Math.round(255 * (outer - Math.sqrt(squared))));
      data[index] = Math.max(before, value);
    }
  }
}
