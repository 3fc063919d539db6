import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { drawDigits } from '@softreg/datasets';
import { encodeIdx } from '@softreg/idx';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { NAMES } from './own-set.js';
import { runCli } from './run-cli.js';

/** Where MNIST would be, which nobody is to look for here. */
const env = { SOFTREG_DATA_DIR: join(temporaryFolder(), 'nowhere') };
const SMALL = ['--train', '600', '--test', '60'];

let out: string;

beforeEach(() => {
  out = join(temporaryFolder(), 'digits');
});

const fetch = (...flags: string[]) => runCli(['data', 'fetch', 'digits', ...flags]);

describe('data fetch digits --out', () => {
  test('writes the four files, gzipped, and tells of them', async () => {
    const { code, stdout, stderr } = await fetch('--out', out, ...SMALL);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(NAMES.map((name) => `${name}.gz`).sort());
    expect(stdout).toMatch(/train-images-idx3-ubyte\.gz +[\d,]+ {2}drawn$/m);
    expect(stderr).toContain('drawing 660 digits\n');
    expect(stderr).toContain(`softreg train --dataset digits --data-dir ${out}\n`);
    const again = await fetch('--out', out, ...SMALL);
    expect(again.stdout.match(/ was there$/gm)).toHaveLength(4);
  });

  test('--raw and --seed', async () => {
    await fetch('--out', out, ...SMALL, '--raw', '--seed', '9');
    const { images } = drawDigits({ count: 600, seed: 9 });
    const expected = encodeIdx({ type: 'uint8', shape: [600, 28, 28], data: images });
    expect(readFileSync(join(out, 'train-images-idx3-ubyte')).equals(expected)).toBe(true);
    expect(statSync(join(out, 't10k-labels-idx1-ubyte')).size).toBe(68);
  });

  test('leaves files that hold something else', async () => {
    await fetch('--out', out, ...SMALL);
    const before = readFileSync(join(out, `${NAMES[0]}.gz`));
    const { code, stderr } = await fetch('--out', out, ...SMALL, '--seed', '2');
    expect(code).toBe(3);
    expect(stderr).toContain('found something else, which stays as it is; remove it, or name');
    expect(readFileSync(join(out, `${NAMES[0]}.gz`)).equals(before)).toBe(true);
  });

  test('on a terminal tells how far it is', async () => {
    const argv = ['data', 'fetch', 'digits', '--out', out, '--train', '6000', '--test', '60'];
    const { stderr } = await runCli(argv, { terminal: true });
    expect(stderr).toMatch(/digits {2}█*░+ {2}[\d,]+ of 6,060/);
  });

  test('stops when interrupted', async () => {
    const interrupt = AbortSignal.timeout(50);
    const { code, stderr } = await runCli(['data', 'fetch', 'digits', '--out', out], { interrupt });
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
    expect(() => readdirSync(out)).toThrow('ENOENT');
  });

  test.each([
    [['--dataset', 'digits'], 'digits'],
    [['--dataset', 'digits', '--stream'], 'digits'],
    [['--no-verify'], 'mnist'],
  ])('is what train %j reads', async (flags, name) => {
    await fetch('--out', out, ...SMALL);
    const run = join(out, 'run');
    const some = ['--batch-size', '50', '--epochs', '1', '--backend', 'wasm', '--out', run];
    const { code, stderr } = await runCli(['train', ...flags, '--data-dir', out, ...some]);
    expect(stderr).toContain(`training on 500 images of ${name}`);
    expect(code).toBe(0);
  });
});

describe('data fetch is refused', () => {
  const inOut = ['digits', '--out', 'OUT'];
  test.each([
    [
      ['digits', '--train', '600'],
      /--train: expected a folder for other digits .*; add --out FOLDER/,
    ],
    [['digits', '--seed', '1'], /--seed: expected a folder for other digits/],
    [['digits', '--raw'], /--raw: expected a folder for other digits/],
    [['mnist', '--test', '5', '--out', 'OUT'], /--test: expected digits alone, .* found mnist/],
    [['--raw', '--out', 'OUT'], /--raw: expected digits alone, .* found mnist/],
    [['mnist', 'kmnist', '--out', 'OUT'], /--out: expected one data set, .* found mnist, kmnist/],
    [[...inOut, '--train', '2'], /--train: expected a whole number from 3 to 1000000, found 2/],
    [
      [...inOut, '--train', '1e9'],
      /--train: expected a whole number from 3 to 1000000, found 1000000000/,
    ],
    [[...inOut, '--test', '0'], /--test: expected a whole number from 1 to 200000, found 0/],
    [[...inOut, '--test', 'many'], /--test: expected a number, found many/],
    [[...inOut, '--seed', '-1'], /--seed: expected a whole number from 0 to 4294967295, found -1/],
    [[...inOut, '--seed', '0.5'], /--seed: expected a whole number .* found 0.5/],
    [
      ['cifar'],
      /data set: expected mnist, .* found cifar; a set of your own is named by its \.json/,
    ],
    [['mnist', 'cifar'], /found cifar/],
  ])('%j', async (argv, message) => {
    const args = argv.map((word) => (word === 'OUT' ? out : word));
    const { code, stdout, stderr } = await runCli(['data', 'fetch', ...args]);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(() => readdirSync(out)).toThrow('ENOENT');
  });

  test('into a place that cannot be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await fetch('--out', join(file, 'x'), ...SMALL, '--quiet');
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^error: .*x.train-images-idx3-ubyte\.gz: expected a place to write .*\n$/,
    );
  });
});

describe('--dataset digits', () => {
  test('does not take files of a known set for digits', async () => {
    const mnist = mnistFolder();
    if (mnist === undefined) return;
    const { code, stderr } = await runCli([
      'data',
      'show',
      '--dataset',
      'digits',
      '--data-dir',
      mnist,
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('found that of MNIST handwritten digits');
  });

  test('pays no heed to $SOFTREG_DATA_DIR, which is for MNIST', async () => {
    expect(
      (await runCli(['data', 'show', '--dataset', 'digits', '--count', '1'], { env })).code,
    ).toBe(0);
  });
});

// macOS has no variable that moves the cache.
test.skipIf(process.platform === 'darwin')(
  'the default digits go into the cache, are verified, read from there, and drawn again if they are damaged',
  async () => {
    const home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    expect((await fetch()).code).toBe(0);
    const cache = (await runCli(['data', 'path', 'digits'])).stdout.trim();
    expect(cache.startsWith(home)).toBe(true);
    expect((await runCli(['data', 'verify', 'digits'])).stdout.match(/ good /g)).toHaveLength(4);
    expect((await fetch()).stdout.match(/ was there$/gm)).toHaveLength(4);

    const run = ['--epochs', '1', '--backend', 'wasm', '--out', join(home, 'run')];
    const argv = ['train', '--dataset', 'digits', ...run];
    const cached = await runCli(argv, { env });
    expect(cached.stderr).not.toContain('drawing');
    expect(cached.stderr).toContain('training on 50,000 images of digits');

    const path = join(cache, 't10k-labels-idx1-ubyte.gz');
    const wrong = encodeIdx({ type: 'uint8', shape: [10_000], data: new Uint8Array(10_000) });
    writeFileSync(path, gzipSync(wrong));
    const drawn = await runCli(argv);
    expect(drawn.stderr).toMatch(
      /^DAMAGED: .*t10k-labels.*softreg data fetch digits\ndrawing 70,000/m,
    );
    expect(drawn.stdout.split('\n')[0]).toBe(cached.stdout.split('\n')[0]);
    const repaired = await fetch();
    expect(repaired.stderr).toMatch(/^DAMAGED: .*; it is written again\ndrawing 70,000 digits/m);
    expect((await runCli(['data', 'verify'])).code).toBe(0);
  },
  120_000,
);
