import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import { type CliOptions, runCli } from './run-cli.js';

/** Four images of 4 x 3 pixels: image i is black but for a column i of white, and a gray corner at the bottom right. */
export const PIXELS = Uint8Array.from({ length: 4 * 12 }, (_, at) => {
  const [image, x, y] = [Math.floor(at / 12), at % 4, Math.floor((at % 12) / 4)];
  if (x === image) return 255;
  return x === 3 && y === 2 ? 128 : 0;
});

/** Files of those images, with labels 7, 2, 7 and 0. */
export function fourImages(): { folder: string; images: string; labels: string } {
  const folder = temporaryFolder();
  const images = join(folder, 'some-images-idx3-ubyte');
  const labels = join(folder, 'some-labels-idx1-ubyte');
  writeFileSync(images, encodeIdx({ type: 'uint8', shape: [4, 3, 4], data: PIXELS }));
  writeFileSync(labels, encodeIdx({ type: 'uint8', shape: [4], data: Uint8Array.of(7, 2, 7, 0) }));
  return { folder, images, labels };
}

export function show(argv: readonly string[], options?: CliOptions) {
  return runCli(['data', 'show', ...argv], options);
}
