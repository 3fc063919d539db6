import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from './run-cli.js';
import { BIN, jsonLines, readReports, settingNumbers, withoutSeconds } from './sweep-runs.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

// The built command in processes of its own, which are killed.
const folder = temporaryFolder();
const data = join(folder, 'data');
const from = ['--data-dir', data, '--no-verify'];
/** Each of so many epochs: with minibatches of one image that takes far longer than all the others together. */
const LASTING = ['--epochs', '1000', '--patience', '100000000', '--backend', 'simd'];
const longGrid = ['--batch-size', '300,100,1', '--l2', '0,1', ...LASTING];

beforeAll(() => {
  writeSyntheticDigits(data, { trainCount: 1800, testCount: 1200 });
});

function spawnSweep(flags: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [BIN, 'sweep', ...from, ...flags], { detached: true });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

function endOf(child: ChildProcessWithoutNullStreams) {
  return new Promise<number | string | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (piece) => {
    text += piece;
  });
  return () => text;
}

/** Process ids of the workers of a sweep. */
function workersOf(child: ChildProcessWithoutNullStreams): number[] {
  const path = `/proc/${child.pid}/task/${child.pid}/children`;
  return readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

const isRunning = (pid: number) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

describe.skipIf(process.platform !== 'linux')('processes', () => {
  test('a worker that is killed fails its one setting, and the sweep goes on', async () => {
    const out = join(folder, 'killed');
    const flags = ['--learning-rate', '0.1', ...longGrid, '--jobs', '2', '--json', '--out', out];
    // The two settings of batch size 1 come last, and run until they are killed.
    const child = spawnSweep(flags);
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const ended = endOf(child);
    await until(() => expect(settingNumbers(out)).toEqual([1, 2, 3, 4]));
    const victims = workersOf(child);
    expect(victims).toHaveLength(2);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    expect(await ended).toBe(4);
    const rows = jsonLines(stdout());
    const failed = rows.filter(({ reason }) => reason === 'failed');
    expect(failed.map(({ setting }) => setting)).toEqual([5, 6]);
    expect(failed[0].message).toBe('its process was ended by SIGKILL');
    expect(rows.at(-1)).toMatchObject({ event: 'done', settings: 6, failed: 2 });
    expect(rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, undefined]);
    expect(stderr()).toContain(
      `error: 2 settings, the first (5) failed: its process was ended by SIGKILL; ` +
        `try what is missing again with: softreg sweep --resume ${out}`,
    );
    const csv = readFileSync(join(out, 'results.csv'), 'utf8');
    expect(csv).toMatch(/^5,5,0\.1,1,0,failed,{10}$/m);
  });

  test('a killed worker is replaced: settings after it are trained', async () => {
    const out = join(folder, 'replaced');
    const flags = ['--learning-rate', '0.1', '--batch-size', '1,300', ...LASTING];
    const child = spawnSweep([...flags, '--jobs', '1', '--out', out]);
    const stdout = collect(child.stdout);
    const ended = endOf(child);
    await until(() => expect(workersOf(child)).toHaveLength(1));
    process.kill(workersOf(child)[0] as number, 'SIGKILL');
    expect(await ended).toBe(4);
    expect(settingNumbers(out)).toEqual([2]);
    expect(stdout()).toMatch(
      /^ +2 +0\.1 +300 .*(patience|epochs) .*\n +1 +0\.1 +1 +0( +-){5} +failed +-\n$/m,
    );
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends all within two seconds with 130, and no finished setting is lost',
    async (signal) => {
      const out = join(folder, signal);
      const flags = ['--learning-rate', '0.1', ...longGrid, '--out', out];
      const child = spawnSweep([...flags, '--jobs', '2']);
      const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
      const ended = endOf(child);
      await until(() => expect(settingNumbers(out)).toEqual([1, 2, 3, 4]));
      const workers = workersOf(child);
      expect(workers).toHaveLength(2);
      const sent = performance.now();
      // As a terminal does: to all processes of the group.
      process.kill(-(child.pid as number), signal);
      expect(await ended).toBe(130);
      expect(performance.now() - sent).toBeLessThan(2000);
      expect(stdout()).toBe('');
      expect(stderr()).not.toContain('failed');
      expect(stderr()).toContain(
        `interrupted; 4 of 6 settings are saved in ${out}; go on with: softreg sweep --resume ${out}`,
      );
      expect(settingNumbers(out)).toEqual([1, 2, 3, 4]);
      expect(workers.filter(isRunning)).toEqual([]);
      expect(readdirSync(out).sort()).toEqual(['settings', 'sweep.json']);
    },
  );

  test('a sweep that is killed leaves no worker behind, and goes on as if nothing had been', async () => {
    const flags = ['--learning-rate', '0.1,0.01', '--batch-size', '5,100', '--epochs', '12'];
    const settings = [...flags, '--l2', '0,0.1', '--backend', 'simd', '--jobs', '2'];
    const straight = join(folder, 'straight');
    expect((await runCli(['sweep', ...from, ...settings, '--out', straight])).code).toBe(0);

    const out = join(folder, 'crashed');
    const child = spawnSweep([...settings, '--out', out]);
    const ended = endOf(child);
    await until(() => expect(settingNumbers(out).length).toBeGreaterThan(1));
    const workers = workersOf(child);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    const saved = settingNumbers(out);
    expect(saved.length).toBeLessThan(8);
    await until(() => expect(workers.filter(isRunning)).toEqual([]));
    const resumed = await runCli(['sweep', ...from, '--resume', out]);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`${8 - saved.length} of 8 settings to train`);
    const [expected, found] = [readReports(straight), readReports(out)];
    for (const [name, text] of Object.entries(expected)) {
      expect(withoutSeconds(found[name] as string), name).toBe(withoutSeconds(text));
    }
  });

  test('the same results come from any number of processes and threads', async () => {
    const settings = ['--learning-rate', '0.1,0.01,0.001', '--batch-size', '100', '--epochs', '3'];
    const texts: string[] = [];
    for (const manner of [
      [],
      ['--jobs', '1'],
      ['--jobs', '5'],
      ['--jobs', '1', '--threads', '2'],
    ]) {
      const out = join(folder, `manner-${texts.length}`);
      const run = ['sweep', ...from, ...settings, '--backend', 'simd', ...manner, '--out', out];
      const { code, stdout, stderr } = await runCli(run);
      expect(code).toBe(0);
      if (manner[1] === '1') expect(stderr).toContain('in 1 process\n');
      if (manner[1] === '5') expect(stderr).toContain('in 3 processes\n');
      texts.push(withoutSeconds(stdout));
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('a worker that nobody started says so', async () => {
    const child = spawn(process.execPath, [BIN, 'sweep', 'worker']);
    const stderr = collect(child.stderr);
    expect(await endOf(child)).toBe(2);
    expect(stderr()).toMatch(
      /^error: sweep worker: expected to be started by softreg sweep, .*\n$/,
    );
  });
});
