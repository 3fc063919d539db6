import { describe, expect, test } from 'vitest';
import {
  BACKEND_NAMES,
  type BackendName,
  type BackendReport,
  chooseEngine,
  fastestOf,
  openEngine,
  openReferenceEngine,
  probeBackends,
} from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { describeLoss } from './loss-suite.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';
import { wasmFiles } from './wasm-files.js';

const IN_A_PAGE = 'document' in globalThis;
const options = { wasmFiles };

describeEngine('reference', async () => openReferenceEngine(), 1e-6);
// Node's WebGPU, TensorFlow and our own kernel have files of their own.
const here: readonly BackendName[] = IN_A_PAGE
  ? ['webgpu', 'webgl', 'wasm', 'cpu']
  : ['wasm', 'cpu'];
for (const backend of here) {
  describeEngine(backend, () => openEngine(backend, options), 1e-5);
  describeTfjsEngine(backend, options);
}
if (IN_A_PAGE) {
  describeLoss('webgpu', options);
  describeLoss('webgl', options);
}

describe('probeBackends', { timeout: 120_000 }, () => {
  test('says of each backend how fast it is, or why it cannot be used', async () => {
    const reports = await probeBackends(options);
    expect(reports.map(({ backend }) => backend)).toEqual(BACKEND_NAMES);
    for (const report of reports) {
      if (here.includes(report.backend)) {
        expect(report).toMatchObject({ works: true, precision: 'float32' });
        expect(report.works && report.stepsPerSecond).toBeGreaterThan(0);
        expect(report.works && report.kernelsPerStep).toBeGreaterThan(0);
        expect(report.works && report.device).toMatch(/\w/);
        expect(report.works && report.description).toMatch(/^TensorFlow\.js 4\.22\.0 (in|on) /);
      }
    }
  });

  test('says what is missing, and what to do about it', async () => {
    const byName = new Map(
      (await probeBackends(options)).map((report) => [report.backend, report]),
    );
    if (IN_A_PAGE) {
      for (const backend of ['cuda', 'tensorflow'] as const) {
        expect(byName.get(backend)).toEqual({
          backend,
          works: false,
          reason: 'there is no TensorFlow outside Node',
          fix: 'use webgpu, webgl or simd here',
        });
      }
    } else {
      expect(byName.get('webgl')).toEqual({
        backend: 'webgl',
        works: false,
        reason: 'there is no WebGL outside a browser',
        fix: 'use webgpu, tensorflow or simd here',
      });
    }
  });
});

describe('openEngine', { timeout: 120_000 }, () => {
  test('auto takes the fastest of those that work', async () => {
    const works = (backend: BackendName, stepsPerSecond: number): BackendReport => ({
      backend,
      works: true,
      description: '',
      device: '',
      precision: 'float32',
      kernelsPerStep: undefined,
      stepsPerSecond,
    });
    const broken: BackendReport = { backend: 'webgpu', works: false, reason: '', fix: undefined };
    expect(fastestOf([broken, works('webgl', 3), works('wasm', 400), works('cpu', 30)])).toBe(
      'wasm',
    );
    expect(fastestOf([works('webgpu', 9000), works('wasm', 400), works('cpu', 30)])).toBe('webgpu');
    expect(fastestOf([broken])).toBeUndefined();
    const { engine, reports, keptSince } = await chooseEngine(options);
    expect(engine.backend).toBe(fastestOf(reports));
    expect(keptSince).toBeUndefined();
    // Which one it is depends on the machine, but plain JavaScript is ten times slower than wasm anywhere.
    expect(engine.backend).not.toBe('cpu');
    engine.close();
  });

  test('auto does not fail for a number of threads that no backend takes', async () => {
    const { engine, reports } = await chooseEngine({ ...options, threads: 1000 });
    expect(engine.backend).toBe(fastestOf(reports));
    engine.close();
  });

  test('a name that is none', async () => {
    await expect(openEngine('abacus' as BackendName)).rejects.toMatchObject({
      code: 'BACKEND_UNKNOWN',
      message:
        'backend: expected one of cuda, tensorflow, webgpu, webgl, simd, wasm, cpu, auto, found abacus',
    });
  });
});
