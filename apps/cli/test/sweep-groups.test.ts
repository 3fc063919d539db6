import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import { describe, expect, test } from 'vitest';
import type { SweepConfig, SweepSetting } from '../src/sweep/config.js';
import { groupsOf } from '../src/sweep/groups.js';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const config: SweepConfig = {
  version: '0',
  dataset: 'mnist',
  sha256: {} as SweepConfig['sha256'],
  pixelScale: 256,
  backend: 'tensorflow',
  settings: TUTORIAL_SETTINGS,
  axes: { learningRate: [], batchSize: [], l2: [] },
};

const SIZES = [600, 100, 20];

const settingsOf = (batchSizes: readonly number[]): SweepSetting[] =>
  batchSizes.map((batchSize, i) => ({
    setting: i + 1,
    settings: { ...TUTORIAL_SETTINGS, batchSize },
  }));

const sizesOf = (batchSizes: readonly number[], processes: number, sideBySide?: boolean) =>
  groupsOf(settingsOf(batchSizes), config, processes, sideBySide).map(({ length }) => length);

describe('groups of settings', () => {
  test('have each setting once, one batch size, and no more than 16', () => {
    for (let count = 0; count <= 80; count += 1) {
      const pending = settingsOf(Array.from({ length: count }, (_, i) => SIZES[(i * i) % 7] ?? 20));
      for (const processes of [1, 2, 3, 9]) {
        const groups = groupsOf(pending, config, processes, undefined);
        const numbers = groups.flat().map(({ setting }) => setting);
        expect(numbers.sort((a, b) => a - b)).toEqual(pending.map(({ setting }) => setting));
        for (const group of groups) {
          expect(new Set(group.map(({ settings }) => settings.batchSize)).size).toBe(1);
          expect(group.length).toBeLessThanOrEqual(16);
          // No process is left without work by a group that could be parted.
          expect(group.length).toBeLessThanOrEqual(Math.ceil(count / processes));
        }
      }
    }
  });

  test('are as few and as equal as can be', () => {
    expect(sizesOf(Array(12).fill(600), 1)).toEqual([12]);
    expect(sizesOf(Array(12).fill(600), 2)).toEqual([6, 6]);
    expect(sizesOf(Array(17).fill(600), 1)).toEqual([8, 9]);
    expect(sizesOf([100, 600, 100, 600, 100, 600, 100, 600], 2)).toEqual([4, 4]);
    expect(sizesOf([100, 600, 100, 600, 600, 600], 1)).toEqual([2, 4]);
    expect(sizesOf(Array(4).fill(600), 8)).toEqual([1, 1, 1, 1]);
    expect(sizesOf([], 2)).toEqual([]);
  });

  test.each<[string, Partial<SweepConfig>]>([
    ['on an engine that gains nothing', { backend: 'simd' }],
    ['with momentum', { settings: { ...TUTORIAL_SETTINGS, optimizer: 'momentum' } }],
    ['with gradients that are clipped', { settings: { ...TUTORIAL_SETTINGS, clipNorm: 1 } }],
    ['with biases penalized', { settings: { ...TUTORIAL_SETTINGS, penalizeBias: true } }],
    ['on images that are read as they are needed', { stream: true }],
  ])('are of one setting %s', (_, change) => {
    const pending = settingsOf(Array(4).fill(600));
    const groups = groupsOf(pending, { ...config, ...change }, 1, undefined);
    expect(groups).toEqual(pending.map((one) => [one]));
  });

  test('are of one setting where that is asked for', () => {
    expect(sizesOf(Array(4).fill(600), 1, false)).toEqual([1, 1, 1, 1]);
  });

  test('are of several where that is known to gain, elsewhere where it is asked for', () => {
    const pending = settingsOf(Array(4).fill(600));
    const groupsOn = (backend: string, sideBySide?: boolean) =>
      groupsOf(pending, { ...config, backend }, 1, sideBySide).length;
    for (const backend of ['cuda', 'tensorflow', 'wasm']) expect(groupsOn(backend)).toBe(1);
    for (const backend of ['webgpu', 'cpu']) {
      expect([groupsOn(backend), groupsOn(backend, true)]).toEqual([4, 1]);
    }
  });

  test.each([
    [['--backend', 'simd'], 'backend simd'],
    [['--backend', 'cpu', '--optimizer', 'adam'], '--optimizer adam'],
    [['--backend', 'cpu', '--clip-norm', '2'], '--clip-norm 2'],
    [['--backend', 'cpu', '--penalize-bias', '--l2', '0.1'], '--penalize-bias'],
    [['--backend', 'cpu', '--stream'], 'images that are read as they are needed'],
  ])('are refused with --side-by-side and %j', async (flags, found) => {
    const folder = temporaryFolder();
    writeSyntheticDigits(folder);
    const out = join(folder, 'sweep');
    const run = await runCli([
      ...['sweep', '--data-dir', folder, '--no-verify', '--batch-size', '20', '--side-by-side'],
      ...[...flags, '--out', out],
    ]);
    expect([run.code, run.stdout, existsSync(out)]).toEqual([2, '', false]);
    expect(run.stderr).toContain(
      `error: --side-by-side: expected a sweep whose settings can share their steps, found ${found}; leave the flag away`,
    );
  });
});
