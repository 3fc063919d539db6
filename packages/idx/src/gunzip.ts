import { evenPieces } from './even-pieces.js';

/** What is read of a stream by somebody else. */
export type ByteReader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>;

export interface Gunzipped {
  readonly stream: ReadableStream<Uint8Array>;
  /** The error of the source, where it was not gzip that failed. */
  sourceFailure(): { readonly cause: unknown } | undefined;
}

/**
 * A page's decompressor unpacks a chunk at once, to 8 MiB if it is of this size. That pieces are even also makes what follows the end of
 * the gzip stream, which decompressors treat by chunk, the same for any chunking.
 */
const PIECE_BYTES = 2 ** 13;

/**
 * Unpacks what a reader gives, a piece at a time. Not by pipeThrough: Node's decompressor lets a pipe read 16,384 chunks ahead, and where
 * these come at once learns of nothing until then.
 */
export function gunzip(reader: ByteReader): Gunzipped {
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  let failure: { readonly cause: unknown } | undefined;
  const source: Pick<ByteReader, 'read'> = {
    read: () =>
      reader.read().catch((cause: unknown) => {
        failure = { cause };
        throw cause;
      }),
  };
  const stop = (reason: unknown) => reader.cancel(reason).catch(() => undefined);
  // Even while the source keeps us waiting.
  writer.closed.catch(stop);
  feed(source, writer).catch(async (reason: unknown) => {
    await writer.abort(reason).catch(() => undefined);
  });
  return { stream: readable as ReadableStream<Uint8Array>, sourceFailure: () => failure };
}

async function feed(
  source: Pick<ByteReader, 'read'>,
  writer: WritableStreamDefaultWriter<BufferSource>,
): Promise<void> {
  for await (const piece of evenPieces(source, PIECE_BYTES)) await writer.write(piece);
  await writer.close();
}
