import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const FOLDER = new URL('../pickles/', import.meta.url);

/** The files of make-pickles.py whose names begin so, unpacked. */
export function realFiles(start: 'data' | 'model' | 'values'): [string, Uint8Array][] {
  return readdirSync(FOLDER)
    .filter((name) => name.startsWith(start))
    .map((name) => {
      const bytes = readFileSync(new URL(name, FOLDER));
      return [
        name.replace(/\.gz$/, ''),
        new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes),
      ];
    });
}

export function realFilePath(name: string): URL {
  return new URL(name, FOLDER);
}

/** The pixels of make-pickles.py: those of images `start` to `start + count`. */
export function madeUpPixels(start: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count * 784 }, (_, index) => {
    const i = start * 784 + index;
    return i % 5 < 3 ? 0 : (i * 37) % 256;
  });
}

export function madeUpLabels(start: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, index) => ((start + index) * 3) % 10);
}

export const MADE_UP_WEIGHTS = Float32Array.from({ length: 7840 }, (_, i) => ((i % 97) - 48) / 60);
export const MADE_UP_BIAS = Float32Array.from({ length: 10 }, (_, i) => (i - 5) / 8);
