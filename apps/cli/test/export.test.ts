import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const model = join(folder, 'run', 'best.safetensors');

beforeAll(async () => {
  writeSyntheticDigits(data);
  const flags = ['--data-dir', data, '--no-verify', '--batch-size', '20', '--epochs', '3'];
  const argv = ['train', ...flags, '--backend', 'simd', '--out', join(folder, 'run')];
  expect((await runCli(argv)).code).toBe(0);
});

test('a model as JavaScript says what the command says, with nothing else installed', async () => {
  const out = join(folder, 'model.mjs');
  expect((await runCli(['export', model, '--format', 'js', '--out', out])).code).toBe(0);
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(out).href);
  const named = ['--dataset', 'mnist', '--data-dir', data, '--no-verify', '--count', '30'];
  const { stdout } = await runCli(['predict', model, ...named, '--json']);
  const images = readFileSync(join(data, 't10k-images-idx3-ubyte')).subarray(16);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(30);
  for (const [i, line] of lines.entries()) {
    const { label, probabilities } = JSON.parse(line);
    const found = predict(images.subarray(784 * i, 784 * (i + 1)));
    expect(found.className).toBe(label);
    for (const [k, probability] of found.probabilities.entries()) {
      expect(probability).toBeCloseTo(probabilities[k], 12);
    }
  }
});

test('a model for NumPy predicts the same', async () => {
  const out = join(folder, 'model.npz');
  expect((await runCli(['export', model, '--format', 'npz', '--out', out])).code).toBe(0);
  const named = [
    '--dataset',
    'mnist',
    '--data-dir',
    data,
    '--no-verify',
    '--count',
    '30',
    '--json',
  ];
  const expected = await runCli(['predict', model, ...named]);
  expect(await runCli(['predict', out, ...named])).toEqual(expected);
});

test('a safetensors model is the same after it', async () => {
  const out = join(folder, 'again.safetensors');
  expect((await runCli(['export', model, '--format', 'safetensors', '--out', out])).code).toBe(0);
  expect(readFileSync(out)).toEqual(readFileSync(model));
});
