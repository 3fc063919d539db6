import { IdxError } from './errors.js';

/** Where the bytes of a file come from: all at once, a file or response body, or any stream of chunks. */
export type IdxSource = Uint8Array | Blob | ReadableStream<Uint8Array>;

/** The bytes of a source as a stream, gunzipped if they begin with gzip's two magic bytes (RFC 1952, section 2.3.1). */
export interface OpenedSource {
  readonly gzipped: boolean;
  /** Compressed size, where it is known before reading. */
  readonly sourceBytes: number | undefined;
  readonly stream: ReadableStream<Uint8Array>;
}

export async function openSource(source: IdxSource): Promise<OpenedSource> {
  if (source instanceof Uint8Array) {
    const gzipped = isGzip(source);
    const stream = gzipped ? gunzip(new Blob([source as BlobPart]).stream()) : streamOf([source]);
    return { gzipped, sourceBytes: source.length, stream };
  }
  if (source instanceof Blob) {
    const gzipped = isGzip(new Uint8Array(await source.slice(0, 2).arrayBuffer()));
    const stream = source.stream();
    return { gzipped, sourceBytes: source.size, stream: gzipped ? gunzip(stream) : stream };
  }
  const { first, stream } = await peek(source);
  const gzipped = isGzip(first);
  return { gzipped, sourceBytes: undefined, stream: gzipped ? gunzip(stream) : stream };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function gunzip(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const decompressor = new DecompressionStream('gzip');
  return stream.pipeThrough(decompressor as ReadableWritablePair<Uint8Array, Uint8Array>);
}

function streamOf(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** Takes chunks until two bytes are known, and gives a stream that begins with them again. */
async function peek(
  source: ReadableStream<Uint8Array>,
): Promise<{ first: Uint8Array; stream: ReadableStream<Uint8Array> }> {
  const reader = source.getReader();
  const taken: Uint8Array[] = [];
  let first = new Uint8Array(0);
  while (first.length < 2) {
    const { done, value } = await reader.read();
    if (done) break;
    taken.push(value);
    first = new Uint8Array([...first, ...value.subarray(0, 2)]);
  }
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of taken) controller.enqueue(chunk);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { first, stream };
}

/** @param offset byte of the raw file up to which it could be read */
export function gzipError(offset: number, cause: unknown): IdxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new IdxError({
    code: 'IDX_BAD_GZIP',
    offset,
    expected: 'a complete gzip stream',
    found: `a damaged or cut one: ${reason || 'decompression failed'}`,
    cause,
  });
}
