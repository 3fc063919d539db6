import type { SequentialRows } from '@softreg/idx';
import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { checkSameSize, checkSum, type Dataset } from '../dataset.js';
import { type ImageStream, streamImages } from '../image-stream.js';
import { sha256Hex } from '../sha256.js';
import { trainingCount } from '../split.js';
import { wrongChecksum } from '../wrong-checksum.js';
import { findFile } from './find-file.js';
import { type ImageFile, md5OfFile, openImageFile, sha256OfImages } from './image-file.js';
import { readRawIdxFile } from './read-idx-file.js';

/** A data set whose images are read as they are needed, in the tutorial's split. Labels are in memory. */
export interface DatasetStreams extends Pick<Dataset, 'name' | 'classNames' | 'sha256'> {
  readonly train: ImageStream;
  readonly validation: ImageStream;
  readonly test: ImageStream;
  /** Closes the files; the streams are of no use then. */
  close(): Promise<void>;
}

export interface StreamDatasetOptions {
  /** Folder with the files, raw or gzipped. A gzipped image file is inflated from its beginning for each pass. */
  folder: string;
  /** Refuse files whose checksum is not the known one; default true. */
  verify?: boolean;
  /** Images whose order is mixed among themselves where minibatches are asked for with a seed; default 10,000. */
  window?: number;
  /** Called with the path of an image file before all of it is read once, for its format and checksum. */
  onRead?: (path: string) => void;
}

/**
 * Opens a data set that may be larger than memory. Each image file is read once from end to end, and stays open.
 *
 * @throws DatasetError as `openDataset` with a folder
 */
export async function streamDataset(
  entry: DatasetEntry,
  options: StreamDatasetOptions,
): Promise<DatasetStreams> {
  const opened: ImageFile[] = [];
  const close = async () => {
    await Promise.all(opened.splice(0).map((file) => file.close()));
  };
  try {
    const { trainImages, trainLabels, testImages, testLabels } = entry.files;
    const training = await openPair(entry, [trainImages, trainLabels], options, opened);
    const testing = await openPair(entry, [testImages, testLabels], options, opened);
    checkSameSize(training, testing);
    const { count } = training.all;
    const trained = trainingCount(entry.name, count, testing.all.count);
    const trainSums = await checkContent(entry, training, options);
    const testSums = await checkContent(entry, testing, options);
    return {
      name: entry.name,
      classNames: entry.classNames,
      train: await training.part(0, trained),
      validation: await training.part(trained, count),
      test: testing.all,
      sha256: {
        trainImages: trainSums.images,
        trainLabels: trainSums.labels,
        testImages: testSums.images,
        testLabels: testSums.labels,
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Bytes of the larger one of the two image files, once unpacked, as their headers say.
 *
 * @throws DatasetError DATASET_FOLDER_MISSING, DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function imageBytes({ files }: DatasetEntry, folder: string): Promise<number> {
  const sizes: number[] = [];
  for (const { name } of [files.trainImages, files.testImages]) {
    const { rows, close } = await openImageFile(await findFile(folder, name));
    const opened = typeof rows === 'function' ? await rows() : rows;
    sizes.push(opened.shape.reduce((product, size) => product * size, 1));
    if (typeof rows === 'function') await (opened as SequentialRows).close();
    await close();
  }
  return Math.max(...sizes);
}

/** Images and their labels, which fit together. */
interface Pair {
  /** The image file's path. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly files: { readonly images: DatasetFile; readonly labels: DatasetFile };
  readonly labels: { readonly name: string; readonly sha256: string };
  readonly all: ImageStream;
  part(from: number, to: number): Promise<ImageStream>;
}

async function openPair(
  entry: DatasetEntry,
  [imageFile, labelFile]: [DatasetFile, DatasetFile],
  { folder, window }: StreamDatasetOptions,
  opened: ImageFile[],
): Promise<Pair> {
  const images = await openImageFile(await findFile(folder, imageFile.name));
  opened.push(images);
  const name = await findFile(folder, labelFile.name);
  const { raw, array } = await readRawIdxFile(name);
  const part = (from?: number, to?: number) =>
    streamImages(images, { name, array }, entry.classNames.length, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(window !== undefined && { window }),
    });
  const all = await part();
  return {
    name: images.name,
    height: all.height,
    width: all.width,
    files: { images: imageFile, labels: labelFile },
    labels: { name, sha256: await sha256Hex(raw) },
    all,
    part,
  };
}

/** @returns the SHA-256 of both files */
async function checkContent(
  entry: DatasetEntry,
  { name, files, labels, all }: Pair,
  { verify = true, onRead }: StreamDatasetOptions,
): Promise<{ images: string; labels: string }> {
  onRead?.(name);
  const sha256 = { images: await sha256OfImages(all), labels: labels.sha256 };
  if (verify) {
    checkSum(entry, { name, file: files.images, sha256: sha256.images });
    checkSum(entry, { name: labels.name, file: files.labels, sha256: sha256.labels });
    await checkMd5(entry, name, files.images);
    await checkMd5(entry, labels.name, files.labels);
  }
  return sha256;
}

/** Where nobody has published a SHA-256, the MD5 of the `.gz` counts. */
async function checkMd5(entry: DatasetEntry, path: string, file: DatasetFile): Promise<void> {
  const { gzipMd5, sha256 } = file;
  if (gzipMd5 === undefined || sha256 !== undefined || !path.endsWith('.gz')) return;
  const found = await md5OfFile(path);
  if (found === gzipMd5) return;
  throw wrongChecksum(path, `MD5 ${gzipMd5} of the .gz, that of ${entry.title}`, found);
}
