import type { IdxArray } from '@softreg/idx';
import { entryOf, type Files, filesOf, NAMES, PARTS } from './synthetic-set.js';

export const FILES = filesOf();
export const ENTRY = await entryOf(FILES);
export function dropped(name: string, bytes: Uint8Array): File {
  return new File([bytes as BlobPart], name);
}

/** The files under names that are made of the known ones. */
export function drop(files: Files = FILES, rename = (name: string, _: number) => name): File[] {
  return PARTS.map((part, i) => dropped(rename(NAMES[part], i), files[part]));
}

export function vector(count: number, value: number): IdxArray {
  return { type: 'uint8', shape: [count], data: new Uint8Array(count).fill(value) };
}

export function images(count: number, value: number): IdxArray {
  return { type: 'uint8', shape: [count, 2, 3], data: new Uint8Array(6 * count).fill(value) };
}
