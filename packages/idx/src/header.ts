import { type ElementType, elementTypeOfCode, type IdxType } from './element-types.js';
import { IdxError } from './errors.js';
import { elementCount, shapeText, sizeText } from './shape.js';

/** Largest raw file that is read unless the caller says otherwise: 1 GiB. */
export const DEFAULT_MAX_BYTES = 2 ** 30;

/** What the first bytes of an IDX file say about the rest. */
export interface IdxHeader {
  readonly type: IdxType;
  /** Sizes of the dimensions, outermost first; empty for a single number. */
  readonly shape: readonly number[];
  /** Bytes before the first element: 4 + 4 x rank. */
  readonly headerBytes: number;
  /** Bytes of the whole raw file. */
  readonly totalBytes: number;
}

/** Bytes needed before `headerBytes` of a file is known. */
export const MAGIC_BYTES = 4;

/**
 * Checks the magic number and gives the header's length in bytes.
 *
 * @throws IdxError IDX_TRUNCATED, IDX_BAD_MAGIC, IDX_UNKNOWN_TYPE
 */
export function headerBytesOf(bytes: Uint8Array): number {
  readMagic(bytes);
  return MAGIC_BYTES + 4 * (bytes[3] as number);
}

/**
 * Reads the header: two zero bytes, the element type, the rank, then each dimension as a big-endian uint32.
 *
 * @param maxBytes largest raw file to accept
 * @throws IdxError IDX_TRUNCATED, IDX_BAD_MAGIC, IDX_UNKNOWN_TYPE, IDX_TOO_LARGE
 */
export function parseIdxHeader(bytes: Uint8Array, maxBytes = DEFAULT_MAX_BYTES): IdxHeader {
  const element = readMagic(bytes);
  const rank = bytes[3] as number;
  const headerBytes = MAGIC_BYTES + 4 * rank;
  if (bytes.length < headerBytes) {
    throw new IdxError({
      code: 'IDX_TRUNCATED',
      offset: bytes.length,
      expected: `a header of ${headerBytes} bytes for rank ${rank}`,
      found: `the end of the file after ${bytes.length} bytes`,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(MAGIC_BYTES + 4 * axis));
  const totalBytes = headerBytes + elementCount(shape) * element.bytes;
  if (!(totalBytes <= maxBytes)) {
    throw new IdxError({
      code: 'IDX_TOO_LARGE',
      offset: MAGIC_BYTES,
      expected: `at most ${maxBytes} bytes`,
      found: `dimensions ${shapeText(shape)} of ${element.type}, ${sizeText(totalBytes)}`,
    });
  }
  return { type: element.type, shape, headerBytes, totalBytes };
}

function readMagic(bytes: Uint8Array): ElementType {
  if (bytes.length < MAGIC_BYTES) {
    throw new IdxError({
      code: 'IDX_TRUNCATED',
      offset: bytes.length,
      expected: `a magic number of ${MAGIC_BYTES} bytes`,
      found: `the end of the file after ${bytes.length} bytes`,
    });
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw new IdxError({
      code: 'IDX_BAD_MAGIC',
      offset: 0,
      expected: 'an IDX file, which begins with two zero bytes',
      found: `${hex(bytes[0])} ${hex(bytes[1])}`,
    });
  }
  const element = elementTypeOfCode(bytes[2] as number);
  if (element === undefined) {
    throw new IdxError({
      code: 'IDX_UNKNOWN_TYPE',
      offset: 2,
      expected: 'an element type 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e',
      found: hex(bytes[2]),
    });
  }
  return element;
}

function hex(byte: number | undefined): string {
  return `0x${(byte ?? 0).toString(16).padStart(2, '0')}`;
}
