import { encodeIdx, type IdxArray } from '@softreg/idx';
import { type DatasetEntry, type DatasetPart, type OpenFile, sha256Hex } from '../src/index.js';

export const PARTS = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;

export const NAMES: Readonly<Record<DatasetPart, string>> = {
  trainImages: 'train-images',
  trainLabels: 'train-labels',
  testImages: 'test-images',
  testLabels: 'test-labels',
};

/** The raw bytes of each file. */
export type Files = Readonly<Record<DatasetPart, Uint8Array>>;

/** Images in which pixel `p` of image `i` is `(31 i + 7 p) % 251`, so that no two neighbors are alike. */
export function codedImages(count: number, height: number, width: number): IdxArray {
  const pixels = height * width;
  const data = Uint8Array.from(
    { length: count * pixels },
    (_, index) => (31 * Math.floor(index / pixels) + 7 * (index % pixels)) % 251,
  );
  return { type: 'uint8', shape: [count, height, width], data };
}

/** Labels 0 to 9, over and over. */
export function codedLabels(count: number): IdxArray {
  return {
    type: 'uint8',
    shape: [count],
    data: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

export const ARRAYS: Readonly<Record<DatasetPart, IdxArray>> = {
  trainImages: codedImages(12, 2, 3),
  trainLabels: codedLabels(12),
  testImages: codedImages(5, 2, 3),
  testLabels: codedLabels(5),
};

/** The raw files of {@link ARRAYS}, with other arrays in place of some. */
export function filesOf(changes: Partial<Record<DatasetPart, IdxArray>> = {}): Files {
  const encoded = PARTS.map((part) => [part, encodeIdx({ ...ARRAYS, ...changes }[part])]);
  return Object.fromEntries(encoded) as Files;
}

/** The entry that a catalog would have for these files. */
export async function entryOf(
  files: Files,
  mirrors: readonly string[] = [],
): Promise<DatasetEntry & { readonly files: Readonly<Record<DatasetPart, { sha256: string }>> }> {
  const described = PARTS.map(async (part) => [
    part,
    { name: NAMES[part], sha256: await sha256Hex(files[part]), bytes: files[part].length },
  ]);
  return {
    name: 'tiny',
    title: 'the tiny set',
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    files: Object.fromEntries(await Promise.all(described)),
    mirrors,
  };
}

/** Opens the files from memory; `opened` tells which, in order. */
export function memoryFiles(files: Files): { openFile: OpenFile; opened: string[] } {
  const opened: string[] = [];
  const openFile: OpenFile = async (name) => {
    opened.push(name);
    const part = PARTS.find((candidate) => NAMES[candidate] === name) as DatasetPart;
    return { location: `memory:${name}`, source: files[part] };
  };
  return { openFile, opened };
}
