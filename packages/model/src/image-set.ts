import type { Examples } from '@softreg/backend';
import { ModelError } from './errors.js';
import type { SoftmaxRegression } from './softmax-regression.js';

/** Grayscale images of one size with their classes, as a data set gives them. */
export interface ImageSet {
  /** Pixels 0 to 255: count x height x width, row-major. */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/** The images as examples for an engine, with one feature a pixel. The pixels are shared, not copied. */
export function examplesOf(set: ImageSet, pixelScale: number): Examples {
  return {
    values: set.images,
    scale: pixelScale,
    labels: set.labels,
    count: set.count,
    features: set.height * set.width,
    classes: set.classes,
  };
}

/** @throws ModelError MODEL_DATA_MISMATCH if images or classes are not those the model was trained for */
export function checkFits(
  model: SoftmaxRegression,
  set: Pick<ImageSet, 'height' | 'width' | 'classes'>,
  name: string,
): void {
  const { imageHeight, imageWidth, classNames } = model;
  if (set.height === imageHeight && set.width === imageWidth && set.classes === classNames.length) {
    return;
  }
  throw new ModelError({
    code: 'MODEL_DATA_MISMATCH',
    subject: name,
    expected: `images of ${imageHeight} x ${imageWidth} pixels in ${classNames.length} classes, as the model has`,
    found: `${set.height} x ${set.width} in ${set.classes}`,
    advice: 'use the data the model was trained for',
  });
}
