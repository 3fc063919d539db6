import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Examples } from '@softreg/backend';

/** The tutorial's split, read without the packages that are for that: the trainer does not know them. */
export function tutorialSplits(folder: string): {
  train: Examples;
  validation: Examples;
  test: Examples;
} {
  const payload = (name: string, header: number) =>
    gunzipSync(readFileSync(join(folder, `${name}.gz`))).subarray(header);
  const images = payload('train-images-idx3-ubyte', 16);
  const labels = payload('train-labels-idx1-ubyte', 8);
  const examples = (pixels: Uint8Array, classes: Uint8Array): Examples => ({
    values: pixels,
    scale: 256,
    labels: classes,
    count: classes.length,
    features: 784,
    classes: 10,
  });
  return {
    train: examples(images.subarray(0, 50_000 * 784), labels.subarray(0, 50_000)),
    validation: examples(images.subarray(50_000 * 784), labels.subarray(50_000)),
    test: examples(payload('t10k-images-idx3-ubyte', 16), payload('t10k-labels-idx1-ubyte', 8)),
  };
}
