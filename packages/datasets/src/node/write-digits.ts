import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { makeFolder, writeFileAtomic } from '@softreg/atomic-file';
import { encodeIdx, readRawIdx } from '@softreg/idx';
import type { DatasetPart } from '../catalog.js';
import { DIGITS } from '../digits/digits-entry.js';
import { drawDigits } from '../digits/draw-digits.js';
import { DatasetError } from '../errors.js';

export interface WriteDigitsOptions {
  /** Where the four files go; made if it is not there. */
  readonly folder: string;
  /** How many images to train on: {@link DIGITS_LIMITS}; default 60,000. */
  readonly train?: number;
  /** How many to test on; default 10,000. */
  readonly test?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Write `.gz` files; default true. */
  readonly gzipped?: boolean;
  /** Write over files of these names, whatever they hold; default false. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called while images are drawn. */
  readonly onProgress?: (progress: { readonly drawn: number; readonly total: number }) => void;
}

export interface WrittenFile {
  /** Name without `.gz`. */
  readonly file: string;
  readonly path: string;
  /** Size of the file as it is there. */
  readonly bytes: number;
  /** False if the same content was there already, gzipped or not. */
  readonly written: boolean;
}

/** Whole numbers, each limit included. A split needs 3 images to train on; larger files than these are refused when they are read. */
export const DIGITS_LIMITS = {
  train: [3, 1_000_000],
  test: [1, 200_000],
  seed: [0, 2 ** 32 - 1],
} as const;

const BLOCK = 500;

/**
 * Writes the built-in digits as four IDX files of MNIST's names, each whole or not at all. Files of these names that hold something else
 * stay as they are, and then nothing is written.
 *
 * @throws RangeError naming the option that is out of its range; DatasetError DATASET_WRONG_CHECKSUM for other files in the place,
 * DATASET_CACHE_FAILED if the folder cannot be written; the signal's reason
 */
export async function writeDigits(options: WriteDigitsOptions): Promise<WrittenFile[]> {
  const { folder, train = 60_000, test = 10_000, seed = 0, gzipped = true } = options;
  const { replace = false, signal, onProgress } = options;
  for (const [name, value] of Object.entries({ train, test, seed })) {
    checkLimits(name as keyof typeof DIGITS_LIMITS, value);
  }
  const total = train + test;
  const tell = (drawn: number) => onProgress?.({ drawn, total });
  const drawnTrain = await drawFiles('train', train, seed, signal, tell);
  const drawnTest = await drawFiles('test', test, seed, signal, (drawn) => tell(train + drawn));
  const raw: Readonly<Record<DatasetPart, Uint8Array>> = {
    trainImages: drawnTrain.images,
    trainLabels: drawnTrain.labels,
    testImages: drawnTest.images,
    testLabels: drawnTest.labels,
  };
  const files: { part: DatasetPart; file: string; there: Existing | undefined }[] = [];
  for (const part of Object.keys(raw) as DatasetPart[]) {
    const file = DIGITS.files[part].name;
    const there = replace ? undefined : await existing(join(folder, file), raw[part]);
    files.push({ part, file, there });
  }
  const results: WrittenFile[] = [];
  for (const { part, file, there } of files) {
    signal?.throwIfAborted();
    const path = there?.path ?? join(folder, gzipped ? `${file}.gz` : file);
    const bytes = there?.bytes ?? (await save(path, raw[part], gzipped));
    results.push({ file, path, bytes, written: there === undefined });
  }
  return results;
}

function checkLimits(name: keyof typeof DIGITS_LIMITS, value: number): void {
  const [least, most] = DIGITS_LIMITS[name];
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name}: expected a whole number from ${least} to ${most}, found ${value}`);
}

/** The raw IDX files of a part, drawn in place: a million images are not to be in memory twice. */
async function drawFiles(
  part: 'train' | 'test',
  count: number,
  seed: number,
  signal: AbortSignal | undefined,
  tell: (drawn: number) => void,
): Promise<{ images: Uint8Array; labels: Uint8Array }> {
  const imageHeader = encodeIdx({ type: 'uint8', shape: [0, 28, 28], data: new Uint8Array(0) });
  const labelHeader = encodeIdx({ type: 'uint8', shape: [0], data: new Uint8Array(0) });
  const images = new Uint8Array(imageHeader.length + count * 784);
  const labels = new Uint8Array(labelHeader.length + count);
  for (const [file, header] of [
    [images, imageHeader],
    [labels, labelHeader],
  ] as const) {
    file.set(header);
    new DataView(file.buffer).setUint32(4, count);
  }
  for (let first = 0; first < count; first += BLOCK) {
    const block = drawDigits({ part, seed, first, count: Math.min(BLOCK, count - first) });
    images.set(block.images, imageHeader.length + first * 784);
    labels.set(block.labels, labelHeader.length + first);
    tell(first + block.count);
    // So that an abort can arrive, and a progress line be drawn.
    await breathe();
    signal?.throwIfAborted();
  }
  return { images, labels };
}

interface Existing {
  readonly path: string;
  readonly bytes: number;
}

/** A file of that name, raw or gzipped, with the same content. @throws DatasetError for one with another content */
async function existing(name: string, raw: Uint8Array): Promise<Existing | undefined> {
  let same: Existing | undefined;
  for (const path of [name, `${name}.gz`]) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    const content = found.isFile() ? await readRaw(path, raw.length) : undefined;
    if (content === undefined || Buffer.compare(content, raw) !== 0) {
      throw new DatasetError({
        code: 'DATASET_WRONG_CHECKSUM',
        subject: path,
        expected: 'no file of that name, or these very digits',
        found: 'something else, which stays as it is',
        advice: 'remove it, or name another folder',
      });
    }
    same ??= { path, bytes: found.size };
  }
  return same;
}

async function readRaw(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return await readRawIdx(await readFile(path), { maxBytes });
  } catch {
    return undefined;
  }
}

async function save(path: string, raw: Uint8Array, gzipped: boolean): Promise<number> {
  const bytes = gzipped ? await promisify(gzip)(raw) : raw;
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw new DatasetError({
      code: 'DATASET_CACHE_FAILED',
      subject: path,
      expected: 'a place to write the digits',
      found: (error as Error).message,
      cause: error,
    });
  }
  return bytes.length;
}
