import { SerializationError } from '../errors.js';
import { sha256 } from '../sha256.js';
import { DIGEST_KEY } from './constants.js';

export const BLANK_DIGEST = '0'.repeat(64);
const ZERO = 0x30;

/** Puts the SHA-256 of the file, with {@link BLANK_DIGEST} in its own place, into that place. */
export async function sealFile(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const at = placeOf(bytes, BLANK_DIGEST);
  bytes.set(new TextEncoder().encode(await sha256(bytes)), at);
  return bytes;
}

/**
 * Checks the digest that a file has in its metadata, or should have.
 *
 * @throws SerializationError FILE_DAMAGED
 */
export async function checkDigest(bytes: Uint8Array, digest: string | undefined): Promise<void> {
  const at = digest === undefined ? -1 : placeOf(bytes, digest);
  if (digest === undefined || at === -1) {
    throw damaged(`the checksum ${DIGEST_KEY} in the metadata`, 'a file without it');
  }
  // Not slice: that of a Node Buffer copies nothing.
  const blank = new Uint8Array(bytes).fill(ZERO, at, at + digest.length);
  const found = await sha256(blank);
  if (found !== digest) throw damaged(`SHA-256 ${digest}`, found);
}

function damaged(expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_DAMAGED',
    subject: 'file',
    expected,
    found,
    advice: 'it was changed or damaged since softreg wrote it; export it again',
  });
}

/** Where the digest lies: after its key, and the tag and length of the value. -1 where it does not. */
function placeOf(bytes: Uint8Array, digest: string): number {
  const pattern = new TextEncoder().encode(`${DIGEST_KEY}\x12\x40${digest}`);
  let at = bytes.indexOf(pattern[0] as number);
  while (at !== -1 && !pattern.every((byte, index) => bytes[at + index] === byte)) {
    at = bytes.indexOf(pattern[0] as number, at + 1);
  }
  return at === -1 ? -1 : at + pattern.length - digest.length;
}
