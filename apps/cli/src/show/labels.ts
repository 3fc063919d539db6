import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DatasetError } from '@softreg/datasets';
import { readIdxFile } from '@softreg/datasets/node';

/**
 * The labels of an image file.
 *
 * @throws DatasetError if the file has no labels, or not as many as there are images
 */
export async function readLabels(
  path: string,
  imageFile: string,
  images: number,
): Promise<Uint8Array> {
  const { type, shape, data } = await readIdxFile(path);
  if (type !== 'uint8' || shape.length !== 1) {
    throw new DatasetError({
      code: 'DATASET_WRONG_SHAPE',
      subject: path,
      expected: 'bytes of rank 1 (labels)',
      found: `${type} of shape ${shape.join(' x ') || '(none)'}`,
      advice: 'name a file of labels with --labels',
    });
  }
  if (data.length === images) return data;
  throw new DatasetError({
    code: 'DATASET_COUNTS_DIFFER',
    subject: path,
    expected: `${images} labels, one for each image of ${imageFile}`,
    found: `${data.length}`,
    advice: 'name the file that belongs to the images with --labels',
  });
}

/**
 * Those of the file beside it that has `labels-idx1` in its name where this has `images-idx3`; undefined if there is none.
 *
 * @param notice told if there is one that does not belong to the images
 */
export async function labelsBeside(
  imageFile: string,
  images: number,
  notice: (text: string) => void,
): Promise<Uint8Array | undefined> {
  const name = basename(imageFile);
  const itsName = name.replace('images', 'labels').replace('idx3', 'idx1');
  if (itsName === name) return undefined;
  const bare = itsName.replace(/\.gz$/, '');
  for (const candidate of [itsName, bare, `${bare}.gz`]) {
    const path = join(dirname(imageFile), candidate);
    const found = await stat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    try {
      return await readLabels(path, imageFile, images);
    } catch (error) {
      if (!DatasetError.isInstance(error)) throw error;
      notice(`shown without labels: ${error.message}`);
      return undefined;
    }
  }
  return undefined;
}
