import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';

const MIB = 2 ** 20;
const ZEROS = new Uint8Array(MIB);
/** Ends at a byte and refers to nothing before it, so that it can be repeated. */
const BLOCK = deflateRawSync(ZEROS, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
const LAST_BLOCK = Uint8Array.of(3, 0);

/**
 * A gzip file of `head` and so many MiB of zeros, made without compressing them: about 1 KiB for each. RFC 1951 and 1952.
 *
 * @param isCut leaves out the end, and the time that its checksum takes
 */
export function zeroBomb(
  head: Uint8Array,
  mebibytes: number,
  { isCut = false }: { isCut?: boolean } = {},
): Uint8Array {
  const zeros = new Array<Uint8Array>(mebibytes).fill(BLOCK);
  const beginning = [HEADER, storedBlock(head), ...zeros];
  if (isCut) return Buffer.concat(beginning);
  const trailer = Buffer.alloc(8);
  let sum = crc32(head);
  for (let i = 0; i < mebibytes; i++) sum = crc32(ZEROS, sum);
  trailer.writeUInt32LE(sum);
  trailer.writeUInt32LE((head.length + mebibytes * MIB) % 2 ** 32, 4);
  return Buffer.concat([...beginning, LAST_BLOCK, trailer]);
}

/** The same as a member of its own for each MiB. */
export function zeroBombOfMembers(head: Uint8Array, mebibytes: number): Uint8Array {
  const member = gzipSync(ZEROS, { level: 9 });
  return Buffer.concat([gzipSync(head), ...new Array<Uint8Array>(mebibytes).fill(member)]);
}

function storedBlock(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(5);
  header.writeUInt16LE(bytes.length, 1);
  header.writeUInt16LE(0xffff - bytes.length, 3);
  return Buffer.concat([header, bytes]);
}
