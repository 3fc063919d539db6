import type { LabeledImages } from '@softreg/datasets';

const SIDE = 28;
const CLASSES = 10;
/** Of a bell in the middle of the image, so that 19.1 % of all pixels are not zero, as in MNIST's training images. */
const HEIGHT = 0.64;
const WIDTH = 6.26;

/**
 * Images with about as much ink as MNIST's, and about where MNIST's is: what the speed of a step may depend on. Always the same ones.
 * Labels are by chance, so that no model fits them and gradients stay as large as at first.
 */
export function syntheticImages(count: number): LabeledImages {
  const pixels = SIDE * SIDE;
  const thresholds = Uint16Array.from({ length: pixels }, (_, i) => 65536 * inkAt(i));
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  let state = 1;
  for (let image = 0, at = 0; image < count; image++) {
    for (let pixel = 0; pixel < pixels; pixel++, at++) {
      // Xorshift (Marsaglia 2003): two halves of one draw decide whether there is ink, and how much.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      if ((state & 0xffff) < (thresholds[pixel] as number)) images[at] = state >>> 24 || 255;
    }
    labels[image] = (state >>> 16) % CLASSES;
  }
  return { images, labels, count, height: SIDE, width: SIDE, classes: CLASSES };
}

/** The share of images that have ink in that pixel. */
function inkAt(pixel: number): number {
  const center = (SIDE - 1) / 2;
  const x = (pixel % SIDE) - center;
  const y = Math.floor(pixel / SIDE) - center;
  return HEIGHT * Math.exp(-(x * x + y * y) / (2 * WIDTH * WIDTH));
}
