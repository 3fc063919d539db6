import type { GrayImage, LabeledImages } from '@softreg/datasets';
import { UsageError } from '../usage-error.js';

/** An image to show, and what is known of it. */
export interface Picture {
  /** Its place in the file or split, from 0. */
  readonly index: number;
  readonly label?: number;
  readonly className?: string;
  readonly image: GrayImage;
}

export interface Pictures {
  /** What they are of, to say. */
  readonly source: string;
  readonly pictures: readonly Picture[];
}

/** Which images are asked for. */
export interface Choice {
  readonly from: number;
  readonly count: number;
  /** A label, or the name of its class. */
  readonly label: string | undefined;
}

/** @throws UsageError */
export function checkFrom(from: number, total: number): void {
  if (from < total) return;
  throw new UsageError(
    `--from: expected 0 to ${total - 1}, the images that there are, found ${from}`,
  );
}

/**
 * The label that the user means: the name of a class goes before a number.
 *
 * @param classNames none for a file, of which only numbers are known
 * @throws UsageError
 */
export function labelOf(text: string, classNames: readonly string[] = []): number {
  const wanted = text.toLowerCase();
  const named = classNames.findIndex((name) => name.toLowerCase() === wanted);
  if (named >= 0) return named;
  const most = (classNames.length || 256) - 1;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  const names = classNames.filter((name) => !/^\d+$/.test(name));
  const or = names.length > 0 ? `, or one of ${names.join(', ')}` : '';
  throw new UsageError(`--label: expected 0 to ${most}${or}, found ${text || 'nothing'}`);
}

/**
 * The places of the images that are asked for: the first so many of that label, or all, from a place on.
 *
 * @param labels of the images from 0 on; undefined where they are not known
 * @throws UsageError for a place beyond the end, or a label that does not occur
 */
export function choose(
  { from, count, label }: Choice,
  total: number,
  labels: Uint8Array | undefined,
  classNames?: readonly string[],
): number[] {
  checkFrom(from, total);
  if (label === undefined) {
    return Array.from({ length: Math.min(count, total - from) }, (_, i) => from + i);
  }
  if (labels === undefined) {
    throw new UsageError(
      '--label: expected a file of labels beside the images, found none; name it with --labels',
    );
  }
  const wanted = labelOf(label, classNames);
  const places: number[] = [];
  for (let i = labels.indexOf(wanted, from); i >= 0 && places.length < count; ) {
    places.push(i);
    i = labels.indexOf(wanted, i + 1);
  }
  if (places.length === 0) {
    throw new UsageError(
      `--label: expected a label that occurs from image ${from} on, found no ${label}`,
    );
  }
  return places;
}

/** Images of a set in memory. */
export function picturesOf(
  { images, labels, height, width }: LabeledImages,
  places: readonly number[],
  classNames: readonly string[],
  offset = 0,
): Picture[] {
  const pixels = height * width;
  return places.map((place) => {
    const label = labels[place] as number;
    return {
      index: offset + place,
      label,
      className: classNames[label] as string,
      image: { width, height, data: images.subarray(place * pixels, (place + 1) * pixels) },
    };
  });
}
