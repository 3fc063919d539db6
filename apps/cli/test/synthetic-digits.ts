import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdx } from '@softreg/idx';

export interface SyntheticOptions {
  readonly trainCount?: number;
  readonly testCount?: number;
  readonly side?: number;
}

/**
 * Writes four files of the names and the format of MNIST, with images that are easy to tell apart: class k is a bright bar at
 * height k, among noise. Not MNIST, so to be used with `--no-verify`.
 */
export function writeSyntheticDigits(
  folder: string,
  { trainCount = 360, testCount = 100, side = 28 }: SyntheticOptions = {},
): void {
  mkdirSync(folder, { recursive: true });
  let state = 7;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (const [name, count] of [
    ['train', trainCount],
    ['t10k', testCount],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, () => next() * 10);
    const images = new Uint8Array(count * side * side);
    for (let i = 0; i < count; i++) {
      const top = Math.floor(((labels[i] as number) * side) / 10);
      for (let p = 0; p < side * side; p++) {
        const bar = Math.floor(p / side) === top && next() < 0.7;
        images[i * side * side + p] = bar ? 200 : next() < 0.9 ? 0 : 255 * next();
      }
    }
    writeFileSync(
      join(folder, `${name}-images-idx3-ubyte`),
      encodeIdx({ type: 'uint8', shape: [count, side, side], data: images }),
    );
    writeFileSync(
      join(folder, `${name}-labels-idx1-ubyte`),
      encodeIdx({ type: 'uint8', shape: [count], data: labels }),
    );
  }
}
