import { gunzipSync } from 'node:zlib';
import { IdxError } from '../../src/index.js';
import { type Reread, reread } from './reread.js';

const CODES = /^IDX_(TRUNCATED|BAD_MAGIC|UNKNOWN_TYPE|TRAILING_BYTES|TOO_LARGE|BAD_GZIP|NO_ROWS)$/;

/** The value, or the IdxError, with all that it promises; any other exception is passed on. */
export async function outcomeOf<T>(read: () => T | Promise<T>): Promise<T | IdxError> {
  try {
    return await read();
  } catch (error) {
    if (!IdxError.isInstance(error)) throw error;
    demandAllFields(error);
    return error;
  }
}

/** By hand, for `expect` would take most of the time of a case. */
function demandAllFields(error: IdxError): void {
  const { code, offset, expected, found, message } = error;
  const isWhole =
    CODES.test(code) &&
    Number.isSafeInteger(offset) &&
    offset >= 0 &&
    [expected, found].every((part) => /^\S.*\S$/.test(part) && message.includes(part)) &&
    message.length < 300 &&
    !/NaN|undefined|Infinity|\[object/.test(message);
  if (!isWhole) throw new Error(`an error without all that it promises: ${code}`, { cause: error });
}

export interface Witness {
  readonly raw: Uint8Array;
  readonly file: Reread | undefined;
  /** Whether there is more than one gzip member, as not every platform takes. */
  readonly hasTail: boolean;
}

/** What Node's own gunzip and the second reader make of a file; undefined if it cannot be unpacked. */
export function witnessed(bytes: Uint8Array): Witness | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return { raw: bytes, file: reread(bytes), hasTail: false };
  }
  try {
    const { buffer, engine } = gunzipSync(bytes, { info: true } as object) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    // ISIZE, the last field of a member, tells how much is in it (RFC 1952, section 2.3.1).
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hasTail =
      engine.bytesWritten < bytes.length ||
      view.getUint32(bytes.length - 4, true) !== buffer.length;
    return { raw: buffer, file: reread(buffer), hasTail };
  } catch {
    return undefined;
  }
}

/** Whether the witness agrees that there is no such file. */
export function demandRefusal(
  error: IdxError,
  witness: Witness | undefined,
  maxBytes: number,
): void {
  if (witness === undefined) return;
  const { raw, file, hasTail } = witness;
  const isRight =
    file === undefined ||
    (error.code === 'IDX_BAD_GZIP' && hasTail) ||
    (error.code === 'IDX_TOO_LARGE' && raw.length > maxBytes);
  if (!isRight) throw new Error('a valid file is refused', { cause: error });
  if (error.offset <= Math.max(raw.length, 4)) return;
  throw new Error(`an offset beyond the ${raw.length} bytes of the file`, { cause: error });
}
