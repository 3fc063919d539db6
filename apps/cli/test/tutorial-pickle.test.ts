import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

const pickle = (name: string) =>
  fileURLToPath(new URL(`tutorial-pickles/${name}.pkl.gz`, import.meta.url));
const folder = temporaryFolder();
const data = join(folder, 'idx');
const FLAGS = ['--backend', 'cpu', '--batch-size', '2', '--epochs', '3', '--shuffle'];

/** The content of split.pkl.gz, by the formulas of make.py. */
beforeAll(() => {
  mkdirSync(data);
  const write = (name: string, first: number, count: number) => {
    const images = Uint8Array.from({ length: count * 784 }, (_, k) => {
      const i = first * 784 + k;
      return i % 7 < 5 ? 0 : (i * 31) % 256;
    });
    const labels = Uint8Array.from({ length: count }, (_, i) => ((first + i) * 3) % 10);
    const shape = [count, 28, 28];
    writeFileSync(
      join(data, `${name}-images-idx3-ubyte`),
      encodeIdx({ type: 'uint8', shape, data: images }),
    );
    writeFileSync(
      join(data, `${name}-labels-idx1-ubyte`),
      encodeIdx({ type: 'uint8', shape: [count], data: labels }),
    );
  };
  write('train', 0, 24);
  write('t10k', 24, 6);
});

test('a run on the pickle is a run on IDX files with the same content', async () => {
  const [out, other] = [join(folder, 'pickle'), join(folder, 'files')];
  const of = ['--dataset', pickle('split')];
  const idx = ['--data-dir', data, '--no-verify'];
  const onPickle = await runCli(['train', ...of, ...FLAGS, '--out', out]);
  expect(onPickle.stderr).toContain('training on 20 images of split.pkl.gz');
  expect(onPickle.code).toBe(0);
  const onFiles = await runCli(['train', ...idx, ...FLAGS, '--out', other]);
  const withoutTime = (text: string) => text.replace(/with [\d.]+ epochs\/sec/, '');
  expect(withoutTime(onPickle.stdout)).toBe(withoutTime(onFiles.stdout));
  const receipt = (run: string) => JSON.parse(readFileSync(join(run, 'receipt.json'), 'utf8'));
  expect(receipt(out).config.sha256).toEqual(receipt(other).config.sha256);
  expect(receipt(out).epochs).toEqual(receipt(other).epochs);

  // By the receipt alone, wherever one is.
  expect((await runCli(['verify', out])).code).toBe(0);
  expect((await runCli(['verify', out, '--dataset', 'mnist', ...idx])).code).toBe(0);
  const model = join(out, 'best.safetensors');
  const evaluation = (flags: string[]) => runCli(['evaluate', model, ...flags, '--json']);
  const strip = ({ stdout }: { stdout: string }) => ({ ...JSON.parse(stdout), dataset: '' });
  expect(strip(await evaluation(of))).toEqual(strip(await evaluation(idx)));
  expect((await runCli(['predict', model, ...of, '--count', '2'])).stdout).toMatch(
    /^test 0 .*\ntest 1 /,
  );
  expect((await runCli(['data', 'show', ...of, '--count', '1'])).code).toBe(0);
});

test('a run on it goes on by itself', async () => {
  const out = join(folder, 'resumed');
  await runCli(['train', '--dataset', pickle('split'), ...FLAGS, '--out', out]);
  const { code, stdout } = await runCli(['train', '--resume', out]);
  expect(stdout).toContain('The code run for 3 epochs');
  expect(code).toBe(0);
});

test.each([
  [
    ['train', '--dataset', pickle('other-split')],
    /other-split\.pkl\.gz: expected 20 training and 4 validation images, a sixth of all, found 18 and 6; write/,
    3,
  ],
  [
    ['train', '--dataset', pickle('other-scale')],
    /other-scale\.pkl\.gz, train: expected pixels that are bytes divided by 256, found others/,
    3,
  ],
  [['train', '--dataset', 'none.pkl.gz'], /none\.pkl\.gz: expected a file, found none/, 3],
  [
    ['train', '--dataset', pickle('split'), '--stream'],
    /--stream: expected a data set of IDX files, found .*split\.pkl\.gz, which is read at once/,
    2,
  ],
  [
    ['data', 'fetch', pickle('split')],
    /--dataset: expected a data set of IDX files, found .*split\.pkl\.gz; a pickle is for train/,
    2,
  ],
])('%s is refused', async (argv, message, expected) => {
  const { code, stderr } = await runCli(argv);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(expected);
});

test('another pickle is refused by what it holds', async () => {
  const path = join(folder, 'other.pkl');
  writeFileSync(path, Buffer.from('\x80\x02K\x01.', 'latin1'));
  const { code, stderr } = await runCli(['train', '--dataset', path]);
  expect(stderr).toMatch(/other\.pkl.*expected three data sets, found/);
  expect(code).toBe(3);
});
