import { truncatedError } from './decode.js';
import { IdxError } from './errors.js';
import { type ByteReader, gunzip } from './gunzip.js';
import type { IdxHeader } from './header.js';
import { sizeText } from './shape.js';

/** Where the bytes of a file come from: all at once, a file or response body, or any stream of chunks. */
export type IdxSource = Uint8Array | Blob | ReadableStream<Uint8Array>;

/** The bytes of a source as a stream, gunzipped if they begin with gzip's two magic bytes (RFC 1952, section 2.3.1). */
export interface OpenedSource {
  readonly gzipped: boolean;
  /** Compressed size, where it is known before reading. */
  readonly sourceBytes: number | undefined;
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * What to throw for an error of the stream: the source's own, or that of its gzip.
   *
   * @param offset byte of the raw file up to which it could be read
   */
  faultOf(offset: number, cause: unknown): unknown;
}

/** Deflate cannot do better than 1032 to 1 (zlib's technical details), so a larger claim is false. */
const MAX_DEFLATE_RATIO = 1032;
export async function openSource(source: IdxSource): Promise<OpenedSource> {
  if (source instanceof Uint8Array) {
    return opened(readerOf([source]), isGzip(source), source.length);
  }
  if (source instanceof Blob) {
    const first = new Uint8Array(await source.slice(0, 2).arrayBuffer());
    return opened(source.stream().getReader(), isGzip(first), source.size);
  }
  const { first, reader } = await peek(source.getReader());
  return opened(reader, isGzip(first), undefined);
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Whether a source can hold what its header says.
 *
 * @throws IdxError IDX_TRUNCATED
 */
export function checkClaim({ totalBytes, headerBytes }: IdxHeader, source: OpenedSource): void {
  const { gzipped, sourceBytes } = source;
  if (sourceBytes === undefined) return;
  if (!gzipped && totalBytes > sourceBytes) throw truncatedError(totalBytes, sourceBytes);
  if (totalBytes > sourceBytes * MAX_DEFLATE_RATIO) {
    throw new IdxError({
      code: 'IDX_TRUNCATED',
      offset: headerBytes,
      expected: `${sizeText(totalBytes)}, as its header says`,
      found: `a gzip file of ${sourceBytes} bytes, too small for that`,
    });
  }
}

function opened(
  reader: ByteReader,
  gzipped: boolean,
  sourceBytes: number | undefined,
): OpenedSource {
  if (!gzipped) {
    return { gzipped, sourceBytes, stream: streamOf(reader), faultOf: (_, cause) => cause };
  }
  const { stream, sourceFailure } = gunzip(reader);
  return {
    gzipped,
    sourceBytes,
    stream,
    faultOf(offset, cause) {
      const failure = sourceFailure();
      return failure === undefined ? gzipError(offset, cause) : failure.cause;
    },
  };
}

function streamOf(reader: ByteReader): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function readerOf(chunks: readonly Uint8Array[]): ByteReader {
  const rest = [...chunks];
  return {
    async read() {
      const value = rest.shift();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    cancel: async () => undefined,
  };
}

/** Takes chunks until two bytes are known, and gives a reader that begins with them again. */
async function peek(reader: ByteReader): Promise<{ first: Uint8Array; reader: ByteReader }> {
  const taken: Uint8Array[] = [];
  let first = new Uint8Array(0);
  while (first.length < 2) {
    const { done, value } = await reader.read();
    if (done) break;
    if (value.length === 0) continue;
    taken.push(value);
    first = new Uint8Array([...first, ...value.subarray(0, 2)]);
  }
  const again = readerOf(taken);
  return {
    first,
    reader: {
      async read() {
        const result = await again.read();
        return result.done ? reader.read() : result;
      },
      cancel: (reason) => reader.cancel(reason),
    },
  };
}

function gzipError(offset: number, cause: unknown): IdxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new IdxError({
    code: 'IDX_BAD_GZIP',
    offset,
    expected: 'a complete gzip stream',
    found: `a damaged or cut one: ${reason || 'decompression failed'}`,
    cause,
  });
}
