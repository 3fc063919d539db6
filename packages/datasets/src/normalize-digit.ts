/** A grayscale picture: `data` holds height x width values 0 to 255, row-major, 255 white. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const SIDE = 28;
const BOX = 20;

/**
 * Makes of a picture of one digit what MNIST's authors made of theirs: light ink on black, the ink's bounding box scaled to fit
 * 20 x 20 pixels with its proportions kept, and placed in 28 x 28 with its center of mass in the middle (LeCun et al. 1998,
 * section III.A), which is pixel (14, 14) counted from 0, unless that would push ink out. A dark digit on a light ground is
 * inverted first. A picture that is 28 x 28 already is taken to be so prepared, and is at most inverted. The ground is told from
 * the mean brightness of the border.
 */
export function normalizeDigit(image: GrayImage): Uint8Array {
  const ink = inkOf(image);
  if (image.width === SIDE && image.height === SIDE) return ink.data.slice();
  const box = cropToInk(ink);
  if (box === undefined) return new Uint8Array(SIDE * SIDE);
  const longest = Math.max(box.width, box.height);
  const width = Math.max(1, Math.round((box.width * BOX) / longest));
  const height = Math.max(1, Math.round((box.height * BOX) / longest));
  return centerByMass(resize(box, width, height));
}

function inkOf({ width, height, data }: GrayImage): GrayImage {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      sum += data[y * width + x] as number;
      count += 1;
    }
  }
  const lightGround = sum / count > 255 / 2;
  return { width, height, data: lightGround ? data.map((value) => 255 - value) : data };
}

/** The part of the picture that holds every pixel of at least an eighth of the brightest one. */
function cropToInk({ width, height, data }: GrayImage): GrayImage | undefined {
  const brightest = data.reduce((max, value) => Math.max(max, value), 0);
  if (brightest === 0) return undefined;
  const threshold = brightest / 8;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[y * width + x] as number) < threshold) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  const box = { width: right - left + 1, height: bottom - top + 1 };
  const cut = new Uint8Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const start = (top + y) * width + left;
    cut.set(data.subarray(start, start + box.width), y * box.width);
  }
  return { ...box, data: cut };
}

/** Averages over the area of the old picture that each new pixel covers; enlarges too. */
function resize(image: GrayImage, width: number, height: number): GrayImage {
  const data = new Uint8Array(width * height);
  const columnsOf = Array.from({ length: width }, (_, x) => coverage(x, width, image.width));
  for (let y = 0; y < height; y++) {
    const rows = coverage(y, height, image.height);
    for (const [x, columns] of columnsOf.entries()) {
      let sum = 0;
      let area = 0;
      for (const row of rows) {
        for (const column of columns) {
          const share = row.share * column.share;
          sum += share * (image.data[row.index * image.width + column.index] as number);
          area += share;
        }
      }
      data[y * width + x] = Math.round(sum / area);
    }
  }
  return { width, height, data };
}

/** Which old pixels, and how much of each, new pixel `position` of `newSize` covers along one axis. */
function coverage(position: number, newSize: number, oldSize: number) {
  const start = (position * oldSize) / newSize;
  const end = Math.min(oldSize, ((position + 1) * oldSize) / newSize);
  const parts: { index: number; share: number }[] = [];
  for (let index = Math.floor(start); index < end; index++) {
    parts.push({ index, share: Math.min(end, index + 1) - Math.max(start, index) });
  }
  return parts;
}

function centerByMass({ width, height, data }: GrayImage): Uint8Array {
  let mass = 0;
  let massX = 0;
  let massY = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x] as number;
      mass += value;
      massX += value * (x + 0.5);
      massY += value * (y + 0.5);
    }
  }
  // The mass of MNIST's own digits lies within pixel (14, 14), from its upper left corner on, not around that corner.
  const left = clamp(Math.ceil(SIDE / 2 - massX / mass), SIDE - width);
  const top = clamp(Math.ceil(SIDE / 2 - massY / mass), SIDE - height);
  const centered = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    centered.set(data.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  }
  return centered;
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, 0), max);
}
