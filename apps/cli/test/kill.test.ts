import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

// The built command in processes that are killed. What they leave must be good to go on from, to the same bytes in the end.
const BIN = fileURLToPath(new URL('../bin/softreg.js', import.meta.url));
const KILLS = 50;
const folder = temporaryFolder();
const data = join(folder, 'data');
const FILES = ['best.safetensors', 'metrics.ndjson', 'receipt.json', 'config.json'];

beforeAll(() => {
  writeSyntheticDigits(data);
});

/** 6 minibatches of 50 an epoch; all that a state can hold: slots, an order, a best in the middle of an epoch. */
function argumentsOf(out: string, epochs: number, every: string): string[] {
  const isNew = !existsSync(join(out, 'checkpoint.safetensors'));
  const common = ['--data-dir', data, '--no-verify', '--backend', 'simd', '--threads', '1'];
  const run = ['--batch-size', '50', '--epochs', `${epochs}`, '--validation-frequency', '4'];
  const rule = ['--optimizer', 'adam', '--learning-rate', '0.01', '--shuffle', '--seed', '3'];
  const how = isNew ? [...run, ...rule, '--out', out] : ['--resume', out];
  return [BIN, 'train', ...common, ...how, '--checkpoint-every', every];
}

function start(argv: readonly string[]) {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, exit, stderr: () => stderr };
}

async function toTheEnd(argv: readonly string[]): Promise<void> {
  const { child, exit, stderr } = start(argv);
  child.stdout.resume();
  const [code] = await exit;
  expect(code, stderr()).toBe(0);
}

const filesOf = (out: string) => FILES.map((name) => readFileSync(join(out, name)));

test(`killed ${KILLS} times at random and resumed each time, a run makes the same files`, async () => {
  const epochs = 300;
  const straight = join(folder, 'straight');
  await toTheEnd(argumentsOf(straight, epochs, '10'));

  let out = join(folder, 'killed');
  const random = seededRandom(5);
  let killed = 0;
  const checkpoints = new Set<string>();
  while (killed < KILLS) {
    const { child, exit, stderr } = start(argumentsOf(out, epochs, '0'));
    child.stdout.resume();
    // From before the first file is written to some twenty checkpoints later.
    await Promise.race([once(child.stderr, 'data'), exit]);
    await wait(120 * random());
    child.kill('SIGKILL');
    const [code, signal] = await exit;
    if (signal !== 'SIGKILL') {
      expect(code, stderr()).toBe(0);
      expect(filesOf(out)).toEqual(filesOf(straight));
      // On a fast machine it is over before it was killed often enough.
      out = join(folder, `killed-${killed}`);
      continue;
    }
    killed += 1;
    const checkpoint = join(out, 'checkpoint.safetensors');
    if (existsSync(checkpoint)) checkpoints.add(readFileSync(checkpoint).toString('base64'));
  }
  expect(checkpoints.size).toBeGreaterThan(KILLS / 4);
  await toTheEnd(argumentsOf(out, epochs, '10'));
  expect(filesOf(out)).toEqual(filesOf(straight));
}, 300_000);

// Counts the operations on files in the run folder, and kills its own process in the place of number `last`.
const COUNTING = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { SOFTREG_TEST_FOLDER: folder, SOFTREG_TEST_LAST: last } = process.env;
  const { openSync, closeSync, renameSync } = fs;
  const ours = new Set();
  let operations = 0;
  const count = (name) => {
    if (operations++ === Number(last)) process.kill(process.pid, 'SIGKILL');
    process._rawDebug('operation ' + name);
  };
  fs.openSync = (path, ...others) => {
    const isOurs = String(path).startsWith(folder);
    if (isOurs) count('open');
    const file = openSync(path, ...others);
    if (isOurs) ours.add(file);
    return file;
  };
  fs.closeSync = (file) => {
    ours.delete(file);
    closeSync(file);
  };
  fs.renameSync = (from, to) => {
    if (String(to).startsWith(folder)) count('rename ' + String(to).slice(folder.length + 1));
    renameSync(from, to);
  };
  for (const name of ['write', 'writeSync', 'fsync']) {
    const real = fs[name];
    fs[name] = (file, ...given) => {
      if (ours.has(file)) count(name);
      return real(file, ...given);
    };
  }
  syncBuiltinESMExports();`;

/** The folder is opened and flushed. */
const AFTER_RENAME = 2;

describe('killed at each operation of a save', () => {
  const epochs = 2;
  let out: string;

  /** A run with a checkpoint at each of its 12 minibatches. */
  async function runUntil(last: number): Promise<{ operations: string[]; signal: string | null }> {
    const preload = `data:text/javascript,${encodeURIComponent(COUNTING)}`;
    const child = spawn(
      process.execPath,
      ['--import', preload, ...argumentsOf(out, epochs, '0'), '--quiet'],
      { env: { ...process.env, SOFTREG_TEST_FOLDER: out, SOFTREG_TEST_LAST: `${last}` } },
    );
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.stdout.resume();
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    const operations = stderr.match(/^operation .*$/gm) ?? [];
    return { operations: operations.map((line) => line.slice('operation '.length)), signal };
  }

  test('the run makes the same files', async () => {
    const straight = join(folder, 'whole');
    await toTheEnd(argumentsOf(straight, epochs, '10'));

    out = join(folder, 'counted');
    const { operations } = await runUntil(Number.POSITIVE_INFINITY);
    const names = operations.flatMap((line) => (line.startsWith('rename') ? [line.slice(7)] : []));
    const saved = ['metrics.ndjson', 'checkpoint.safetensors'];
    expect(names.filter((name) => !name.startsWith('.'))).toEqual([
      ...['config.json', ...saved],
      // The metrics grow where they are.
      ...Array.from({ length: 11 }, () => 'checkpoint.safetensors'),
      ...[...saved, 'best.safetensors', 'receipt.json'],
    ]);

    // Each operation of the first save, of the second, which adds to the metrics, and of the last one.
    const ends = operations.flatMap((line, i) =>
      line === 'rename checkpoint.safetensors' ? [i + AFTER_RENAME + 1] : [],
    );
    const moments = operations.flatMap((_, i) => {
      const save = ends.findIndex((end) => i < end);
      return [0, 1, 12, -1].includes(save) ? [i] : [];
    });
    expect(moments.length).toBeGreaterThan(45);
    const expected = filesOf(straight);
    for (const moment of moments) {
      out = join(mkdtempSync(join(folder, 'at-')), 'run');
      const { signal } = await runUntil(moment);
      expect(signal, `operation ${moment}`).toBe('SIGKILL');
      const [, ...argv] = argumentsOf(out, epochs, '10');
      expect(await runCli(argv)).toMatchObject({ code: 0 });
      expect(filesOf(out), `operation ${moment}, ${operations[moment]}`).toEqual(expected);
    }
  }, 300_000);
});
