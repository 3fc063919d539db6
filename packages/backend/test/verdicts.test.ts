import { beforeAll, describe, expect, test, vi } from 'vitest';
import { chooseEngine, type VerdictStore } from '../src/index.js';
import { wasmFiles } from './wasm-files.js';

function memoryStore(text?: string): VerdictStore & { text: string | undefined } {
  return {
    text,
    async read() {
      return this.text;
    },
    async write(written) {
      this.text = written;
    },
  };
}

async function choose(verdicts: VerdictStore, options = {}) {
  const { engine, ...choice } = await chooseEngine({ wasmFiles, verdicts, ...options });
  engine.close();
  return { backend: engine.backend, ...choice };
}

interface Kept {
  key: string;
  since: string;
  reports: { backend: string; works: boolean; stepsPerSecond: number }[];
}

describe('kept verdicts', { timeout: 120_000 }, () => {
  let measured: Kept;
  beforeAll(async () => {
    const store = memoryStore();
    const { keptSince, reports } = await choose(store);
    expect(keptSince).toBeUndefined();
    measured = JSON.parse(store.text ?? '');
    expect(measured.reports).toEqual(JSON.parse(JSON.stringify(reports)));
  });

  /** What was measured, but with these speeds in the place of the true ones, and 1 for the others. */
  const pretend = (speeds: Record<string, number>): Kept => ({
    ...measured,
    reports: measured.reports.map((report) => {
      const stepsPerSecond = speeds[report.backend] ?? 1;
      return report.works || report.backend in speeds
        ? { ...report, works: true, stepsPerSecond }
        : report;
    }),
  });

  test('say who is the fastest: nothing is measured again', async () => {
    const kept = pretend({ cpu: 1e6 });
    const store = memoryStore(JSON.stringify(kept));
    const write = vi.spyOn(store, 'write');
    const second = await choose(store);
    expect(second.backend).toBe('cpu');
    expect(second.keptSince).toEqual(new Date(kept.since));
    expect(second.reports).toEqual(kept.reports);
    expect(write).not.toHaveBeenCalled();
  });

  const stale: [string, (kept: Kept) => unknown][] = [
    ['of another machine', (kept) => ({ ...kept, key: kept.key.replace(/\]$/, ',"another"]') })],
    ['too old', (kept) => ({ ...kept, since: new Date(Date.now() - 31 * 24 * 3600e3) })],
    ['from the future', (kept) => ({ ...kept, since: new Date(Date.now() + 3600e3) })],
    ['of fewer backends', (kept) => ({ ...kept, reports: kept.reports.slice(1) })],
    ['that are no reports', (kept) => ({ ...kept, reports: kept.reports.map(() => 7) })],
    ['of nothing', () => null],
  ];

  test.each(stale)('%s are measured anew', async (_, change) => {
    const store = memoryStore(JSON.stringify(change(pretend({ cpu: 1e6 }))));
    const { backend, keptSince } = await choose(store);
    expect(backend).not.toBe('cpu');
    expect(keptSince).toBeUndefined();
    expect(JSON.parse(store.text ?? '')).toMatchObject({ key: measured.key });
    expect(store.text).not.toContain('1000000');
  });

  test('that name a backend which no longer works are measured anew', async () => {
    // Neither runs both in Node and in a browser.
    const absent = 'document' in globalThis ? 'tensorflow' : 'webgl';
    const store = memoryStore(JSON.stringify(pretend({ [absent]: 1e9 })));
    const { keptSince, backend } = await choose(store);
    expect(keptSince).toBeUndefined();
    expect(backend).not.toBe(absent);
  });

  test('a store that fails is as good as none', async () => {
    const broken: VerdictStore = {
      read: () => Promise.reject(new Error('no reading here')),
      write: () => Promise.reject(new Error('no writing here')),
    };
    expect((await choose(broken)).keptSince).toBeUndefined();
    expect((await choose(memoryStore('{ damaged'))).keptSince).toBeUndefined();
  });

  test('what was found with a number of threads is not kept', async () => {
    const store = memoryStore();
    await choose(store, { threads: 1 });
    expect(store.text).toBeUndefined();
  });
});
