import { DatasetError, type GrayImage } from '@softreg/datasets';
import { type IdxArray, openRandomRows, openSequentialRows } from '@softreg/idx';
import { type OpenIdxFile, withIdxFile } from '../data/idx-file.js';
import { labelsBeside, readLabels } from './labels.js';
import { type Choice, choose, type Pictures } from './pictures.js';

/** A larger one is no digit. */
const MOST_PIXELS = 2 ** 26;

/**
 * Images of an IDX file; of one that is not gzipped no others are read.
 *
 * @param labelFile undefined for the one beside it, if there is one
 * @param notice told if that one does not belong to the images
 * @throws DatasetError, UsageError
 */
export async function ofFile(
  path: string,
  labelFile: string | undefined,
  choice: Choice,
  notice: (text: string) => void,
): Promise<Pictures> {
  return withIdxFile(path, async (file) => {
    const images = await (file.gzipped ? gzippedImages : rawImages)(path, file);
    try {
      const { count } = images.size;
      const labels =
        labelFile === undefined
          ? await labelsBeside(path, count, notice)
          : await readLabels(labelFile, path, count);
      const places = choose(choice, count, labels);
      const found = await images.read(places);
      return {
        source: path,
        pictures: found.map((image, i) => {
          const index = places[i] as number;
          return { index, image, ...(labels && { label: labels[index] as number }) };
        }),
      };
    } finally {
      await images.close();
    }
  });
}

interface Size {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Rows of the file that make an image: its own, in a file of one image. */
  readonly rows: number;
}

interface OpenImages {
  readonly size: Size;
  /** @param places rising */
  read(places: readonly number[]): Promise<GrayImage[]>;
  close(): Promise<void>;
}

async function rawImages(path: string, { access }: OpenIdxFile): Promise<OpenImages> {
  const file = await openRandomRows(access);
  const size = sizeOf(path, file);
  return {
    size,
    async read(places) {
      const images: GrayImage[] = [];
      for (const place of places) {
        images.push(imageOf(size, await file.read(place * size.rows, (place + 1) * size.rows)));
      }
      return images;
    },
    close: async () => undefined,
  };
}

/** Read in order, as far as the last image that is asked for. */
async function gzippedImages(path: string, file: OpenIdxFile): Promise<OpenImages> {
  const rows = await openSequentialRows(file.stream());
  try {
    const size = sizeOf(path, rows);
    return {
      size,
      async read(places) {
        const images: GrayImage[] = [];
        let place = 0;
        for await (const block of rows.blocks(size.rows)) {
          if (place === places[images.length]) images.push(imageOf(size, block));
          place += 1;
          if (images.length === places.length) break;
        }
        return images;
      },
      close: () => rows.close(),
    };
  } catch (error) {
    await rows.close();
    throw error;
  }
}

function imageOf({ height, width }: Size, { data }: IdxArray): GrayImage {
  return { height, width, data: data as Uint8Array };
}

/** @throws DatasetError DATASET_WRONG_SHAPE */
function sizeOf(path: string, { type, shape }: Pick<IdxArray, 'type' | 'shape'>): Size {
  const wrong = (expected: string) =>
    new DatasetError({
      code: 'DATASET_WRONG_SHAPE',
      subject: path,
      expected,
      found: `${type} of shape ${shape.join(' x ')}`,
      advice: 'softreg data info tells more of it',
    });
  if (type !== 'uint8' || (shape.length !== 3 && shape.length !== 2)) {
    throw wrong('bytes of rank 3 (images x rows x columns), or of rank 2 for one image');
  }
  const [height, width] = shape.slice(-2) as [number, number];
  const count = shape.length === 3 ? (shape[0] as number) : 1;
  if (count === 0 || height * width === 0) throw wrong('at least one image of at least one pixel');
  if (height * width > MOST_PIXELS) throw wrong(`images of at most ${MOST_PIXELS} pixels`);
  return { count, height, width, rows: shape.length === 3 ? 1 : height };
}
