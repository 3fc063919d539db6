import { gzipSync } from 'node:zlib';
import { MNIST } from '@softreg/datasets';
import { encodeIdx, type IdxArray } from '@softreg/idx';

export interface SetSize {
  readonly count: number;
  readonly height?: number;
  readonly width?: number;
  readonly classes?: number;
}

/** Images of which each has a bright row or column of its own class, as an IDX file. */
export function imageBytes({ count, height = 6, width = 5, classes = 3 }: SetSize): Uint8Array {
  const data = new Uint8Array(count * height * width);
  for (let image = 0; image < count; image++) {
    const at = (image % classes) % (height * width);
    data[image * height * width + at] = 255;
  }
  return encodeIdx({ type: 'uint8', shape: [count, height, width], data });
}

/** Classes 0, 1, 2 and so on, over and over. */
export function labelBytes({ count, classes = 3 }: SetSize): Uint8Array {
  const data = Uint8Array.from({ length: count }, (_, index) => index % classes);
  return encodeIdx({ type: 'uint8', shape: [count], data });
}

export function idxFile(name: string, array: IdxArray): File {
  return fileOf(name, encodeIdx(array));
}

export function fileOf(name: string, bytes: Uint8Array): File {
  return new File([bytes as BlobPart], name);
}

export function gzipped(name: string, bytes: Uint8Array): File {
  return fileOf(name, gzipSync(bytes));
}

/** Images and labels. */
export function pairOf(size: SetSize): [File, File] {
  return [fileOf('pictures.idx', imageBytes(size)), fileOf('classes.idx', labelBytes(size))];
}

/** Four files of MNIST's names: images of 6 x 5 pixels unless told. */
export function fourOf(train: SetSize, test: SetSize): [File, File, File, File] {
  const { trainImages, trainLabels, testImages, testLabels } = MNIST.files;
  return [
    fileOf(trainImages.name, imageBytes(train)),
    fileOf(trainLabels.name, labelBytes(train)),
    fileOf(testImages.name, imageBytes(test)),
    fileOf(testLabels.name, labelBytes(test)),
  ];
}

/** A header of images that are not there. */
export function hugeHeader(count: number, height: number, width: number): Uint8Array {
  return header(0x803, count, height, width);
}

/** A header of double-precision numbers that are not there. */
export function doublesHeader(count: number): Uint8Array {
  return header(0xe01, count);
}

function header(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word);
  return bytes;
}
