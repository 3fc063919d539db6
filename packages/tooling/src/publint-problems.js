import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { oneLine } from './one-line.js';

/**
 * Everything that publint says about a tarball; a suggestion counts.
 *
 * @param {string} tarball
 * @returns {Promise<string[]>}
 */
export async function publintProblems(tarball) {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) =>
    oneLine(formatMessage(message, pkg, { color: false }) ?? message.code),
  );
}
