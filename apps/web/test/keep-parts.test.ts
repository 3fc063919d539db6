import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Dataset,
  digitsDataset,
  FASHION_MNIST,
  MNIST,
  tutorialSplit,
} from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { predict, type SoftmaxRegression } from '@softreg/model';
import { decodeCompactModel, decodeModel, encodeCompactModel } from '@softreg/serialization';
import { mnistFolder } from '@softreg/testkit';
import { type RunSettings, TUTORIAL_SETTINGS } from '@softreg/trainer';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commandsFor } from '../src/keep/commands.js';
import { type DataHashes, hashesOf } from '../src/keep/data-hashes.js';
import { hasEnding, OPENED_ENDINGS } from '../src/keep/formats.js';
import { configOf, keptRun } from '../src/keep/kept-run.js';
import { keptSettings, splitSettings, wholeRunSettings } from '../src/keep/kept-settings.js';
import {
  datasetNameOf,
  differingPart,
  parseRunConfig,
  type RunNow,
} from '../src/keep/run-config.js';
import { DEFAULTS } from '../src/settings/page-settings.js';

const HASHES: DataHashes = { trainImages: 'a', trainLabels: 'b', testImages: 'c', testLabels: 'd' };
const COUNTS = { train: 10_000, validation: 2_000, test: 2_000 };

beforeEach(() => {
  keptRun.value = undefined;
  keptSettings.value = undefined;
});

describe('data', () => {
  test('have the checksums of the files that they would be', async () => {
    const { sha256, ...sets } = await digitsDataset({ train: 31, test: 7, seed: 2 });
    expect(await hashesOf(tutorialSplit(sets))).toEqual(sha256);
  });

  test.each(Object.keys(HASHES))('differ where their %s do', (part) => {
    expect(differingPart(HASHES, { ...HASHES, [part]: 'z' })).toBe(part);
    expect(differingPart(HASHES, HASHES)).toBeUndefined();
  });

  const known = (files: typeof MNIST.files) =>
    Object.fromEntries(
      Object.entries(files).map(([part, { sha256 }]) => [part, sha256 ?? 'unknown']),
    ) as DataHashes;

  test('have the name that the command line knows them by', () => {
    expect(datasetNameOf({ data: 'digits', sha256: HASHES })).toBe('digits');
    expect(datasetNameOf({ data: 'mnist', sha256: known(MNIST.files) })).toBe('mnist');
    expect(datasetNameOf({ data: 'files', sha256: HASHES })).toBe('mnist');
    const fashion = known(FASHION_MNIST.files);
    expect(datasetNameOf({ data: 'files', sha256: fashion })).toBe('fashion-mnist');
    const other = { ...fashion, testLabels: 'z' };
    expect(datasetNameOf({ data: 'files', sha256: other })).toBe('mnist');
  });

  test('go on by these commands', () => {
    const four = Array.from({ length: 4 }, () => new File([], 'x'));
    expect(commandsFor({ kind: 'mnist' }, COUNTS)).toEqual([
      'softreg train --resume checkpoint.safetensors --out run',
    ]);
    expect(commandsFor({ kind: 'digits' }, COUNTS)).toEqual([
      'softreg data fetch digits --train 12000 --test 2000 --out digits',
      'softreg train --resume checkpoint.safetensors --data-dir digits --out run',
    ]);
    expect(commandsFor({ kind: 'files', files: four }, COUNTS)).toEqual([
      'softreg train --resume checkpoint.safetensors --data-dir FOLDER --no-verify --out run',
    ]);
    expect(commandsFor({ kind: 'files', files: four.slice(2) }, COUNTS)).toEqual([]);
  });
});

describe('what a checkpoint says of its run', () => {
  const run: RunNow = {
    state: { arrays: {}, values: '{}' },
    settings: TUTORIAL_SETTINGS,
    backend: 'webgl',
    data: 'files',
    sha256: HASHES,
  };
  const config = { ...configOf(run), version: '1.2.3' };

  test('is read again', () => {
    expect(parseRunConfig(JSON.stringify(config))).toEqual({
      version: '1.2.3',
      dataset: 'mnist',
      sha256: HASHES,
      pixelScale: 256,
      backend: 'webgl',
      settings: JSON.parse(JSON.stringify(TUTORIAL_SETTINGS)),
    });
  });

  const nothing: [string, string][] = [
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
  ];
  for (const name of ['settings', 'sha256', 'dataset', 'backend', 'pixelScale']) {
    nothing.push([`no ${name}`, JSON.stringify({ ...config, [name]: undefined })]);
    nothing.push([`${name} of null`, JSON.stringify({ ...config, [name]: null })]);
  }

  test.each(nothing)('%s is none', (_, text) => {
    expect(parseRunConfig(text)).toBeUndefined();
  });

  test('keeps the name that its data came with, as long as they are the same', () => {
    keptRun.value = { ...config, dataset: 'bars', entry: '/home/me/bars.json' };
    expect(configOf(run)).toMatchObject({ dataset: 'bars', entry: '/home/me/bars.json' });
    const other = configOf({ ...run, sha256: { ...HASHES, testLabels: 'z' } });
    expect(other.dataset).toBe('mnist');
    expect(other).not.toHaveProperty('entry');
  });
});

describe('settings that the page has no field for', () => {
  const run: RunSettings = {
    ...TUTORIAL_SETTINGS,
    optimizer: 'momentum',
    momentum: 0.95,
    schedule: 'step',
    decayIterations: 100,
    epochs: 7,
    learningRate: 0.5,
    seed: 3,
  };

  test('are kept beside those of its fields', () => {
    const { form, others } = splitSettings(run);
    expect(form).toEqual({
      optimizer: 'momentum',
      learningRate: 0.5,
      batchSize: 600,
      patience: 5000,
      l2: 0,
      shuffle: false,
      seed: 3,
    });
    expect(others.values).toEqual({
      momentum: 0.95,
      schedule: 'step',
      decayIterations: 100,
      epochs: 7,
    });
    const page = { ...DEFAULTS, ...form };
    expect(wholeRunSettings(page)).toEqual({ ...TUTORIAL_SETTINGS, ...form });
    keptSettings.value = others;
    expect(wholeRunSettings(page)).toEqual(run);
    expect(wholeRunSettings({ ...page, learningRate: 0.1 })).toEqual({ ...run, learningRate: 0.1 });
  });

  test('are left out where they are of another optimizer', () => {
    keptSettings.value = splitSettings(run).others;
    const { momentum, ...rest } = run;
    const page = { ...DEFAULTS, ...splitSettings(run).form };
    expect(wholeRunSettings({ ...page, optimizer: 'sgd' })).toEqual({ ...rest, optimizer: 'sgd' });
    expect(wholeRunSettings(page)).toHaveProperty('momentum', momentum);
  });
});

test.each([
  ['model.safetensors', true],
  ['MODEL.JSON', true],
  ['a.bin', true],
  ['a.onnx', true],
  ['a.npz', true],
  ['train-images-idx3-ubyte', false],
  ['train-images-idx3-ubyte.gz', false],
  ['safetensors', false],
  ['a.npz.gz', false],
])('%s looks like a model or a checkpoint: %s', (name, expected) => {
  expect(hasEnding(name, ...OPENED_ENDINGS)).toBe(expected);
});

const folder = mnistFolder();

describe.skipIf(folder === undefined)('on MNIST', () => {
  let mnist: Dataset;
  beforeAll(async () => {
    mnist = await openDataset(MNIST, { folder: folder as string });
  });

  test('the data have the checksums of the files', async () => {
    const { sha256, ...sets } = mnist;
    expect(await hashesOf(tutorialSplit(sets))).toEqual(sha256);
  });

  test('8 bits cost the model no error of 10,000', async () => {
    const path = fileURLToPath(new URL('../public/model/mnist.safetensors', import.meta.url));
    const model = await decodeModel(readFileSync(path));
    const { images, labels } = mnist.test;
    const errorsOf = (other: SoftmaxRegression) =>
      predict(other, images).filter(({ label }, index) => label !== labels[index]).length;
    expect(errorsOf(model)).toBe(775);
    expect(errorsOf(decodeCompactModel(encodeCompactModel(model)))).toBe(775);
  });
});
