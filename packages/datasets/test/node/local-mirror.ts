import { encodeGzippedIdx } from '@softreg/idx';
import { onTestFinished } from 'vitest';
import { sendGood } from '../mirror-answers.js';
import { type Answer, type LocalMirror, startMirror } from '../mirror-server.js';
import { ARRAYS, NAMES, PARTS } from '../synthetic-set.js';

export { sendGood } from '../mirror-answers.js';
export type { Answer, LocalMirror } from '../mirror-server.js';

/** Limits that keep a test short. */
export const QUICK = { idleMs: 2000, deadlineMs: 10_000, retryDelayMs: 2, maxRetryDelayMs: 20 };

/** The synthetic set's files, gzipped. */
export async function gzippedFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const encoded = PARTS.map(async (part) => {
    return [NAMES[part], Buffer.from(await encodeGzippedIdx(ARRAYS[part]))] as const;
  });
  return new Map(await Promise.all(encoded));
}

/** A server on this machine that stops after the test. */
export async function localMirror(
  answer: Answer = sendGood,
  given?: ReadonlyMap<string, Buffer>,
): Promise<LocalMirror> {
  const mirror = await startMirror({ answer, files: given ?? (await gzippedFiles()) });
  onTestFinished(mirror.close);
  return mirror;
}
