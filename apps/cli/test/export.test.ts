import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

// MatMul and Add of 4 pixels and 2 classes, random, made with onnx.helper of Python.
const LINEAR_LAYER =
  'CAc6qQEKEQoBeAoBdxIBeSIGTWF0TXVsChMKAXkKAWISBnNjb3JlcyIDQWRkEgZsaW5lYXIqKwgECAIQAUIBd0ogNp' +
  'dBPtjSBb8RfdO+AEEcwNBc5j8HdJI/0p2mvjAYRj8qEQgCEAFCAWJKCNj6jz5Vxw2/WhgKAXgSEwoRCAESDQoHEgVi' +
  'YXRjaAoCCARiHQoGc2NvcmVzEhMKEQgBEg0KBxIFYmF0Y2gKAggCQgQKABAN';

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

test.each(['npz', 'onnx'])('a model as %s predicts the same', async (format) => {
  const out = join(folder, `model.${format}`);
  expect((await runCli(['export', model, '--format', format, '--out', out])).code).toBe(0);
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

describe('an ONNX model of another maker, which does not say what pixels are divided by', () => {
  const other = join(folder, 'other.onnx');
  const out = join(folder, 'other.safetensors');
  const argv = ['export', other, '--format', 'safetensors', '--out', out];

  beforeAll(() => {
    writeFileSync(other, Buffer.from(LINEAR_LAYER, 'base64'));
  });

  test('is refused, and the refusal says how to say it', async () => {
    const { code, stderr } = await runCli(argv);
    expect(code).toBe(3);
    expect(stderr).toMatch(/other\.onnx, ONNX model, pixel scale: expected .*--pixel-scale/);
  });

  test('is read with --pixel-scale, and keeps it', async () => {
    expect((await runCli([...argv, '--pixel-scale', '255'])).code).toBe(0);
    expect((await readModel(out)).pixelScale).toBe(255);
  });

  test.each(['0', '-1', 'x', 'Infinity'])('--pixel-scale %s is wrong usage', async (scale) => {
    const { code, stderr } = await runCli([...argv, '--pixel-scale', scale]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--pixel-scale: expected a number/);
  });
});

test('a safetensors model is the same after it', async () => {
  const out = join(folder, 'again.safetensors');
  expect((await runCli(['export', model, '--format', 'safetensors', '--out', out])).code).toBe(0);
  expect(readFileSync(out)).toEqual(readFileSync(model));
});
