import type { DatasetFile } from '../catalog.js';
import type { FetchLimits } from './fetch-limits.js';
import { MirrorFault } from './mirror-fault.js';
import { nothing } from './partial-download.js';
import { sleep } from './sleep.js';
import { type DownloadOptions, tryMirror } from './try-mirror.js';
import { withinDeadlines } from './within-deadlines.js';

/**
 * Downloads a file's `.gz` from one mirror and checks it. What breaks off is taken up again where it broke, if the mirror can.
 *
 * @throws MirrorFault of the last attempt, or the signal's reason
 */
export async function download(
  file: DatasetFile,
  mirror: string,
  options: DownloadOptions,
): Promise<Uint8Array> {
  const { limits, signal, onEvent } = options;
  const end = performance.now() + limits.deadlineMs;
  const state = { partial: nothing() };
  for (let attempt = 1; ; attempt += 1) {
    const remainingMs = Math.max(0, end - performance.now());
    try {
      return await withinDeadlines({ signal, remainingMs, idleMs: limits.idleMs }, (exchange) =>
        tryMirror({ file, mirror, attempt, state, exchange, options }),
      );
    } catch (error) {
      if (!(error instanceof MirrorFault)) throw error;
      const waitMs = waitBefore(attempt + 1, error, limits);
      const late = performance.now() + waitMs >= end;
      if (!error.passing || attempt >= limits.attempts || late) throw withCount(error, attempt);
      onEvent({ phase: 'retry', file: file.name, mirror, reason: error.message, waitMs });
      await sleep(waitMs, signal);
      signal?.throwIfAborted();
    }
  }
}

function waitBefore(attempt: number, fault: MirrorFault, limits: FetchLimits): number {
  // Many who failed together should not come back together.
  const jitter = 0.5 + Math.random() / 2;
  const asked = fault.retryAfterMs ?? jitter * limits.retryDelayMs * 2 ** (attempt - 2);
  return Math.min(asked, limits.maxRetryDelayMs);
}

function withCount(fault: MirrorFault, attempts: number): MirrorFault {
  return attempts === 1 ? fault : new MirrorFault(`${fault.message}, at attempt ${attempts}`);
}
