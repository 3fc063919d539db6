import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { writeSyntheticDigits } from './synthetic-digits.js';

// The built command in a process of its own: what only a process can show.
const BIN = fileURLToPath(new URL('../bin/softreg.js', import.meta.url));
const run = promisify(execFile);
const folder = temporaryFolder();
const data = join(folder, 'data');

beforeAll(() => {
  writeSyntheticDigits(data, { trainCount: 3600 });
});

function spawnTraining(out: string): ChildProcessWithoutNullStreams {
  const flags = [
    '--data-dir',
    data,
    '--no-verify',
    '--batch-size',
    '10',
    '--patience',
    '100000000',
  ];
  return spawn(process.execPath, [BIN, 'train', ...flags, '--epochs', '100000', '--out', out]);
}

async function untilFirstOutput(child: ChildProcessWithoutNullStreams): Promise<void> {
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it trained`)));
  });
}

function exitOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

test('--version prints the version and nothing else', async () => {
  const { stdout, stderr } = await run(process.execPath, [BIN, '--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(stderr).toBe('');
});

test('an error ends the process with its code', async () => {
  await expect(run(process.execPath, [BIN, 'train', '--frobnicate'])).rejects.toMatchObject({
    code: 2,
  });
  await expect(run(process.execPath, [BIN, 'data', 'info', 'none'])).rejects.toMatchObject({
    code: 3,
  });
});

test('a reader that leaves early is no error', async () => {
  const flags = `--data-dir ${data} --no-verify --batch-size 50 --epochs 500 --out ${join(folder, 'piped')}`;
  const script = `"${process.execPath}" "${BIN}" train ${flags} | head -n 1`;
  const { stdout, stderr } = await run('bash', ['-c', `set -o pipefail; ${script}`]);
  expect(stdout).toMatch(/^epoch 1, .*\n$/);
  expect(stderr).not.toContain('EPIPE');
});

describe.skipIf(process.platform === 'win32')('signals', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s saves within two seconds and exits with 130',
    async (signal) => {
      const out = join(folder, signal);
      const child = spawnTraining(out);
      await untilFirstOutput(child);
      const sent = performance.now();
      child.kill(signal);
      expect(await exitOf(child)).toBe(130);
      expect(performance.now() - sent).toBeLessThan(2000);
      expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(true);
      expect(existsSync(join(out, 'best.safetensors'))).toBe(true);
    },
  );

  test('SIGINT in the middle of a long scoring saves within two seconds, and the run can be verified', async () => {
    const [large, out] = [join(folder, 'large'), join(folder, 'interrupted scoring')];
    writeSyntheticDigits(large, { trainCount: 60, testCount: 600 });
    // 100,000 of them are scored after each minibatch, which takes the backend cpu some seconds.
    const count = 600_000;
    for (const [kind, bytes] of [
      ['images-idx3', 784],
      ['labels-idx1', 1],
    ] as const) {
      const path = join(large, `train-${kind}-ubyte`);
      const head = readFileSync(path).subarray(0, kind === 'images-idx3' ? 16 : 8);
      head.writeUInt32BE(count, 4);
      writeFileSync(path, head);
      truncateSync(path, head.length + count * bytes);
    }
    const inData = ['--data-dir', large, '--no-verify'];
    const flags = [...inData, '--stream', '--backend', 'cpu', '--validation-frequency', '1'];
    const saving = ['--checkpoint-every', '0', '--out', out];
    const child = spawn(process.execPath, [BIN, 'train', ...flags, ...saving]);
    // The first checkpoint is of the moment before the first minibatch, and its scoring the next thing that takes any time.
    const saved = join(out, 'checkpoint.safetensors');
    await vi.waitUntil(() => existsSync(saved), { timeout: 50_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const sent = performance.now();
    child.kill('SIGINT');
    expect(await exitOf(child)).toBe(130);
    expect(performance.now() - sent).toBeLessThan(2000);
    const { end } = JSON.parse(readFileSync(join(out, 'receipt.json'), 'utf8'));
    expect([end.reason, end.iterations - end.validations]).toEqual(['aborted', 1]);
    const { stdout } = await run(process.execPath, [BIN, 'verify', out, ...inData]);
    expect(stdout).toMatch(/^the same in 0 epochs and at the end, to the bit\n/);
  }, 120_000);

  test('SIGINT ends a bench at once, which a shell shows as 130', async () => {
    const flags = ['--data-dir', data, '--no-verify', '--backend', 'simd', '--seconds', '600'];
    const child = spawn(process.execPath, [BIN, 'bench', ...flags]);
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
  });

  test('SIGINT ends a fetch with 130, and leaves nothing half done', async () => {
    const out = join(folder, 'digits');
    const child = spawn(process.execPath, [BIN, 'data', 'fetch', 'digits', '--out', out]);
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill('SIGINT');
    expect(await exitOf(child)).toBe(130);
    expect(existsSync(out)).toBe(false);
  });

  test('a second one exits at once, without saving', async () => {
    const out = join(folder, 'twice');
    const child = spawnTraining(out);
    await untilFirstOutput(child);
    child.kill('SIGSTOP');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.kill('SIGCONT');
    expect(await exitOf(child)).toBe(130);
    expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(false);
  });
});

const mnist = mnistFolder();

test.skipIf(mnist === undefined).each([
  ['simd', 350],
  ['wasm', 700],
])('training on MNIST with %s takes less than %i MiB', async (backend, most) => {
  const reportPeak =
    "process.on('exit', () => process._rawDebug('peak', process.resourceUsage().maxRSS))";
  const { stderr } = await run(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${reportPeak}`,
      BIN,
      'train',
      '--epochs',
      '3',
      '--backend',
      backend,
      '--out',
      join(folder, backend),
    ],
    { env: { ...process.env, SOFTREG_DATA_DIR: mnist } },
  );
  const kibibytes = Number(/^peak (\d+)$/m.exec(stderr)?.[1]);
  expect(kibibytes / 1024).toBeGreaterThan(100);
  expect(kibibytes / 1024).toBeLessThan(most);
});
