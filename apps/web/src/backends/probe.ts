import type { BackendReport, VerdictStore } from '@softreg/backend';
import * as Comlink from 'comlink';
import type { Probe } from './probe-worker.js';

const KEPT = 'softreg.backends';

/** Measures the backends of this browser in a worker of its own, or finds what was measured before. */
export async function probe(wasmFiles: string): Promise<readonly BackendReport[]> {
  // The script of the worker that trains: what it loads of the engines serves both.
  const worker = new Worker(new URL('../session/worker.ts', import.meta.url), {
    type: 'module',
    name: 'probe',
  });
  try {
    return await Comlink.wrap<Probe>(worker)(wasmFiles, Comlink.proxy(verdicts));
  } finally {
    worker.terminate();
  }
}

/** Where a browser keeps nothing, it is measured each time. */
const verdicts: VerdictStore = {
  async read() {
    try {
      return localStorage.getItem(KEPT) ?? undefined;
    } catch {
      return undefined;
    }
  },
  async write(text) {
    try {
      localStorage.setItem(KEPT, text);
    } catch {
      // Not kept.
    }
  },
};
