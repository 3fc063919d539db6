import { contactSheet } from '@softreg/datasets';
import { writeWhole } from '@softreg/serialization/node';
import { UsageError } from '../usage-error.js';
import type { Picture } from './pictures.js';

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Images in a row. */
  readonly columns: number;
}

const COLUMNS = 10;
/** What `predict` reads at most, too. */
const MOST_PIXELS = 50e6;

/**
 * Writes a picture of all images: an 8-bit gray PNG file.
 *
 * @throws UsageError for more images than a picture can hold, SerializationError FILE_WRITE_FAILED
 */
export async function writeSheet(path: string, pictures: readonly Picture[]): Promise<Sheet> {
  const images = pictures.map(({ image }) => image);
  const columns = Math.max(COLUMNS, Math.ceil(Math.sqrt(images.length)));
  const pixels = images.reduce((sum, { width, height }) => sum + (width + 2) * (height + 2), 0);
  if (pixels > MOST_PIXELS) {
    throw new UsageError(
      `--count: expected images of ${MOST_PIXELS / 1e6} million pixels together at most, found ` +
        `${images.length} images of ${(pixels / 1e6).toFixed(1)} million; ask for fewer`,
    );
  }
  const { width, height, data } = contactSheet(images, { columns });
  const { encode } = await import('fast-png');
  await writeWhole(path, encode({ width, height, data, channels: 1, depth: 8 }));
  return { width, height, columns: Math.min(columns, images.length) };
}
