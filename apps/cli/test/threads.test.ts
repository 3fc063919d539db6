import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

let data: string;
let out: string;

beforeAll(() => {
  data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data, { trainCount: 720 });
});

beforeEach(() => {
  out = join(temporaryFolder(), 'run');
});

async function train(...flags: string[]) {
  const size = ['--no-verify', '--batch-size', '100', '--epochs', '5'];
  return runCli(['train', '--data-dir', data, '--out', out, ...size, ...flags]);
}

const backendOfRun = () => JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).backend;
const modelOfRun = async () => (await readModel(join(out, 'best.safetensors'))).parameters;

describe('--threads', () => {
  test('is how many simd trains on, with the same numbers for each', async () => {
    const models = [];
    for (const threads of [1, 2, 4]) {
      const { code, stderr } = await train('--backend', 'simd', '--threads', `${threads}`);
      expect(code).toBe(0);
      expect(stderr).toMatch(new RegExp(`SIMD.*, ${threads} threads?\\)$`, 'm'));
      expect(backendOfRun()).toBe('simd');
      models.push(await modelOfRun());
    }
    expect(models[1]).toEqual(models[0]);
    expect(models[2]).toEqual(models[0]);
  });

  test('has auto take a backend that runs on so many', async () => {
    const { code, stderr } = await train('--threads', '3');
    expect(code).toBe(0);
    expect(stderr).toMatch(/with backend simd \(own kernel on WebAssembly SIMD.*, 3 threads\)\n/);
    expect(backendOfRun()).toBe('simd');
  });

  test('of one is for any backend', async () => {
    expect((await train('--backend', 'wasm', '--threads', '1')).code).toBe(0);
    expect(backendOfRun()).toBe('wasm');
  });

  test('is how many evaluate computes on', async () => {
    await train('--backend', 'wasm');
    const scores = async (...flags: string[]) => {
      const common = ['--data-dir', data, '--no-verify', '--json'];
      const argv = ['evaluate', join(out, 'best.safetensors'), ...common, ...flags];
      const { code, stdout } = await runCli(argv);
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    const expected = await scores('--backend', 'wasm');
    const found = await scores('--threads', '3');
    expect(found.backend).toBe('simd');
    expect(found.full).toEqual(expected.full);
    expect(found.confusion).toEqual(expected.confusion);
    expect(found.loss).toBeCloseTo(expected.loss, 5);
  });
});
