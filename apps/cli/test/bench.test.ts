import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BACKEND_NAMES, openEngine } from '@softreg/backend';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type CliOptions, runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const FILES = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];

let data: string;

beforeAll(() => {
  data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data, { trainCount: 1440 });
});

/** As few measurements as can be. */
const BRIEFLY = ['bench', '--no-verify', '--seconds', '0.2', '--rounds', '1'];

async function bench(flags: string[], options?: CliOptions) {
  const result = await runCli([...BRIEFLY, ...flags], options);
  expect(result.code).toBe(0);
  return result;
}

async function benchEvents(flags: string[], options?: CliOptions) {
  const { stdout } = await bench(['--json', ...flags], options);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const done = events.pop();
  expect(done.event).toBe('done');
  return {
    done,
    rows: events.filter(({ event }) => event === 'bench'),
    unavailable: events.filter(({ event }) => event === 'backend'),
  };
}

/** Of the training images alone. */
function shareOfInk(): number {
  const pixels = readFileSync(join(data, 'train-images-idx3-ubyte')).subarray(16, 16 + 1200 * 784);
  return pixels.filter((pixel) => pixel > 0).length / pixels.length;
}

test('measures on the images of --data-dir', async () => {
  const flags = ['--backend', 'simd,wasm', '--threads', '1', '--data-dir', data];
  const { rows, done, unavailable } = await benchEvents(flags);
  expect(unavailable).toEqual([]);
  expect(rows.map(({ backend }) => backend).sort()).toEqual(['simd', 'wasm']);
  const [first, second] = rows;
  expect(first.epochsPerSecond).toBeGreaterThanOrEqual(second.epochsPerSecond);
  expect([first.ratio, second.ratio]).toEqual([1, second.epochsPerSecond / first.epochsPerSecond]);
  expect(rows.find(({ backend }) => backend === 'simd')).toEqual({
    event: 'bench',
    backend: 'simd',
    threads: 1,
    device: expect.stringMatching(/./),
    description: expect.stringMatching(/^own kernel on WebAssembly SIMD.*, 1 thread$/),
    epochsPerSecond: expect.any(Number),
    least: expect.any(Number),
    most: expect.any(Number),
    ratio: expect.any(Number),
    loadSeconds: expect.any(Number),
    unit: expect.stringMatching(/^(epochs|steps)$/),
    count: expect.any(Number),
  });
  expect(rows.find(({ backend }) => backend === 'wasm').threads).toBeNull();
  for (const row of rows) {
    expect(row.epochsPerSecond).toBeGreaterThan(0);
    expect([row.least, row.most]).toEqual([row.epochsPerSecond, row.epochsPerSecond]);
    expect(row.loadSeconds).toBeGreaterThan(0);
    expect(row.count).toBeGreaterThanOrEqual(1);
  }
  expect(done).toEqual({
    event: 'done',
    fastest: first.backend,
    dataset: 'mnist',
    images: 1200,
    ink: shareOfInk(),
    batchSize: 600,
    steps: 2,
    scored: 240,
    rounds: 1,
    seconds: 0.2,
  });
});

test("without data, on as many images of MNIST's density", async () => {
  const { rows, done } = await benchEvents(['--backend', 'simd,wasm']);
  expect(done).toMatchObject({ dataset: null, images: 50_000, steps: 83, scored: 9600 });
  expect(done.ink).toBeCloseTo(0.191, 3);
  expect(rows.filter(({ backend }) => backend === 'wasm')).toHaveLength(1);
  // On one thread, and as the engine runs where it is not told.
  const engine = await openEngine('simd');
  engine.close();
  const usual = Number(/(\d+) threads?$/.exec(engine.description)?.[1]);
  const threads = rows.flatMap((row) => (row.backend === 'simd' ? [row.threads] : []));
  expect(new Set(threads)).toEqual(new Set([1, usual]));
});

describe('the data', () => {
  const flags = ['--backend', 'simd', '--threads', '1'];

  test('of SOFTREG_DATA_DIR', async () => {
    const { done } = await benchEvents(flags, { env: { SOFTREG_DATA_DIR: data } });
    expect(done).toMatchObject({ dataset: 'mnist', images: 1200 });
  });

  test('of the cache', async () => {
    const cache = temporaryFolder();
    const folder = join(cache, 'softreg', 'datasets', 'mnist');
    writeSyntheticDigits(folder, { trainCount: 720 });
    for (const name of FILES) {
      const path = join(folder, `${name}-ubyte`);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    }
    vi.stubEnv('XDG_CACHE_HOME', cache);
    const { done } = await benchEvents(flags);
    vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());
    expect(done).toMatchObject({ dataset: 'mnist', images: 600, steps: 1 });
  });

  test.each(['none', 'other'])('in a folder that is bad (%s) is an error', async (name) => {
    const folder = join(temporaryFolder(), name);
    if (name === 'other') writeSyntheticDigits(folder);
    const verified = BRIEFLY.filter((flag) => flag !== '--no-verify');
    const { code, stdout, stderr } = await runCli([...verified, ...flags, '--data-dir', folder]);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toMatch(name === 'none' ? /found no such folder/ : /expected SHA-256/);
  });

  test('of fewer images than a minibatch is one minibatch', async () => {
    const few = join(temporaryFolder(), 'few');
    writeSyntheticDigits(few);
    const { done } = await benchEvents([...flags, '--data-dir', few]);
    expect(done).toMatchObject({ images: 300, batchSize: 300, steps: 1, scored: 60 });
  });
});

test('measures in turns, and says how far it is', async () => {
  const flags = ['--data-dir', data, '--backend', 'simd', '--backend', 'wasm', '--rounds', '2'];
  const { stdout, stderr } = await bench([...flags, '--threads', '2,1', '--seconds', '0.1']);
  const turns = ['simd on 2 threads', 'simd on 1 thread', 'wasm'];
  const lines = stderr.trimEnd().split('\n');
  expect(lines.shift()).toBe(`measuring ${turns.join(', ')}: at least 1 s`);
  expect(lines.map((line) => line.replace(/: [\d.]+ epochs\/s$/, ''))).toEqual(
    [1, 2].flatMap((round) => turns.map((turn) => `round ${round}/2, ${turn}`)),
  );
  const [about, table] = stdout.trimEnd().split('\n\n');
  expect(about?.split('\n')).toEqual([
    'data   mnist',
    expect.stringMatching(/^ {7}1,200 images, 1\d\.\d % of their pixels not zero$/),
    'epoch  2 steps on 600 images each, then a scoring of 240; medians of 2 rounds',
  ]);
  const [head, ...rows] = table?.split('\n') ?? [];
  expect(head).toMatch(/^backend +threads +epochs\/s +range +ratio +load s +timed +device$/);
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).toMatch(
      /^(simd +[12]|wasm +-) +[\d.]+ +[\d.]+-[\d.]+ +[01]\.\d{3} +\d\.\d\d +[\d,]+ (epochs|steps) {2}\S/,
    );
  }
});

test('a row has the median of the rounds, and their range', async () => {
  const flags = ['--data-dir', data, '--backend', 'wasm', '--seconds', '0.05'];
  const { stdout, stderr } = await bench([...flags, '--rounds', '3']);
  const speeds = Array.from(stderr.matchAll(/: ([\d.]+) epochs/g), ([, speed]) => Number(speed));
  const [least, middle, most] = speeds.toSorted((a, b) => a - b);
  const [, , epochs, range] = /^wasm.*/m.exec(stdout)?.[0].split(/ {2,}/) ?? [];
  expect(range?.split('-').map(Number)).toEqual([least, most]);
  expect(Number(epochs)).toBe(middle);
  const { rows } = await benchEvents([...flags, '--rounds', '2']);
  expect(rows[0].epochsPerSecond).toBeCloseTo((rows[0].least + rows[0].most) / 2, 9);
});

test('--quiet prints the result alone', async () => {
  const { stderr, stdout } = await bench(['--quiet', '--data-dir', data, '--backend', 'wasm']);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^wasm +- +[\d.]+ +- +1\.000 /m);
});

test('times whole epochs where one fits', async () => {
  const flags = ['--data-dir', data, '--backend', 'simd', '--threads', '1', '--seconds', '2'];
  const { rows } = await benchEvents(flags);
  expect(rows[0].unit).toBe('epochs');
  expect(rows[0].count / rows[0].epochsPerSecond).toBeGreaterThanOrEqual(2);
});

test('times steps where an epoch takes too long', async () => {
  const flags = ['--data-dir', data, '--backend', 'cpu', '--seconds', '0.000001', '--rounds', '2'];
  const { rows } = await benchEvents(flags);
  expect(rows[0]).toMatchObject({ backend: 'cpu', unit: 'steps', count: 2 });
});

test('works out from steps how long an epoch takes', async () => {
  const many = join(temporaryFolder(), 'many');
  writeSyntheticDigits(many, { trainCount: 14_400 });
  const flags = ['--data-dir', many, '--backend', 'cpu', '--seconds', '0.06'];
  const { rows, done } = await benchEvents(flags);
  expect(done.steps).toBe(20);
  expect(rows[0].unit).toBe('steps');
  // So many steps took 0.06 seconds or more, and an epoch scores as well.
  expect(1 / rows[0].epochsPerSecond).toBeGreaterThan((20 / rows[0].count) * 0.06);
});

test('measures all that run here, and says why the others do not', async () => {
  const flags = ['--data-dir', data, '--seconds', '0.01'];
  const { rows, unavailable } = await benchEvents(flags);
  const names = [...rows, ...unavailable].map(({ backend }) => backend);
  expect(new Set(names)).toEqual(new Set(BACKEND_NAMES));
  expect(rows.map(({ backend }) => backend)).toEqual(expect.arrayContaining(['simd', 'cpu']));
  expect(unavailable).toContainEqual({
    event: 'backend',
    backend: 'webgl',
    works: false,
    reason: 'there is no WebGL outside a browser',
    fix: 'use webgpu, tensorflow or simd here',
  });
  const { stdout } = await bench([...flags, '--threads', '1']);
  expect(stdout).toMatch(
    /\n\n(.*\n)*webgl +no: there is no WebGL outside a browser\n +fix: use webgpu/,
  );
  expect(stdout.match(/^simd/gm)).toHaveLength(1);
});

test.each([
  [
    ['--backend', 'wasm,webgl'],
    /^error: backend webgl: there is no WebGL outside a browser; use web/m,
  ],
  [['--threads', '1000'], /^error: backend simd: it runs on 1 to 256 threads, and 1000 were/m],
])('%j is an error where it cannot be had, before anything is measured', async (flags, message) => {
  const { code, stdout, stderr } = await runCli([...BRIEFLY, '--data-dir', data, ...flags]);
  expect(code).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('round');
});
