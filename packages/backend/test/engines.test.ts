import { describe, expect, test } from 'vitest';
import {
  BACKEND_NAMES,
  BackendError,
  type BackendName,
  openEngine,
  openReferenceEngine,
  probeBackends,
} from '../src/index.js';
import { fastestOf } from '../src/open-engine.js';
import { describeEngine } from './engine-suite.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';

const IN_A_PAGE = 'document' in globalThis;
// In a page the test server serves the package's folder.
const options = IN_A_PAGE ? { wasmFiles: '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' } : {};

describeEngine('reference', async () => openReferenceEngine(), 1e-6);
// Those of Node's WebGPU are in webgpu.node.test.ts.
const here: readonly BackendName[] = IN_A_PAGE ? BACKEND_NAMES : ['wasm', 'cpu'];
for (const backend of here) {
  describeEngine(backend, () => openEngine(backend, options), 1e-5);
  describeTfjsEngine(backend, options);
}

describe('probeBackends', { timeout: 120_000 }, () => {
  test('says of each backend how fast it is, or why it cannot be used', async () => {
    const reports = await probeBackends(options);
    expect(reports.map(({ backend }) => backend)).toEqual(BACKEND_NAMES);
    for (const report of reports) {
      if (here.includes(report.backend)) {
        expect(report).toMatchObject({ works: true, precision: 'float32' });
        expect(report.works && report.stepsPerSecond).toBeGreaterThan(0);
        expect(report.works && report.description).toMatch(/^TensorFlow\.js 4\.22\.0 (in|on) /);
      }
    }
  });

  test('says what is missing', async () => {
    const reports = await probeBackends({ ...options, threads: 3 });
    expect(reports[2]).toEqual({
      backend: 'wasm',
      works: false,
      reason: 'backend wasm: it takes no --threads, 3 were asked for; leave the flag away',
    });
    const webgl = (await probeBackends(options))[1];
    if (!IN_A_PAGE) {
      expect(webgl).toEqual({
        backend: 'webgl',
        works: false,
        reason: 'backend webgl: there is no WebGL outside a browser',
      });
    }
  });
});

describe('openEngine', { timeout: 120_000 }, () => {
  test('auto takes the fastest', async () => {
    const works = (backend: BackendName, stepsPerSecond: number) =>
      ({ backend, works: true, description: '', precision: 'float32', stepsPerSecond }) as const;
    const broken = { backend: 'webgpu', works: false, reason: '' } as const;
    expect(fastestOf([broken, works('webgl', 3), works('wasm', 400), works('cpu', 30)])).toBe(
      'wasm',
    );
    expect(fastestOf([works('webgpu', 9000), works('wasm', 400), works('cpu', 30)])).toBe('webgpu');
    expect(fastestOf([broken])).toBeUndefined();
    const engine = await openEngine('auto', options);
    // Which one it is depends on the machine, but plain JavaScript is ten times slower than wasm anywhere.
    expect(engine.backend).not.toBe('cpu');
    engine.close();
  });

  test('auto tells why none can be used', async () => {
    const open = openEngine('auto', { ...options, threads: 2 });
    await expect(open).rejects.toSatisfy(BackendError.isInstance);
    for (const name of BACKEND_NAMES) {
      await expect(open).rejects.toThrow(
        `backend ${name}: it takes no --threads, 2 were asked for`,
      );
    }
  });

  test('a name that is none', async () => {
    await expect(openEngine('abacus' as BackendName)).rejects.toMatchObject({
      code: 'BACKEND_UNKNOWN',
      message: 'backend: expected one of webgpu, webgl, wasm, cpu, auto, found abacus',
    });
  });
});
