import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@softreg/atomic-file';
import { type BackendName, type Engine, openEngine, type VerdictStore } from '@softreg/backend';
import envPaths from 'env-paths';

export interface BackendFlags {
  readonly backend?: string;
  readonly threads?: number;
  /** Measure anew, whatever was measured before. */
  readonly probe?: boolean;
}

/** @throws BackendError BACKEND_UNKNOWN, BACKEND_UNAVAILABLE */
export function openBackend({ backend = 'auto', threads, probe }: BackendFlags): Promise<Engine> {
  const kept = keptVerdicts();
  const verdicts = probe ? { ...kept, read: async () => undefined } : kept;
  // What the name may be is for the backend package to say.
  return openEngine(backend as BackendName | 'auto', { threads, verdicts });
}

/** Where `auto` keeps what it has measured: a file beside the cached data sets. */
export function keptVerdicts(): VerdictStore {
  const path = join(envPaths('softreg', { suffix: '' }).cache, 'backends.json');
  return {
    read: () => readFile(path, 'utf8').catch(() => undefined),
    async write(text) {
      await makeFolder(dirname(path));
      await writeFileAtomic(path, new TextEncoder().encode(text));
    },
  };
}
