import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

// Checkpoints are written while training goes on: the built command on a disk that is slow, or fails when training is long past it.
const BIN = fileURLToPath(new URL('../bin/softreg.js', import.meta.url));
const EPOCHS = 8;
const FILES = ['best.safetensors', 'checkpoint.safetensors', 'metrics.ndjson', 'receipt.json'];
const folder = temporaryFolder();
const data = join(folder, 'data');
const inData = ['--data-dir', data, '--no-verify'];
const settings = ['--batch-size', '50', '--epochs', `${EPOCHS}`, '--backend', 'simd'];

beforeAll(() => {
  writeSyntheticDigits(data);
});

const argumentsOf = (out: string, every: string) => {
  return ['train', ...inData, ...settings, '--out', out, '--checkpoint-every', every];
};

/** Each flush of a checkpoint ends after a while, one of them with an error; each that ends well and each epoch is told on stderr. */
function trainOn({ out, flushMs, failing }: { out: string; flushMs: number; failing?: number }) {
  const preload = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { openSync, fsync, renameSync } = fs;
    const checkpoints = new Set();
    let flushes = 0;
    fs.openSync = (path, ...others) => {
      const file = openSync(path, ...others);
      if (/checkpoint[^/]*tmp$/.test(path)) checkpoints.add(file);
      else checkpoints.delete(file);
      return file;
    };
    fs.fsync = (file, done) => {
      if (!checkpoints.has(file)) return fsync(file, done);
      flushes += 1;
      const error = flushes === ${failing} && Object.assign(new Error('ENOSPC: no space left on device, fsync'), { code: 'ENOSPC' });
      setTimeout(() => (error ? done(error) : fsync(file, done)), ${flushMs});
    };
    fs.renameSync = (from, to) => {
      renameSync(from, to);
      if (to.endsWith('checkpoint.safetensors')) process._rawDebug('saved');
    };
    syncBuiltinESMExports();`;
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
      ...[BIN, ...argumentsOf(out, 'epoch'), '--quiet'],
    ],
    { encoding: 'utf8' },
  );
  return { code: status, stdout, stderr, saved: stderr.match(/^saved$/gm)?.length ?? 0 };
}

const filesOf = (out: string) => FILES.map((name) => readFileSync(join(out, name)));

describe('with a checkpoint after each epoch', () => {
  const straight = join(folder, 'straight');

  beforeAll(async () => {
    expect(await runCli(argumentsOf(straight, '1000'))).toMatchObject({ code: 0 });
  });

  test.each([
    ['at once', 0],
    ['slower than an epoch', 60],
  ])('on a disk that flushes %s a run makes the same files, and saves each', (_, flushMs) => {
    const out = join(folder, `flushed-${flushMs}`);
    expect(trainOn({ out, flushMs })).toMatchObject({ code: 0, saved: EPOCHS + 1 });
    expect(filesOf(out)).toEqual(filesOf(straight));
    expect(readdirSync(out).sort()).toEqual([...FILES, 'config.json'].sort());
  });

  test.each([1, 2, 5, EPOCHS, EPOCHS + 1])(
    'number %i of which fails, the run ends with what failed, and the one before is good to go on from',
    async (failing) => {
      const out = join(folder, `failed-${failing}`);
      const { code, stderr, saved } = trainOn({ out, flushMs: 30, failing });
      expect([code, saved]).toEqual([4, failing - 1]);
      const message = stderr.split('\n').filter((line) => line !== 'saved' && line !== '');
      expect(message).toEqual([
        expect.stringMatching(/^error: .*checkpoint\.safetensors: .*ENOSPC: no space left/),
      ]);
      expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      if (saved === 0) return;
      const resumed = await runCli(['train', '--resume', out, ...inData]);
      expect(resumed).toMatchObject({ code: 0 });
      expect(filesOf(out)).toEqual(filesOf(straight));
    },
  );

  test('metrics whose last line a kill cut off are whole again in the end', async () => {
    const out = join(folder, 'cut');
    trainOn({ out, flushMs: 0, failing: 6 });
    const metrics = readFileSync(join(out, 'metrics.ndjson'), 'utf8');
    writeFileSync(join(out, 'metrics.ndjson'), metrics.slice(0, -20));
    expect(await runCli(['train', '--resume', out, ...inData])).toMatchObject({ code: 0 });
    expect(filesOf(out)).toEqual(filesOf(straight));
  });
});

test.each(['-1', 'epochs', '', 'NaN'])('--checkpoint-every %o is refused', async (every) => {
  const out = join(folder, 'refused');
  const { code, stderr } = await runCli(argumentsOf(out, every));
  expect(code).toBe(2);
  const found = every || 'nothing';
  expect(stderr).toContain(
    `--checkpoint-every: expected seconds, 0 or more, or epoch, found ${found}`,
  );
});
