import { encodeGzippedIdx } from '@softreg/idx';
import { onTestFinished } from 'vitest';
import { commands as allCommands } from 'vitest/browser';
import { pruneCache } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { ARRAYS, entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import type { MirrorCommands, MirrorScript } from './mirror-commands.js';

const commands = allCommands as unknown as MirrorCommands;

/** Limits that keep a test short. */
export const QUICK = { idleMs: 2000, deadlineMs: 10_000, retryDelayMs: 2, maxRetryDelayMs: 20 };

export const FILES = filesOf();

/** The synthetic set's files, gzipped. */
export const GZIPPED = new Map(
  await Promise.all(
    PARTS.map(async (part) => [NAMES[part], await encodeGzippedIdx(ARRAYS[part])] as const),
  ),
);

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function inBase64(files: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, base64(bytes)]));
}

/** Opens the set in a page of a site that speaks http alone and has the files itself. */
export function openOnPlainHttp(entry: DatasetEntry) {
  return commands.openOnPlainHttp({ entry, files: inBase64(Object.fromEntries(GZIPPED)) });
}

/** A mirror outside the page, and of another origin, that stops after the test. */
export async function pageMirror(
  script: Omit<MirrorScript, 'files'> = {},
  files: Readonly<Record<string, Uint8Array>> = Object.fromEntries(GZIPPED),
) {
  const url = await commands.openMirror({ files: inBase64(files), ...script });
  onTestFinished(() => commands.closeMirror(url));
  return {
    url,
    host: new URL(url).host,
    seen: () => commands.mirrorRequests(url),
    openAnswers: () => commands.openAnswers(url),
    close: () => commands.closeMirror(url),
  };
}

/** The synthetic set under a name of its own, of which nothing is kept after the test. */
export async function entryWith(...mirrors: { url: string }[]): Promise<DatasetEntry> {
  const urls = mirrors.map(({ url }) => url);
  const entry = { ...(await entryOf(FILES, urls)), name: `tiny-${crypto.randomUUID()}` };
  onTestFinished(() => pruneCache(entry, { remove: 'everything' }).then(() => undefined));
  return entry;
}
