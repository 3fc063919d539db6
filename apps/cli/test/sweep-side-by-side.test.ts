import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@softreg/backend';
import { readModel } from '@softreg/serialization/node';
import { required, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from './run-cli.js';
import {
  BIN,
  jsonLines,
  linesOf,
  readResult,
  settingFolder,
  settingNumbers,
  withoutSeconds,
} from './sweep-runs.js';

const missing = await openEngine('tensorflow').then(
  (engine) => engine.close(),
  (error: Error) => error.message,
);
if (missing !== undefined) {
  if (required('tensorflow')) throw new Error(`SOFTREG_REQUIRE names tensorflow, but ${missing}`);
  process.stderr.write(`SKIPPED, sweeps side by side: ${missing}\n`);
}

const folder = temporaryFolder();
const data = join(folder, 'data');
const from = ['--data-dir', data, '--no-verify', '--backend', 'tensorflow'];
/** One rate diverges, so that its settings leave the others. */
const grid = ['--learning-rate', '0.001,0.1,1e38', '--batch-size', '20,50', '--l2', '0,0.01'];

beforeAll(async () => {
  const size = ['--train', '360', '--test', '100'];
  expect((await runCli(['data', 'fetch', 'digits', ...size, '--out', data])).code).toBe(0);
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** Largest distance of two models' parameters, relative to the larger of 1 and the value. */
async function distanceOf(a: string, b: string): Promise<number> {
  const [one, other] = await Promise.all(
    [a, b].map(async (path) => (await readModel(path)).parameters),
  );
  const numbers = [...(one?.weights ?? []), ...(one?.bias ?? [])];
  const wanted = [...(other?.weights ?? []), ...(other?.bias ?? [])];
  expect(numbers).toHaveLength(wanted.length);
  return Math.max(
    ...numbers.map((value, i) => {
      const expected = wanted[i] as number;
      return Math.abs(value - expected) / Math.max(1, Math.abs(expected));
    }),
  );
}

test('settings side by side on wasm have the results of settings alone', async () => {
  const tables: string[] = [];
  for (const manner of [
    ['--jobs', '2'],
    ['--jobs', '2', '--no-side-by-side'],
  ]) {
    const out = join(folder, `wasm-${tables.length}`);
    const flags = ['--data-dir', data, '--no-verify', '--backend', 'wasm', '--epochs', '5'];
    const run = await runCli(['sweep', ...flags, ...grid, ...manner, '--out', out]);
    expect(run.code).toBe(0);
    expect(run.stderr.includes('in 2 processes, up to 6 side by side in each\n')).toBe(
      tables.length === 0,
    );
    tables.push(withoutSeconds(run.stdout));
  }
  expect(tables[0]).toBe(tables[1]);
}, 120_000);

describe.skipIf(missing !== undefined)('settings side by side', { timeout: 120_000 }, () => {
  test('have the results of settings alone, in the fewest processes', async () => {
    const [together, alone] = [join(folder, 'together'), join(folder, 'alone')];
    const one = await runCli([
      'sweep',
      ...from,
      ...grid,
      '--epochs',
      '5',
      '--jobs',
      '1',
      '--out',
      together,
    ]);
    expect(one.code).toBe(0);
    expect(one.stderr).toContain(
      '12 of 12 settings to train on mnist with backend tensorflow, in 1 process, up to 6 side by side in it\n',
    );
    const flags = ['--no-side-by-side', '--jobs', '2'];
    const other = await runCli([
      'sweep',
      ...from,
      ...grid,
      '--epochs',
      '5',
      ...flags,
      '--out',
      alone,
    ]);
    expect(other.code).toBe(0);
    expect(other.stderr).toContain('with backend tensorflow, in 2 processes\n');
    expect(withoutSeconds(one.stdout)).toBe(withoutSeconds(other.stdout));
    expect(one.stdout.match(/ diverged /g)).toHaveLength(4);
    for (const setting of settingNumbers(together)) {
      const { seconds: _, ...result } = readResult(together, setting);
      const { seconds: __, ...expected } = readResult(alone, setting);
      expect(result).toEqual(expected);
      if (result.full === null) continue;
      const [found, wanted] = [together, alone].map((at) =>
        join(settingFolder(at, setting), 'best.safetensors'),
      ) as [string, string];
      expect(await distanceOf(found, wanted)).toBeLessThanOrEqual(1e-6);
      const receipt = JSON.parse(
        readFileSync(join(settingFolder(together, setting), 'receipt.json'), 'utf8'),
      );
      expect(receipt.engines[0].description).toMatch(/, side by side$/);
    }
    expect(settingNumbers(together)).toHaveLength(12);
  });

  test('follow an order of the images, and a schedule, together', async () => {
    const flags = [
      '--learning-rate',
      '0.05,0.1',
      '--batch-size',
      '50',
      '--l2',
      '0,0.1',
      '--epochs',
      '4',
    ];
    const others = ['--shuffle', '--seed', '5', '--schedule', 'inverse', '--decay-iterations', '7'];
    const tables: string[] = [];
    for (const manner of [['--jobs', '1'], ['--no-side-by-side']]) {
      const out = join(folder, `order-${tables.length}`);
      const run = await runCli(['sweep', ...from, ...flags, ...others, ...manner, '--out', out]);
      expect(run.code).toBe(0);
      expect(run.stderr.includes('up to 4 side by side')).toBe(tables.length === 0);
      tables.push(withoutSeconds(run.stdout));
    }
    expect(tables[0]).toBe(tables[1]);
  });

  test('of a sweep that is resumed are those that are missing', async () => {
    const out = join(folder, 'shard');
    const flags = ['--epochs', '3', '--shard', '1/2', '--jobs', '1', '--out', out];
    expect((await runCli(['sweep', ...from, ...grid, ...flags])).code).toBe(0);
    expect(settingNumbers(out)).toEqual([1, 3, 5, 7, 9, 11]);
    const again = await runCli(['sweep', '--resume', out, '--data-dir', data, '--no-verify']);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('0 of 6 settings to train');
  });

  const startLasting = (out: string) => {
    const rates = ['--learning-rate', '0.1,1e38', '--batch-size', '20', '--l2', '0,0.1'];
    const lasting = ['--epochs', '1000000', '--patience', '1000000000', '--jobs', '1', '--json'];
    const child = spawn(
      process.execPath,
      [BIN, 'sweep', ...from, ...rates, ...lasting, '--out', out],
      { detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  };
  const endOf = (child: ChildProcess) =>
    new Promise<number | null>((resolve) => child.once('close', resolve));
  const workersOf = (child: ChildProcess) =>
    readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);

  test.skipIf(process.platform !== 'linux')(
    'fail with their process, but for those that have ended',
    async () => {
      const out = join(folder, 'killed');
      const child = startLasting(out);
      let stdout = '';
      child.stdout.on('data', (text) => {
        stdout += text;
      });
      const ended = endOf(child);
      // The two that diverge leave the two that last.
      await until(() => expect(settingNumbers(out)).toEqual([3, 4]));
      const [worker, ...others] = workersOf(child);
      expect(others).toEqual([]);
      process.kill(worker as number, 'SIGKILL');
      expect(await ended).toBe(4);
      const rows = jsonLines(stdout);
      const reasons = rows.map(({ setting, reason }) => [setting, reason]);
      expect(reasons.slice(0, 4).sort()).toEqual([
        [1, 'failed'],
        [2, 'failed'],
        [3, 'diverged'],
        [4, 'diverged'],
      ]);
      expect(rows.find(({ setting }) => setting === 1).message).toBe(
        'its process was ended by SIGKILL',
      );
    },
  );

  test.skipIf(process.platform !== 'linux')('end with Ctrl-C, in two seconds', async () => {
    const out = join(folder, 'interrupted');
    const child = startLasting(out);
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const ended = endOf(child);
    await until(() => expect(settingNumbers(out)).toEqual([3, 4]));
    const sent = performance.now();
    process.kill(-(child.pid as number), 'SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - sent).toBeLessThan(2000);
    expect(stderr).toContain('interrupted; 2 of 4 settings are saved');
    expect(linesOf(stderr).filter((line) => line.includes('failed'))).toEqual([]);
  });
});
