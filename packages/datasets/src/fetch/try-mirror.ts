import type { DatasetFile } from '../catalog.js';
import type { FetchEvent, FetchProgress } from './fetch-events.js';
import type { FetchLimits } from './fetch-limits.js';
import { checkFile, mostGzippedBytes } from './file-fault.js';
import { brokeOff, MirrorFault, wrongContent } from './mirror-fault.js';
import {
  beginWith,
  headersFor,
  joined,
  nothing,
  type PartialDownload,
  withChunk,
} from './partial-download.js';
import { discard, type Request } from './request.js';
import { parseRetryAfter } from './retry-after.js';
import type { Exchange } from './within-deadlines.js';

export interface DownloadOptions {
  readonly limits: FetchLimits;
  readonly verify: boolean;
  readonly request: Request;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: FetchEvent) => void;
}

export interface Attempt {
  readonly file: DatasetFile;
  readonly mirror: string;
  /** From 1. */
  readonly attempt: number;
  /** What one attempt leaves to the next. */
  readonly state: { partial: PartialDownload };
  readonly exchange: Exchange;
  readonly options: DownloadOptions;
}

/**
 * One request for a file, or for what is missing of it.
 *
 * @returns the whole `.gz`, checked
 * @throws MirrorFault
 */
export async function tryMirror(attempt: Attempt): Promise<Uint8Array> {
  const { file, mirror, state, exchange, options } = attempt;
  tell(attempt, 'connect');
  exchange.signal.throwIfAborted();
  const headers = headersFor(state.partial);
  const { redirects } = options.limits;
  const address = new URL(`${file.name}.gz`, mirror);
  const response = await options
    .request(address, { headers, signal: exchange.signal, redirects })
    .catch((error: unknown) => {
      throw headers.range === undefined ? error : withoutRange(error, state);
    });
  exchange.heard();
  try {
    state.partial = accept(response, state);
    await readBody(response, attempt);
  } finally {
    await discard(response);
  }
  const bytes = joined(state.partial);
  tell(attempt, 'verify');
  const { fault } = await checkFile(bytes, file, { verify: options.verify });
  exchange.signal.throwIfAborted();
  if (fault !== undefined) {
    state.partial = nothing();
    throw wrongContent(response, fault);
  }
  tell(attempt, 'save');
  return bytes;
}

function tell(
  { file, mirror, attempt, state, options }: Attempt,
  phase: FetchProgress['phase'],
): void {
  const { loaded, total } = state.partial;
  options.onEvent({ phase, file: file.name, mirror, attempt, loaded, total });
}

/** A page needs the mirror's leave to send If-Range, which few give. To ask for the whole it needs none. */
function withoutRange(error: unknown, state: Attempt['state']): unknown {
  if (!(error instanceof MirrorFault) || error.passing) return error;
  state.partial = nothing();
  return new MirrorFault(error.message, { passing: true });
}

/** The status is looked at before anything else. */
function accept(response: Response, state: Attempt['state']): PartialDownload {
  const { status, headers } = response;
  if (status === 206 && state.partial.loaded > 0 && !headers.has('content-range')) {
    // Most mirrors hide that header from pages of other origins.
    state.partial = nothing();
    throw new MirrorFault('answered 206 and shows no range', { passing: true });
  }
  if (status === 200 || status === 206) return beginWith(response, state.partial);
  const beyondTheEnd = status === 416 && state.partial.loaded > 0;
  if (beyondTheEnd) state.partial = nothing();
  throw new MirrorFault(`answered ${status}`, {
    passing: status === 429 || status === 503 || beyondTheEnd,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
  });
}

async function readBody({ body }: Response, attempt: Attempt): Promise<void> {
  const { file, state, exchange } = attempt;
  const maxBytes = mostGzippedBytes(file);
  if ((state.partial.total ?? 0) > maxBytes) {
    throw new MirrorFault(`announces ${state.partial.total} bytes, more than the file can have`);
  }
  const reader = body?.getReader();
  // A fetch of the caller's own may not heed its signal.
  const stop = () => void reader?.cancel().catch(() => undefined);
  exchange.signal.addEventListener('abort', stop);
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw brokeOff(error, state.partial.loaded);
      });
      exchange.signal.throwIfAborted();
      if (done) return;
      exchange.heard();
      state.partial = withChunk(state.partial, value);
      if (state.partial.loaded > maxBytes) throw new MirrorFault('sent too many bytes');
      tell(attempt, 'download');
    }
  } finally {
    exchange.signal.removeEventListener('abort', stop);
    // So that what is left can be discarded.
    reader?.releaseLock();
  }
}
