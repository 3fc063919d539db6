import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const TEST_LABELS = 't10k-labels-idx1-ubyte';
const TRAIN_LABELS = 'train-labels-idx1-ubyte';

let pristine: string;
let data: string;
let out: string;

beforeAll(() => {
  pristine = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(pristine);
});

beforeEach(() => {
  const folder = temporaryFolder();
  data = join(folder, 'data');
  out = join(folder, 'run');
  cpSync(pristine, data, { recursive: true });
});

/** One line, on stderr, and nothing left behind. */
async function expectRefused(argv: string[], code: number, message: string | RegExp) {
  const result = await runCli(argv);
  expect(result.stderr).toMatch(/^error: [^\n]+\n$/);
  expect(result.stderr).toMatch(message);
  expect(result.code).toBe(code);
  expect(result.stdout).toBe('');
  expect(existsSync(out)).toBe(false);
}

const train = (...flags: string[]) => {
  return ['train', '--backend', 'wasm', '--data-dir', data, '--out', out, ...flags];
};

function edit(name: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(join(data, name), change(readFileSync(join(data, name))));
}

function setByte(name: string, position: number, byte: number): void {
  edit(name, (bytes) => {
    bytes[position] = byte;
    return bytes;
  });
}

describe('data', () => {
  const cases: [string, () => void, RegExp][] = [
    ['missing folder', () => rmSync(data, { recursive: true }), /found no such folder/],
    [
      'missing one of four files',
      () => rmSync(join(data, TEST_LABELS)),
      /expected t10k-labels-idx1-ubyte or/,
    ],
    [
      'truncated',
      () => truncateSync(join(data, TEST_LABELS), 50),
      /expected 108 bytes.*after 50 bytes/,
    ],
    [
      'truncated, gzipped',
      () => {
        const bytes = gzipSync(readFileSync(join(data, TEST_LABELS)));
        writeFileSync(join(data, `${TEST_LABELS}.gz`), bytes.subarray(0, bytes.length - 9));
        rmSync(join(data, TEST_LABELS));
      },
      /expected a complete gzip stream/,
    ],
    [
      'wrong magic',
      () => setByte(TEST_LABELS, 0, 1),
      /begins with two zero bytes, found 0x01 0x00/,
    ],
    [
      'trailing bytes',
      () => edit(TEST_LABELS, (b) => Buffer.concat([b, b])),
      /after 108 bytes.*found 108 more bytes/,
    ],
    ['count that does not match', () => setByte(TEST_LABELS, 7, 99), /found 1 more bytes/],
    [
      'images and labels of different counts',
      () => cpSync(join(data, TEST_LABELS), join(data, TRAIN_LABELS)),
      /expected 360 labels, one for each image.*found 100/,
    ],
    [
      'label 10 in a ten-class set',
      () => setByte(TRAIN_LABELS, 8 + 5, 10),
      /expected labels 0 to 9, found label 10 at position 5/,
    ],
    ['wrong SHA-256 for MNIST', () => undefined, /expected SHA-256 ba891046.*--no-verify/],
  ];

  test.each(cases)('%s', async (_, damage, message) => {
    damage();
    await expectRefused(train(), 3, message);
  });

  test('nothing is written into a run folder that is there', async () => {
    const good = [
      'train',
      '--data-dir',
      pristine,
      '--out',
      out,
      '--no-verify',
      '--batch-size',
      '50',
      '--epochs',
      '1',
    ];
    expect((await runCli(good)).code).toBe(0);
    const before = readFileSync(join(out, 'best.safetensors'));
    setByte(TEST_LABELS, 0, 1);
    expect((await runCli(train())).code).toBe(3);
    expect(Buffer.compare(readFileSync(join(out, 'best.safetensors')), before)).toBe(0);
  });

  test('SOFTREG_DATA_DIR is the default folder, and --data-dir goes before it', async () => {
    const env = { SOFTREG_DATA_DIR: join(data, 'nowhere') };
    const missing = await runCli(['train', '--out', out], { env });
    expect(missing.stderr).toContain(join(data, 'nowhere'));
    const found = await runCli(train('--no-verify', '--batch-size', '50', '--epochs', '1'), {
      env,
    });
    expect(found.code).toBe(0);
  });
});

describe('models', () => {
  const model = (side: number) => ({
    parameters: {
      features: side * side,
      classes: 10,
      weights: new Float32Array(side * side * 10),
      bias: new Float32Array(10),
    },
    imageHeight: side,
    imageWidth: side,
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    pixelScale: 256,
    receipt: {},
  });

  test.each(['evaluate', 'predict'])('%s: not a model file', async (command) => {
    const flags = ['--dataset', 'mnist', '--data-dir', data, '--no-verify'];
    await expectRefused(
      [command, join(data, TEST_LABELS), ...flags],
      3,
      /expected a safetensors file/,
    );
    await expectRefused(
      [command, join(data, 'none'), ...flags],
      3,
      /expected a file, found none of that name/,
    );
  });

  test.each(['evaluate', 'predict'])(
    '%s: a model of another shape than the data',
    async (command) => {
      const path = join(data, 'small.safetensors');
      await writeModel(path, model(14));
      const flags = ['--dataset', 'mnist', '--data-dir', data, '--no-verify'];
      await expectRefused(
        [command, path, ...flags],
        3,
        /mnist, test set: expected images of 14 x 14 pixels.*found 28 x 28/,
      );
    },
  );

  test('a damaged model', async () => {
    const path = join(data, 'm.safetensors');
    await writeModel(path, model(28));
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 1;
    writeFileSync(path, bytes);
    await expectRefused(['predict', path, '--dataset', 'mnist'], 3, /data: expected SHA-256/);
  });
});

test('data info of what is no IDX file', async () => {
  const text = join(data, 'text');
  writeFileSync(text, 'hello, world');
  await expectRefused(['data', 'info', text], 3, /text: expected an IDX file/);
  await expectRefused(
    ['data', 'info', join(data, 'none')],
    3,
    /none: expected an IDX file, found no regular file/,
  );
  await expectRefused(
    ['data', 'info', data],
    3,
    /expected an IDX file, found no regular file of that name/,
  );
  if (existsSync('/dev/zero'))
    await expectRefused(['data', 'info', '/dev/zero'], 3, /found no regular file/);
});

describe('places', () => {
  test.each([
    ['below a file', (): string => join(data, TEST_LABELS, 'run')],
    [
      'where nothing can be made',
      (): string => (existsSync('/proc/self') ? '/proc/run' : join(data, TEST_LABELS, 'x')),
    ],
  ])('an --out %s', async (_, place) => {
    const flags = ['--no-verify', '--batch-size', '50', '--out', place()];
    await expectRefused(train(...flags), 4, /expected a folder to write into/);
  });

  test('an export that cannot be written', async () => {
    const path = join(data, 'm.safetensors');
    await runCli(train('--no-verify', '--batch-size', '50', '--epochs', '1'));
    cpSync(join(out, 'best.safetensors'), path);
    rmSync(out, { recursive: true });
    for (const format of ['tfjs', 'safetensors', 'npz', 'onnx', 'js']) {
      const argv = ['export', path, '--format', format, '--out', join(path, 'x', 'y')];
      await expectRefused(argv, 4, /expected/);
    }
  });
});

describe('flags', () => {
  const cases: [string[], RegExp][] = [
    [['--frobnicate'], /unknown option '--frobnicate'/],
    [['--learning-rate', '-0.1'], /--learning-rate: expected a number above 0, found -0.1/],
    [['--learning-rate', '0'], /--learning-rate: expected a number above 0, found 0/],
    [['--learning-rate', 'NaN'], /--learning-rate: expected a number, found NaN/],
    [['--learning-rate', 'Infinity'], /--learning-rate: expected a number above 0, found Infinity/],
    [['--learning-rate', 'fast'], /--learning-rate: expected a number, found fast/],
    [['--learning-rate'], /argument missing/],
    [['--batch-size', '0'], /--batch-size: expected a whole number of 1 or more, found 0/],
    [['--batch-size', '2.5'], /--batch-size: expected a whole number/],
    [
      ['--batch-size', '301', '--no-verify'],
      /--batch-size: expected at most 300, the number of training images, found 301/,
    ],
    [
      ['--batch-size', '61', '--no-verify'],
      /--batch-size: expected at most 60, the number of validation images/,
    ],
    [['--epochs', '0'], /--epochs: expected a whole number/],
    [['--patience', '-5'], /--patience: expected a whole number/],
    [['--patience-increase', '0.5'], /--patience-increase: expected a number of 1 or more/],
    [
      ['--improvement-threshold', '1.5'],
      /--improvement-threshold: expected a number above 0 and at most 1/,
    ],
    [['--validation-frequency', '0'], /--validation-frequency: expected a whole number/],
    [
      ['--validation-frequency', '99', '--epochs', '1', '--batch-size', '50', '--no-verify'],
      /--validation-frequency: expected at most 6/,
    ],
    [['--pixel-scale', '0'], /--pixel-scale: expected a number above 0/],
    [
      ['--optimizer', 'adagrad'],
      /--optimizer: expected sgd or momentum or nesterov or adam, found adagrad/,
    ],
    [['--momentum', '0.5'], /--momentum: expected .*found 0.5/],
    [['--optimizer', 'momentum', '--momentum', '1'], /--momentum: expected .*below 1, found 1/],
    [['--optimizer', 'adam', '--epsilon', '0'], /--epsilon: expected a number above 0, found 0/],
    [['--schedule', 'cosine'], /--decay-iterations: expected a whole number of 1 or more/],
    [['--clip-norm', '-1'], /--clip-norm: expected a number above 0/],
    [['--stopping', 'never'], /--stopping: expected tutorial or validations, found never/],
    [['--l2', '-1'], /--l2: expected a number of 0 or more/],
    [['--seed', '1.5'], /--seed: expected a whole number/],
    [['--threads', '0'], /--threads: expected a whole number of 1 or more, found 0/],
    [['--threads', '1.5'], /--threads: expected a whole number of 1 or more, found 1.5/],
    [['--threads', 'all'], /--threads: expected a number, found all/],
    [
      ['--dataset', 'cifar'],
      /data set: expected mnist, fashion-mnist, kmnist, digits, found cifar/,
    ],
    [
      ['--backend', 'abacus'],
      /backend: expected one of cuda, tensorflow, webgpu, webgl, simd, wasm, cpu, auto, found abacus/,
    ],
  ];

  test.each(cases)('train %j', async (flags, message) => {
    await expectRefused(train(...flags), 2, message);
  });

  test('more threads than the backend takes', async () => {
    await expectRefused(
      train('--threads', '1000', '--backend', 'simd'),
      4,
      /backend simd: it runs on 1 to 256 threads, and 1000 were asked for/,
    );
    await expectRefused(
      train('--threads', '4', '--backend', 'wasm'),
      4,
      /backend wasm: it decides itself on its threads, and 4 were asked for; ask for no number of/,
    );
  });

  test.each([
    [['walk'], /unknown command 'walk'/],
    [['evaluate'], /missing required argument 'model'/],
    [['predict', 'm.safetensors'], /expected image files or --dataset/],
    [
      ['predict', 'm.safetensors', 'a.png', '--dataset', 'mnist'],
      /expected image files or --dataset/,
    ],
    [
      ['export', 'm.safetensors', '--format', 'gif', '--out', 'x'],
      /Allowed choices are tfjs, safetensors/,
    ],
    [
      ['evaluate', 'm.safetensors', '--split', 'all'],
      /Allowed choices are test, validation, train/,
    ],
    [['evaluate', 'm.safetensors', '--batch-size', '0'], /--batch-size: expected a whole number/],
    [['evaluate', 'm.safetensors', '--threads', '0'], /--threads: expected a whole number/],
    [['predict', 'm.safetensors', '--count', '0'], /--count: expected a whole number/],
    [['bench', '--threads', '0'], /--threads: expected a whole number of 1 or more, found 0/],
    [['bench', '--threads', '1,,2'], /--threads: expected a number, found nothing/],
    [
      ['bench', '--threads', '2', '--backend', 'wasm,cpu'],
      /--threads: expected simd among the backends, which alone takes a number, found wasm, cpu/,
    ],
    [
      ['bench', '--backend', 'wasm,abacus'],
      /--backend: expected one of cuda, tensorflow, webgpu, webgl, simd, wasm, cpu, found abacus/,
    ],
    [['bench', '--backend', 'auto'], /--backend: expected one of .*, found auto/],
    [['bench', '--backend', 'simd,'], /--backend: expected one of .*, found no name/],
    [['bench', '--backend', 'toString'], /--backend: expected one of .*, found toString/],
    [['bench', '--seconds', '0'], /--seconds: expected a number above 0, found 0/],
    [['bench', '--seconds', '-1'], /--seconds: expected a number above 0, found -1/],
    [['bench', '--seconds', 'Infinity'], /--seconds: expected a number above 0, found Infinity/],
    [['bench', '--seconds', 'long'], /--seconds: expected a number, found long/],
    [['bench', '--rounds', '0'], /--rounds: expected a whole number of 1 or more, found 0/],
    [['bench', '--rounds', '2.5'], /--rounds: expected a whole number of 1 or more, found 2.5/],
    [
      ['bench', '--dataset', 'cifar'],
      /data set: expected mnist, fashion-mnist, kmnist, digits, found cifar/,
    ],
    [['bench', 'simd'], /too many arguments for 'bench'/],
  ])('%j', async (argv, message) => {
    await expectRefused(argv, 2, message);
  });

  test('a stack trace comes with --debug alone', async () => {
    const argv = ['data', 'info', join(data, 'none')];
    expect((await runCli(argv)).stderr).not.toContain('    at ');
    expect((await runCli([...argv, '--debug'])).stderr).toContain('    at ');
  });
});
