import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

let data: string;
let run: string;

beforeAll(() => {
  data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data);
});

beforeEach(() => {
  run = join(temporaryFolder(), 'run');
});

const inData = () => ['--data-dir', data, '--no-verify'];

/** 6 minibatches of 50 an epoch. */
function train(...flags: string[]) {
  return runCli([
    ...['train', ...inData(), '--batch-size', '50', '--backend', 'cpu', '--epochs', '4'],
    ...['--out', run, ...flags],
  ]);
}

const verify = (...flags: string[]) => runCli(['verify', run, ...inData(), ...flags]);
const receiptPath = () => join(run, 'receipt.json');
const receipt = () => JSON.parse(readFileSync(receiptPath(), 'utf8'));

function changeReceipt(change: (value: ReturnType<typeof receipt>) => void): void {
  const value = receipt();
  change(value);
  writeFileSync(receiptPath(), JSON.stringify(value));
}

describe('a run that is trained again is the same', () => {
  test.each([
    ['as in the tutorial', []],
    ['in a random order, with Adam', ['--shuffle', '--seed', '7', '--optimizer', 'adam']],
    ['with images read as they are needed', ['--stream', '--shuffle']],
    ['until its patience ends in the middle of an epoch', ['--patience', '14']],
    ['on threads', ['--backend', 'simd', '--threads', '2', '--optimizer', 'momentum']],
  ])('%s', async (_, flags) => {
    expect((await train(...flags)).code).toBe(0);
    const { epochs, end } = receipt();
    const { code, stdout, stderr } = await verify();
    expect(stderr).not.toContain('rounding');
    expect(stdout.trimEnd().split('\n')).toEqual([
      `the same in ${epochs.length} epochs and at the end, to the bit`,
      `last parameters, after ${end.iterations} minibatches: SHA-256 ${end.parameters}`,
      `best parameters, as saved: SHA-256 ${end.best}`,
    ]);
    expect(code).toBe(0);
    expect(end.iterations).toBe(flags.includes('--patience') ? 15 : 24);
    expect(epochs).toHaveLength(Math.floor(end.iterations / 6));
    expect(new Set(epochs.map(({ parameters }: { parameters: string }) => parameters)).size).toBe(
      epochs.length,
    );
  });

  test('and so is one that was interrupted', async () => {
    const { code } = await interruptedAt(3);
    expect(code).toBe(130);
    expect(receipt().end).toMatchObject({ reason: 'aborted', iterations: 13 });
    expect((await verify()).stdout).toMatch(/^the same in 2 epochs .*\n.*after 13 minibatches/);
  });

  test('and one that was interrupted and went on, whose receipt is that of a run that was not', async () => {
    await train('--validation-frequency', '1');
    const straight = receipt();
    await interruptedAt(2);
    expect(receipt()).not.toEqual(straight);
    expect((await runCli(['train', '--resume', run, ...inData()])).code).toBe(0);
    expect(receipt()).toEqual(straight);
    expect((await verify()).code).toBe(0);
  });

  test('as JSON', async () => {
    await train();
    const { epochs, end } = receipt();
    const { stdout } = await verify('--json');
    expect(JSON.parse(stdout)).toEqual({
      event: 'verification',
      same: true,
      epochs: epochs.length,
      iterations: 24,
      parameters: end.parameters,
      best: end.best,
    });
  });
});

/** Interrupted by its first output of that epoch, which comes at the end of the one before. */
function interruptedAt(epoch: number) {
  const controller = new AbortController();
  return runCli(
    [
      ...['train', ...inData(), '--batch-size', '50', '--backend', 'cpu', '--epochs', '4'],
      ...['--out', run, '--validation-frequency', '1', '--checkpoint-every', '0'],
    ],
    {
      interrupt: controller.signal,
      onStdout: (text) => {
        if (text.startsWith(`epoch ${epoch}, minibatch 1/`)) controller.abort();
      },
    },
  );
}

describe('what differs is said', () => {
  const otherHash = 'ab'.repeat(32);

  test('by its epoch, the first one', async () => {
    await train();
    const expected = receipt().epochs[1].parameters;
    changeReceipt(({ epochs }) => {
      epochs[1].parameters = otherHash;
      epochs[2].parameters = otherHash;
    });
    const { code, stdout } = await verify();
    expect(stdout).toBe(`epoch 2: expected ${otherHash} as in the run, found ${expected}\n`);
    expect(code).toBe(3);
    expect(JSON.parse((await verify('--json')).stdout)).toMatchObject({
      same: false,
      epoch: 2,
      expected: otherHash,
      found: expected,
    });
  });

  test('where the settings were others', async () => {
    await train();
    changeReceipt(({ config }) => {
      config.settings.learningRate = 0.12;
    });
    const { code, stdout } = await verify();
    expect(stdout).toMatch(/^epoch 1: expected [0-9a-f]{64} as in the run, found [0-9a-f]{64}\n$/);
    expect(code).toBe(3);
  });

  test.each([
    ['the number of minibatches', { iterations: 23 }, /^the end, in epoch 4: expected 23 minibatc/],
    ['the last parameters', { parameters: otherHash }, /^the end, in epoch 4: expected abab/],
    ['the model in the folder', { best: otherHash }, /best\.safetensors: expected abab/],
  ])('at the end: %s', async (_, change, message) => {
    await train();
    changeReceipt(({ end }) => Object.assign(end, change));
    const { code, stdout } = await verify();
    expect(stdout).toMatch(message);
    expect(code).toBe(3);
  });

  test('where the model is that of another run', async () => {
    await train('--learning-rate', '0.5');
    const other = readFileSync(join(run, 'best.safetensors'));
    await train();
    writeFileSync(join(run, 'best.safetensors'), other);
    const { code, stdout } = await verify();
    expect(stdout).toContain(`${join(run, 'best.safetensors')}: expected ${receipt().end.best}`);
    expect(code).toBe(3);
  });

  test('with a word on the backend, where it is another one', async () => {
    await train();
    const { stderr, code } = await verify('--backend', 'simd');
    expect(stderr).toMatch(
      /the run computed on cpu \(.*\), and this is simd \(.*\): rounding may differ/,
    );
    expect(code).toBe(3);
    expect((await verify('--backend', 'simd', '--quiet')).stderr).toBe('');
  });
});

test('other data are refused by name', async () => {
  await train();
  const others = join(temporaryFolder(), 'others');
  writeSyntheticDigits(others, { testCount: 101 });
  const { code, stderr } = await runCli(['verify', run, '--data-dir', others, '--no-verify']);
  expect(stderr).toMatch(/^error: data set mnist, testImages: expected SHA-256 .*, as in the run,/);
  expect(code).toBe(3);
});

test('an interrupt ends it with 130', async () => {
  await train();
  const controller = new AbortController();
  controller.abort();
  const { code, stdout, stderr } = await runCli(['verify', run, ...inData()], {
    interrupt: controller.signal,
  });
  expect(stderr).toContain('interrupted: the same until then');
  expect(stdout).toBe('');
  expect(code).toBe(130);
});

describe('a receipt that is none', () => {
  test('is missing as long as the run has not ended', async () => {
    await train();
    rmSync(receiptPath());
    const { code, stderr } = await verify();
    expect(stderr).toBe(
      `error: ${receiptPath()}: expected a file, found none of that name; ` +
        `it is written when a run ends: go on with softreg train --resume ${run}\n`,
    );
    expect(code).toBe(3);
  });

  test.each([
    ['no JSON', '{'],
    ['another value', 'null'],
    ['an empty one', '{}'],
  ])('%s', async (_, text) => {
    await train('--epochs', '1');
    writeFileSync(receiptPath(), text);
    const { code, stderr } = await verify();
    expect(stderr).toContain(`${receiptPath()}: expected the receipt of a run`);
    expect(code).toBe(3);
  });

  test.each<[string, (value: ReturnType<typeof receipt>) => void]>([
    ['without settings', ({ config }) => delete config.settings],
    ['without an end', (value) => delete value.end],
    ['without engines', (value) => Object.assign(value, { engines: [] })],
    ['with epochs that are none', (value) => Object.assign(value, { epochs: [null] })],
    ['with a hash that is none', ({ epochs }) => Object.assign(epochs[0], { parameters: 'x' })],
    ['with minibatches that are no number', ({ end }) => Object.assign(end, { iterations: '1' })],
  ])('%s', async (_, change) => {
    await train('--epochs', '1');
    changeReceipt(change);
    const { code, stderr } = await verify();
    expect(stderr).toContain(`${receiptPath()}: expected the receipt of a run`);
    expect(code).toBe(3);
  });

  test('with settings out of their range', async () => {
    await train('--epochs', '1');
    changeReceipt(({ config }) => Object.assign(config.settings, { learningRate: -1 }));
    const { code, stderr } = await verify();
    expect(stderr).toMatch(
      /receipt\.json: expected the receipt of a run.*found a learning rate of -1$/m,
    );
    expect(code).toBe(3);
  });
});
