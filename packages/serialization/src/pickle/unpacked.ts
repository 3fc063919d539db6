import { SerializationError } from '../errors.js';
import { tooLarge } from './faults.js';

/** Decompressors unpack a chunk at once, to 4 MiB if it is of this size. */
const PIECE_BYTES = 2 ** 12;
const FIRST_BYTES = 2 ** 16;
/** The shortest gzip file: a header, an empty block, and the trailer (RFC 1952, section 2.3). */
const SHORTEST_GZIP = 20;

/**
 * The bytes themselves, or what they are the gzip file of: of one member, as Python writes it, whose trailer says how long that is. It is
 * not unpacked any further, and not at all where that is too long.
 *
 * @param maxBytes that there may be, unpacked; less than 2^32
 * @throws SerializationError FILE_TOO_LARGE, FILE_BAD_GZIP
 */
export async function unpacked(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const size = isGzip ? sizeInTrailer(bytes) : bytes.length;
  if (size > maxBytes) throw tooLarge(maxBytes, `at most ${maxBytes} bytes`, `${size}`);
  return isGzip ? gunzipped(bytes, size) : bytes;
}

function sizeInTrailer(bytes: Uint8Array): number {
  if (bytes.length < SHORTEST_GZIP) throw badGzip('its end', bytes.length);
  return new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}

async function gunzipped(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  // What is wrong with the bytes is told by the readable side too.
  writer.closed.catch(() => undefined);
  feed(bytes, writer).catch(() => undefined);
  const reader = (readable as ReadableStream<Uint8Array>).getReader();
  let gathered = new Uint8Array(Math.min(size, FIRST_BYTES));
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const needed = length + next.value.length;
      if (needed > size) throw badGzip('more than its trailer says', size);
      if (needed > gathered.length) {
        // The trailer may lie: room is made for what has come.
        const grown = new Uint8Array(Math.min(size, Math.max(needed, 2 * gathered.length)));
        grown.set(gathered.subarray(0, length));
        gathered = grown;
      }
      gathered.set(next.value, length);
      length = needed;
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw SerializationError.isInstance(error) ? error : badGzip('a fault', length, error);
  }
  return gathered.subarray(0, length);
}

async function feed(
  bytes: Uint8Array,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    await writer.write(new Uint8Array(bytes.subarray(start, start + PIECE_BYTES)));
  }
  await writer.close();
}

function badGzip(found: string, after: number, cause?: unknown): SerializationError {
  return new SerializationError({
    code: 'FILE_BAD_GZIP',
    subject: 'file',
    expected: 'a whole gzip file of one member',
    found: `${found} after ${after} bytes`,
    advice: 'the file was cut or damaged; use another copy',
    cause,
  });
}
