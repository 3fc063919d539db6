import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { encodeIdx, IdxError, openRandomRows, openSequentialRows } from '@softreg/idx';
import { damagedFile } from '../damaged-file.js';
import type { ImageStream, NamedRows } from '../image-stream.js';
import { openFileAccess } from './file-access.js';
import { cannotRead } from './open-file.js';

/** Bytes that are read at a time of a file that is read in order. */
const CHUNK_BYTES = 2 ** 20;

/** An image file that is open for reading as it is needed. */
export interface ImageFile extends NamedRows {
  close(): Promise<void>;
}

/**
 * Opens an image file, raw or gzipped. A gzipped one is opened anew, and inflated from its beginning, for each pass.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function openImageFile(path: string): Promise<ImageFile> {
  const access = await openFileAccess(path);
  const [first, second] = await access.slice(0, 2);
  if (first === 0x1f && second === 0x8b) {
    await access.close();
    return { name: path, rows: () => openInOrder(path), close: async () => undefined };
  }
  try {
    const rows = await naming(path, openRandomRows(access));
    const read: typeof rows.read = (...range) => naming(path, rows.read(...range));
    return { name: path, rows: { ...rows, read }, close: () => access.close() };
  } catch (error) {
    await access.close();
    throw error;
  }
}

async function openInOrder(path: string) {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stream = Readable.toWeb(file) as ReadableStream<Uint8Array>;
  const rows = await naming(path, openSequentialRows(stream));
  return {
    ...rows,
    async *blocks(count: number) {
      const blocks = rows.blocks(count);
      try {
        for (let next = await naming(path, blocks.next()); !next.done; ) {
          yield next.value;
          next = await naming(path, blocks.next());
        }
      } finally {
        await blocks.return();
      }
    },
  };
}

/** What is wrong with the format, or what the system refuses, is said of that file. */
async function naming<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (IdxError.isInstance(error)) throw damagedFile(path, error);
    throw error instanceof Error && 'syscall' in error ? cannotRead(path, error) : error;
  });
}

/** SHA-256 of the raw IDX file that the images are of, in lower-case hexadecimal. Reads all of them. */
export async function sha256OfImages(images: ImageStream): Promise<string> {
  const { count, height, width } = images;
  const head = encodeIdx({ type: 'uint8', shape: [0, height, width], data: new Uint8Array(0) });
  new DataView(head.buffer, head.byteOffset).setUint32(4, count);
  const hash = createHash('sha256').update(head);
  const atATime = Math.max(1, Math.floor(CHUNK_BYTES / (height * width)));
  const blocks = images.minibatches(atATime, 0, undefined);
  for (let next = await blocks.next(); !next.done; next = await blocks.next(next.value)) {
    hash.update(next.value.images);
  }
  return hash.digest('hex');
}

/** MD5 of a file as it is, in lower-case hexadecimal. */
export async function md5OfFile(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}
