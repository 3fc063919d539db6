import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const cache = temporaryFolder();
const VERDICTS = join(cache, 'softreg', 'backends.json');

beforeEach(() => void vi.stubEnv('XDG_CACHE_HOME', cache));
afterAll(() => void vi.unstubAllEnvs());

async function backends(...flags: string[]): Promise<string> {
  const { code, stdout } = await runCli(['backends', ...flags]);
  expect(code).toBe(0);
  return stdout.trimEnd();
}

test('a table of what runs here, the fastest first, and why the others do not', async () => {
  const [table, auto, failing] = (await backends()).split('\n\n');
  const [head, ...rows] = (table ?? '').split('\n');
  expect(head).toMatch(/^backend +steps\/s +precision +kernels\/step +device +through$/);
  const speeds = rows.map((row) => Number(row.split(/ {2,}/)[1]));
  expect(speeds).toEqual(speeds.toSorted((a, b) => b - a));
  expect(auto).toBe(`auto takes ${rows[0]?.split(' ')[0]}`);
  expect(rows.find((row) => row.startsWith('simd'))).toMatch(
    / float32 +- {2}\S.*\S {2}own kernel on WebAssembly SIMD.*, \d+ threads?$/,
  );
  expect(rows.find((row) => row.startsWith('wasm'))).toMatch(
    / float32 +17 {2}\S.*\S {2}TensorFlow\.js 4\.22\.0 on WebAssembly/,
  );
  expect(rows.at(-1)).toMatch(/^cpu .* TensorFlow\.js 4\.22\.0 in plain JavaScript$/);
  expect(failing).toMatch(
    /^webgl +no: there is no WebGL outside a browser\n +fix: use webgpu, tensorflow or simd here$/m,
  );
});

test('--json gives the same as objects', async () => {
  const reports = (await backends('--json')).split('\n').map((line) => JSON.parse(line));
  expect(reports.map(({ backend }) => backend)).toEqual([
    'cuda',
    'tensorflow',
    'webgpu',
    'webgl',
    'simd',
    'wasm',
    'cpu',
  ]);
  expect(reports[3]).toEqual({
    event: 'backend',
    backend: 'webgl',
    works: false,
    reason: 'there is no WebGL outside a browser',
    fix: 'use webgpu, tensorflow or simd here',
    auto: false,
  });
  expect(reports.filter(({ auto }) => auto)).toHaveLength(1);
  const [simd, wasm, cpu] = reports.slice(4);
  expect(simd).toMatchObject({ event: 'backend', backend: 'simd', works: true });
  expect(wasm).toMatchObject({ event: 'backend', backend: 'wasm', works: true });
  expect(wasm.stepsPerSecond).toBeGreaterThan(cpu.stepsPerSecond);
});

test('what it finds is kept for auto', async () => {
  await backends();
  const { key, reports } = JSON.parse(await readFile(VERDICTS, 'utf8'));
  expect(reports).toHaveLength(7);
  await writeFile(VERDICTS, '{}');
  await backends();
  expect(JSON.parse(await readFile(VERDICTS, 'utf8')).key).toBe(key);
});

test('auto believes what was kept, and with --probe measures anew', async () => {
  await backends();
  const kept = JSON.parse(await readFile(VERDICTS, 'utf8'));
  for (const report of kept.reports) {
    if (report.works) report.stepsPerSecond = report.backend === 'cpu' ? 1e6 : 1;
  }
  await writeFile(VERDICTS, JSON.stringify(kept));
  const data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data);
  const train = async (...flags: string[]) => {
    const size = ['--no-verify', '--batch-size', '50', '--epochs', '1', '--json'];
    const out = join(temporaryFolder(), 'run');
    const run = await runCli(['train', '--data-dir', data, '--out', out, ...size, ...flags]);
    return JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '').backend;
  };
  expect(await train()).toBe('cpu');
  expect(await train('--probe')).not.toBe('cpu');
});
