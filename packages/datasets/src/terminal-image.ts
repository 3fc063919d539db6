import type { GrayImage } from './normalize-digit.js';

/** One character's place in a terminal, about twice as high as wide: two pixels, gray values 0 to 255. */
export interface TerminalCell {
  readonly upper: number;
  /** Undefined below the last row of an image of odd height. */
  readonly lower: number | undefined;
}

const SHADES = [' ', '░', '▒', '▓', '█'] as const;

/**
 * Rows of cells that show an image in its proportions. One that is wider than `columns` is made smaller by a whole factor, each pixel the
 * mean of a square.
 *
 * @param columns cells that a row may have: a whole number of at least 1
 */
export function terminalCells(
  image: GrayImage,
  columns = Number.POSITIVE_INFINITY,
): TerminalCell[][] {
  const { width, height, data } = shrunk(image, columns);
  const at = (x: number, y: number) => data[y * width + x] as number;
  return Array.from({ length: Math.ceil(height / 2) }, (_, row) =>
    Array.from({ length: width }, (_, x) => ({
      upper: at(x, 2 * row),
      lower: 2 * row + 1 < height ? at(x, 2 * row + 1) : undefined,
    })),
  );
}

/** A cell as one of the characters ` ░▒▓█`, by the mean of its pixels; where there is no pixel it is dark. */
export function shadeOf({ upper, lower = 0 }: TerminalCell): string {
  return SHADES[Math.round(((upper + lower) / 510) * (SHADES.length - 1))] as string;
}

function shrunk({ width, height, data }: GrayImage, columns: number): GrayImage {
  const factor = Math.max(1, Math.ceil(width / columns));
  if (factor === 1) return { width, height, data };
  const small = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
  const means = Uint8Array.from({ length: small.width * small.height }, (_, i) => {
    const left = (i % small.width) * factor;
    const top = Math.floor(i / small.width) * factor;
    const right = Math.min(width, left + factor);
    const bottom = Math.min(height, top + factor);
    let sum = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) sum += data[y * width + x] as number;
    }
    return Math.round(sum / ((right - left) * (bottom - top)));
  });
  return { ...small, data: means };
}
