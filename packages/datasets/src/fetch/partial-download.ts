import { MirrorFault } from './mirror-fault.js';

/** What has arrived of a file, and what proves that the rest belongs to it. */
export interface PartialDownload {
  readonly chunks: Uint8Array[];
  readonly loaded: number;
  /** Of the whole file, where the mirror says. */
  readonly total: number | undefined;
  /** A strong ETag, or a Last-Modified; undefined if the rest cannot be asked for. */
  readonly validator: string | undefined;
}

export function nothing(): PartialDownload {
  return { chunks: [], loaded: 0, total: undefined, validator: undefined };
}

/** The headers that ask for what is missing, or for all (RFC 9110, section 13.1.5). */
export function headersFor({ loaded, validator }: PartialDownload): Record<string, string> {
  // An encoding of the transfer's own would be undone by fetch, and leave a file that is not gzipped.
  const identity = { 'accept-encoding': 'identity' };
  if (loaded === 0 || validator === undefined) return identity;
  return { ...identity, range: `bytes=${loaded}-`, 'if-range': validator };
}

/**
 * What is there once an answer's headers are: all that was there for a 206, nothing for a 200.
 *
 * @throws MirrorFault for a part that was not asked for
 */
export function beginWith(
  { status, headers }: Response,
  partial: PartialDownload,
): PartialDownload {
  if (status === 200) return startOver(headers);
  if (partial.loaded === 0 || partial.validator === undefined) {
    throw new MirrorFault('answered 206 to a request for the whole file');
  }
  const range = headers.get('content-range') ?? 'nothing';
  const [, first, last, whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? [];
  const total = whole === undefined || whole === '*' ? partial.total : Number(whole);
  const fits =
    Number(first) === partial.loaded &&
    Number(last) >= Number(first) &&
    (total === undefined || Number(last) === total - 1) &&
    (partial.total === undefined || total === partial.total);
  const etag = headers.get('etag') ?? partial.validator;
  const same = !partial.validator.startsWith('"') || etag === partial.validator;
  if (fits && same) return { ...partial, total };
  throw new MirrorFault(
    fits ? 'answered 206 with another ETag' : `answered 206 with a wrong range (${range})`,
  );
}

/** The same with a chunk more. */
export function withChunk(partial: PartialDownload, chunk: Uint8Array): PartialDownload {
  partial.chunks.push(chunk);
  const loaded = partial.loaded + chunk.length;
  if (partial.total === undefined || loaded <= partial.total) return { ...partial, loaded };
  // The transfer was encoded, and a page of another origin was not told.
  return { ...partial, loaded, total: undefined, validator: undefined };
}

/** All that has arrived, in one piece. */
export function joined({ chunks, loaded }: PartialDownload): Uint8Array {
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function startOver(headers: Headers): PartialDownload {
  const encoded = headers.get('content-encoding') ?? 'identity';
  // Ranges and lengths are of the encoded bytes then, and those are gone.
  if (encoded !== 'identity') return nothing();
  const length = headers.get('content-length');
  return {
    ...nothing(),
    total: length !== null && /^\d+$/.test(length) ? Number(length) : undefined,
    validator: validatorOf(headers),
  };
}

function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag?.startsWith('"')) return etag;
  return headers.get('last-modified') ?? undefined;
}
