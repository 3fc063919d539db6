import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeIdx } from '@softreg/idx';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const PARTS = ['train', 't10k'];
const flags = ['--data-dir', data, '--no-verify', '--backend', 'simd', '--batch-size', '20'];

beforeAll(() => {
  writeSyntheticDigits(data, { trainCount: 730, testCount: 110 });
});

/** The log without the last line, which says how fast it was. */
const scoresOf = (log: string) => log.replace(/, with [\d.]+ epochs\/sec/, '');

describe('a run that reads images as they are needed', () => {
  test('has the scores of one in memory, raw files or gzipped', async () => {
    const run = ['train', '--epochs', '3', ...flags, '--out'];
    const inMemory = await runCli([...run, join(folder, 'memory')]);
    const streamed = await runCli([...run, join(folder, 'streamed'), '--stream']);
    expect([streamed.code, streamed.stderr]).toEqual([
      0,
      expect.stringContaining(`reading ${join(data, 'train-images-idx3-ubyte')} as it is needed`),
    ]);
    expect(streamed.stdout.split('\n').length).toBeGreaterThan(5);
    expect(scoresOf(streamed.stdout)).toBe(scoresOf(inMemory.stdout));
    const overAll = /over all images: .*/;
    expect(overAll.exec(streamed.stderr)?.[0]).toBe(overAll.exec(inMemory.stderr)?.[0]);

    const gzipped = join(folder, 'gzipped');
    mkdirSync(gzipped);
    for (const part of PARTS) {
      for (const kind of ['images-idx3', 'labels-idx1']) {
        const name = `${part}-${kind}-ubyte`;
        writeFileSync(join(gzipped, `${name}.gz`), gzipSync(readFileSync(join(data, name))));
      }
    }
    const inflated = await runCli([
      ...run,
      join(folder, 'inflated'),
      '--stream',
      '--data-dir',
      gzipped,
    ]);
    expect(scoresOf(inflated.stdout)).toBe(scoresOf(streamed.stdout));
    expect(readFileSync(join(folder, 'inflated', 'best.safetensors'))).toEqual(
      readFileSync(join(folder, 'streamed', 'best.safetensors')),
    );
  });

  test('goes on where it was stopped, to the bit, in its own order', async () => {
    const run = ['train', ...flags, '--shuffle', '--seed', '3'];
    const straight = join(folder, 'straight');
    await runCli([...run, '--stream', '--epochs', '4', '--out', straight]);
    const out = join(folder, 'stopped');
    const controller = new AbortController();
    let lines = 0;
    const stopped = await runCli([...run, '--stream', '--epochs', '4', '--out', out], {
      interrupt: controller.signal,
      onStdout: () => {
        lines += 1;
        if (lines === 3) controller.abort();
      },
    });
    expect(stopped.code).toBe(130);
    // That it is to be streamed is known from the run.
    const resumed = await runCli(['train', '--resume', out, ...flags]);
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining('as it is needed')]);
    const files = ['best.safetensors', 'checkpoint.safetensors'];
    for (const file of files) {
      expect(readFileSync(join(out, file)), file).toEqual(readFileSync(join(straight, file)));
    }
    const inMemory = join(folder, 'in memory');
    await runCli([...run, '--epochs', '1', '--out', inMemory]);
    const refused = await runCli(['train', '--resume', inMemory, '--stream', ...flags]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      '--stream: expected a run that read its images as they were needed, found one that had them in memory',
    );
  });

  test('is evaluated and looked at as it is needed, with the same numbers', async () => {
    const model = join(folder, 'streamed', 'best.safetensors');
    for (const split of ['train', 'validation', 'test']) {
      const evaluate = ['evaluate', model, '--split', split, ...flags];
      const inMemory = await runCli(evaluate);
      expect(inMemory.code).toBe(0);
      expect((await runCli([...evaluate, '--stream'])).stdout).toBe(inMemory.stdout);
      const predict = ['predict', model, '--dataset', 'mnist', '--split', split, '--count', '7'];
      const first = await runCli([...predict, '--data-dir', data, '--no-verify']);
      expect(first.stdout.trim().split('\n')).toHaveLength(7);
      const read = await runCli([...predict, '--data-dir', data, '--no-verify', '--stream']);
      expect(read.stdout).toBe(first.stdout);
    }
  });

  test('needs files', async () => {
    const { code, stderr } = await runCli(['train', '--dataset', 'digits', '--stream']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: --stream: expected a data set with files, found the built-in digits; ' +
        'write them with softreg data fetch digits --out FOLDER, and name the folder with --data-dir\n',
    );
  });

  test('tells of a file that becomes shorter while it trains', async () => {
    const shrinking = join(folder, 'shrinking');
    writeSyntheticDigits(shrinking, { trainCount: 730, testCount: 110 });
    const path = join(shrinking, 'train-images-idx3-ubyte');
    let lines = 0;
    const run = ['train', ...flags, '--data-dir', shrinking, '--stream', '--epochs', '50'];
    const { code, stderr } = await runCli([...run, '--out', join(folder, 'cut')], {
      onStdout: () => {
        lines += 1;
        if (lines === 2) truncateSync(path, 20_000);
      },
    });
    expect(code).toBe(3);
    expect(stderr).toMatch(/error: \S+train-images-idx3-ubyte: expected .*\(at byte 20000\)/);
  });
});

const mnist = mnistFolder();

test.skipIf(mnist === undefined)(
  'the tutorial’s run, read as it is needed, has the published result',
  { timeout: 120_000 },
  async () => {
    const raw = join(folder, 'raw');
    mkdirSync(raw);
    for (const part of PARTS) {
      for (const kind of ['images-idx3', 'labels-idx1']) {
        const name = `${part}-${kind}-ubyte`;
        const gzipped = readFileSync(join(mnist as string, `${name}.gz`));
        writeFileSync(join(raw, name), gunzipSync(gzipped));
      }
    }
    const run = ['train', '--stream', '--backend', 'simd', '--data-dir', raw];
    const { code, stdout } = await runCli([...run, '--out', join(folder, 'tutorial')]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Optimization complete with best validation score of 7.500000 %, with test performance 7.489583 %\n' +
        'The code run for 74 epochs',
    );
    rmSync(raw, { recursive: true });
  },
);

// A file of zeros takes no room on the disk; what is read of it does in memory.
describe.skipIf(process.platform === 'win32')('memory', () => {
  const run = promisify(execFile);
  const BIN = fileURLToPath(new URL('../bin/softreg.js', import.meta.url));
  const REPORT =
    "process.on('exit', () => process._rawDebug('peak', process.resourceUsage().maxRSS))";

  function writeSparse(mebibytes: number): string {
    const path = join(folder, `${mebibytes} MiB`);
    mkdirSync(path);
    const write = (name: string, shape: number[]) => {
      const file = join(path, name);
      const empty = encodeIdx({ type: 'uint8', shape: [0, ...shape.slice(1)], data: NOTHING });
      new DataView(empty.buffer, empty.byteOffset).setUint32(4, shape[0] as number);
      writeFileSync(file, empty);
      truncateSync(file, shape.reduce((product, size) => product * size, 1) + empty.length);
    };
    for (const [part, count] of [
      ['train', Math.floor((mebibytes * 2 ** 20) / 784)],
      ['t10k', 10_000],
    ] as const) {
      write(`${part}-images-idx3-ubyte`, [count, 28, 28]);
      write(`${part}-labels-idx1-ubyte`, [count]);
    }
    return path;
  }

  async function peakOf(mebibytes: number, flag: string[]): Promise<number> {
    const { stdout, stderr } = await run(process.execPath, [
      ...['--import', `data:text/javascript,${REPORT}`, BIN, 'train', '--no-verify', ...flag],
      ...['--epochs', '1', '--backend', 'simd', '--data-dir', writeSparse(mebibytes)],
      ...['--out', join(folder, `run on ${mebibytes}`)],
    ]);
    expect(stdout).toContain('The code run for 1 epochs');
    const training = Math.floor((mebibytes * 2 ** 20) / 784);
    const images = training - Math.round(training / 6);
    expect(stderr.replaceAll(',', '')).toContain(`training on ${images} images`);
    return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
  }

  test('of a run on 4 GiB is at most 100 MiB more than on 100 MiB', {
    timeout: 300_000,
  }, async () => {
    const small = await peakOf(100, ['--stream']);
    // Of itself, as it is larger than 1 GiB.
    const large = await peakOf(4096, []);
    expect(small).toBeGreaterThan(50);
    expect(large - small).toBeLessThan(100);
  });
});

const NOTHING = new Uint8Array(0);
