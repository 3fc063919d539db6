import type { GrayImage } from './normalize-digit.js';

export interface ContactSheetOptions {
  /** Images in a row: a whole number of at least 1; default 10. */
  readonly columns?: number;
  /** Pixels between two images, and around all: a whole number of at least 0; default 2. */
  readonly gap?: number;
  /** Gray value between the images, 0 to 255; default 96, which neither paper nor ink of a digit has much of. */
  readonly ground?: number;
}

/**
 * One picture of many: rows of images in their order, from the left to the right. What is left of the last row is ground.
 *
 * @throws RangeError for no images, images of different sizes, or an option out of its range
 */
export function contactSheet(
  images: readonly GrayImage[],
  { columns = 10, gap = 2, ground = 96 }: ContactSheetOptions = {},
): GrayImage {
  const [first] = images;
  if (first === undefined) throw new RangeError('expected at least 1 image, found none');
  const { width, height } = first;
  const odd = images.find((image) => image.width !== width || image.height !== height);
  if (odd !== undefined) {
    throw new RangeError(
      `expected images of ${width} x ${height} pixels, found one of ${odd.width} x ${odd.height}`,
    );
  }
  checkWhole('columns', columns, 1);
  checkWhole('a gap', gap, 0);
  const across = Math.min(columns, images.length);
  const down = Math.ceil(images.length / across);
  const sheet = {
    width: gap + across * (width + gap),
    height: gap + down * (height + gap),
  };
  const data = new Uint8Array(sheet.width * sheet.height).fill(ground);
  for (const [index, image] of images.entries()) {
    const left = gap + (index % across) * (width + gap);
    const top = gap + Math.floor(index / across) * (height + gap);
    for (let y = 0; y < height; y++) {
      const row = image.data.subarray(y * width, (y + 1) * width);
      data.set(row, (top + y) * sheet.width + left);
    }
  }
  return { ...sheet, data };
}

function checkWhole(what: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(
    `expected ${what} that is a whole number of at least ${least}, found ${value}`,
  );
}
