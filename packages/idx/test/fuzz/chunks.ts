import { below, pick, type Random } from '@softreg/testkit';
import type { IdxSource } from '../../src/index.js';

/** The bytes in any form that a parser takes: whole in several ways, or in chunks. */
export function anySource(random: Random, bytes: Uint8Array): IdxSource {
  if (random() < 0.4) return inChunks(random, bytes);
  return pick(random, [asBuffer, asBuffer, asView, asView, asBlob])(bytes);
}

/** In chunks of 0 to 40 bytes, or of one byte, or of all at once. */
export function inChunks(random: Random, bytes: Uint8Array): ReadableStream<Uint8Array> {
  const most =
    bytes.length < 1000 ? pick(random, [1, ...new Array(9).fill(40), bytes.length]) : 5000;
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close();
      const end = start + (most === 1 ? 1 : below(random, most + 1));
      controller.enqueue(bytes.slice(start, end));
      start = end;
    },
  });
}

/** Node's own kind, in whose memory other data lie around: its slice() is a view. */
export function asBuffer(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes);
}

export function asView(bytes: Uint8Array): Uint8Array {
  const around = new Uint8Array(bytes.length + 5).fill(0xee);
  around.set(bytes, 3);
  return around.subarray(3, 3 + bytes.length);
}

function asBlob(bytes: Uint8Array): Blob {
  return new Blob([bytes as BlobPart]);
}
