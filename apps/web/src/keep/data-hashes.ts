import {
  type DatasetPart,
  type DatasetSplit,
  type LabeledImages,
  sha256Hex,
} from '@softreg/datasets';
import { encodeIdx } from '@softreg/idx';

/** SHA-256 of each of the four IDX files, unpacked, by which a run knows its data again. */
export type DataHashes = Readonly<Record<DatasetPart, string>>;

/** Of the files that the images were read from, or would be written to. Training and validation images are one file. */
export async function hashesOf({ train, validation, test }: DatasetSplit): Promise<DataHashes> {
  return {
    trainImages: await sha256Hex(imageFile([train, validation])),
    trainLabels: await sha256Hex(labelFile([train, validation])),
    testImages: await sha256Hex(imageFile([test])),
    testLabels: await sha256Hex(labelFile([test])),
  };
}

function imageFile(parts: readonly [LabeledImages, ...LabeledImages[]]): Uint8Array {
  const { height, width } = parts[0];
  const data = joined(parts.map(({ images }) => images));
  return encodeIdx({ type: 'uint8', shape: [countOf(parts), height, width], data });
}

function labelFile(parts: readonly LabeledImages[]): Uint8Array {
  const data = joined(parts.map(({ labels }) => labels));
  return encodeIdx({ type: 'uint8', shape: [countOf(parts)], data });
}

function countOf(parts: readonly LabeledImages[]): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
