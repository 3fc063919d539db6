import type { Parameters } from '@softreg/backend';

/**
 * The least distance from an image to one that is of a class, by trying every way in which the nearest one can be held: each pixel at 0, at 255 or
 * free, and each other class with or without a tie. For images of a few pixels.
 *
 * @param beyond how far ahead of each other class the image is to be, in gray levels across the border
 */
export function nearestByEnumeration(
  { features, classes, weights, bias }: Parameters,
  image: readonly number[],
  label: number,
  beyond = 0,
): number | undefined {
  const others = Array.from({ length: classes }, (_, k) => k).filter((k) => k !== label);
  const limits = others.map((other) => {
    const normal = Array.from({ length: features }, (_, i) => {
      const at = (k: number) => weights[i * classes + k] as number;
      return at(label) - at(other);
    });
    const length = Math.hypot(...normal);
    const behind = (bias[other] as number) - (bias[label] as number);
    // The same class twice: of the two the first one has all images.
    const never = length === 0 && behind === 0 && other < label;
    const least = never ? Number.POSITIVE_INFINITY : behind + beyond * length;
    return { normal, least, slack: 1e-7 * (1 + length) };
  });
  let best: number | undefined;
  for (let holds = 0; holds < 3 ** features; holds++) {
    const ends = image.map((_, i) => [undefined, 0, 255][Math.floor(holds / 3 ** i) % 3]);
    for (let ties = 0; ties < 2 ** limits.length; ties++) {
      const tied = limits.filter((_, j) => (ties >> j) & 1);
      const point = nearestHeld(image, ends, tied);
      if (point === undefined) continue;
      const isInside =
        point.every((value) => value > -1e-7 && value < 255 + 1e-7) &&
        limits.every(({ normal, least, slack }) => dot(normal, point) >= least - slack);
      if (!isInside) continue;
      const length = Math.hypot(...point.map((value, i) => value - (image[i] as number)));
      best = Math.min(best ?? length, length);
    }
  }
  return best;
}

/** With some pixels given, the nearest point on the borders: image + sum of multipliers x normals, by Gauss and Jordan. */
function nearestHeld(
  image: readonly number[],
  ends: readonly (number | undefined)[],
  tied: readonly { readonly normal: readonly number[]; readonly least: number }[],
): number[] | undefined {
  const point = image.map((value, i) => ends[i] ?? value);
  const free = tied.map(({ normal }) =>
    normal.map((value, i) => (ends[i] === undefined ? value : 0)),
  );
  const rows = tied.map(({ normal, least }, j) => [
    ...free.map((other) => dot(free[j] as number[], other)),
    least - dot(normal, point),
  ]);
  for (let column = 0; column < rows.length; column++) {
    const rest = rows.slice(column);
    const pivot = rest.reduce((a, b) =>
      Math.abs(b[column] as number) > Math.abs(a[column] as number) ? b : a,
    );
    if (Math.abs(pivot[column] as number) < 1e-9) return undefined;
    const place = rows.indexOf(pivot);
    [rows[column], rows[place]] = [pivot, rows[column] as number[]];
    for (const row of rows) {
      if (row === pivot) continue;
      const share = (row[column] as number) / (pivot[column] as number);
      for (let k = 0; k < row.length; k++) {
        row[k] = (row[k] as number) - share * (pivot[k] as number);
      }
    }
  }
  const multipliers = rows.map((row, j) => (row[rows.length] as number) / (row[j] as number));
  return point.map((value, i) =>
    multipliers.reduce((sum, m, j) => sum + m * ((free[j] as number[])[i] as number), value),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
