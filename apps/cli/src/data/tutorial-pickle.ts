import { basename } from 'node:path';
import {
  type Dataset,
  DatasetError,
  type DatasetSplit,
  type LabeledImages,
  MNIST,
  sha256Hex,
  tutorialSplit,
} from '@softreg/datasets';
import { encodeIdx } from '@softreg/idx';
import { readTutorialData } from '@softreg/serialization/node';

const SIDE = 28;
type TutorialSet = Awaited<ReturnType<typeof readTutorialData>>['test'];

/** Whether `--dataset` names a file like the tutorial's `mnist.pkl.gz`. */
export function isTutorialPickle(name: string): boolean {
  return /\.pkl(\.gz)?$/i.test(name);
}

/**
 * The tutorial's pickle as a data set: its training and validation images are one part, and its SHA-256 are those of IDX files with the same
 * content. So the tutorial's own file is MNIST, and goes by that name.
 *
 * @throws SerializationError as `readTutorialData`; DatasetError for pixels that are no bytes divided by 256, or another share of
 * validation images than the tutorial's
 */
export async function openTutorialPickle(path: string): Promise<Dataset> {
  const { train, validation, test } = await readTutorialData(path);
  for (const [name, set] of Object.entries({ train, validation, test })) {
    if (set.values instanceof Uint8Array) continue;
    throw refused('DATASET_FILE_DAMAGED', `${path}, ${name}`, {
      expected: 'pixels that are bytes divided by 256',
      found: 'others',
      advice: 'write the data as IDX files',
    });
  }
  const both = { train: imagesOf(joined(train, validation)), test: imagesOf(test) };
  checkShare(path, train.count, tutorialSplit({ name: path, ...both }));
  const sha256 = await hashesOf(both);
  const isMnist = Object.entries(sha256).every(
    ([part, hash]) => MNIST.files[part as keyof typeof sha256].sha256 === hash,
  );
  return {
    name: isMnist ? MNIST.name : basename(path),
    classNames: MNIST.classNames,
    ...both,
    sha256,
  };
}

/** From here on a set is split by its size alone. */
function checkShare(path: string, found: number, { train, validation }: DatasetSplit): void {
  if (found === train.count) return;
  const all = train.count + validation.count;
  throw refused('DATASET_COUNTS_DIFFER', path, {
    expected: `${train.count} training and ${validation.count} validation images, a sixth of all`,
    found: `${found} and ${all - found}`,
    advice: 'write the data as IDX files',
  });
}

function refused(
  code: 'DATASET_FILE_DAMAGED' | 'DATASET_COUNTS_DIFFER',
  subject: string,
  details: { expected: string; found: string; advice: string },
): DatasetError {
  return new DatasetError({ code, subject, ...details });
}

function joined(first: TutorialSet, second: TutorialSet): TutorialSet {
  const join = (a: Uint8Array, b: Uint8Array) => {
    const result = new Uint8Array(a.length + b.length);
    result.set(a);
    result.set(b, a.length);
    return result;
  };
  return {
    ...first,
    values: join(first.values as Uint8Array, second.values as Uint8Array),
    labels: join(first.labels, second.labels),
    count: first.count + second.count,
  };
}

function imagesOf({ values, labels, count, classes }: TutorialSet): LabeledImages {
  return { images: values as Uint8Array, labels, count, height: SIDE, width: SIDE, classes };
}

async function hashesOf(parts: { train: LabeledImages; test: LabeledImages }) {
  const imagesHash = ({ images, count }: LabeledImages) =>
    sha256Hex(encodeIdx({ type: 'uint8', shape: [count, SIDE, SIDE], data: images }));
  const labelsHash = ({ labels, count }: LabeledImages) =>
    sha256Hex(encodeIdx({ type: 'uint8', shape: [count], data: labels }));
  return {
    trainImages: await imagesHash(parts.train),
    trainLabels: await labelsHash(parts.train),
    testImages: await imagesHash(parts.test),
    testLabels: await labelsHash(parts.test),
  };
}
