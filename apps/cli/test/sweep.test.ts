import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import {
  jsonLines,
  linesOf,
  REPORTS,
  readConfig,
  readReports,
  readResult,
  settingFolder,
  settingNumbers,
} from './sweep-runs.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const whole = join(folder, 'whole');
const axes = {
  '--learning-rate': ['0.0005', '0.1'],
  '--batch-size': ['20', '50'],
  '--l2': ['0', '0.01'],
};
const others = ['--data-dir', data, '--no-verify', '--backend', 'simd', '--epochs', '3'];
const grid = Object.entries(axes).flatMap(([flag, values]) => [flag, values.join(',')]);
let stdout: string;
let stderr: string;

beforeAll(async () => {
  // Not as easy as the synthetic ones: settings are to differ.
  const size = ['--train', '360', '--test', '100'];
  expect((await runCli(['data', 'fetch', 'digits', ...size, '--out', data])).code).toBe(0);
  const run = await runCli(['sweep', ...grid, ...others, '--out', whole]);
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('8/8')]);
  ({ stdout, stderr } = run);
});

/** A copy of the whole sweep, to be spoiled. */
function copyOfWhole(): string {
  const copy = join(temporaryFolder(), 'sweep');
  cpSync(whole, copy, { recursive: true });
  return copy;
}

describe('a sweep', () => {
  test('trains each setting as train does: the same model file, to the byte', async () => {
    let setting = 0;
    for (const rate of axes['--learning-rate']) {
      for (const size of axes['--batch-size']) {
        for (const l2 of axes['--l2']) {
          setting += 1;
          const out = join(folder, `train-${setting}`);
          const flags = ['--learning-rate', rate, '--batch-size', size, '--l2', l2];
          const { code, stdout } = await runCli([
            ...['train', ...flags, ...others, '--threads', '2', '--json', '--out', out],
          ]);
          expect(code).toBe(0);
          const own = settingFolder(whole, setting);
          const model = readFileSync(join(own, 'best.safetensors'));
          expect(Buffer.compare(model, readFileSync(join(out, 'best.safetensors')))).toBe(0);
          const { reason, epochs, bestValidation, test, full } = jsonLines(stdout).at(-1);
          // A thread less is named, and changes nothing.
          const [found, expected] = [own, out].map((at) => {
            const { engines, ...rest } = JSON.parse(readFileSync(join(at, 'receipt.json'), 'utf8'));
            return rest;
          });
          expect(found).toEqual(expected);
          expect(readResult(whole, setting)).toEqual({
            ...{ setting, learningRate: Number(rate), batchSize: Number(size), l2: Number(l2) },
            ...{ reason, epochs, bestValidation, test, full, seconds: expect.any(Number) },
          });
        }
      }
    }
    expect(setting).toBe(8);
  });

  test('takes the other flags of train', async () => {
    const own = [
      ...['--optimizer', 'momentum', '--momentum', '0.5', '--shuffle', '--seed', '4'],
      ...['--pixel-scale', '100', '--patience', '30', '--validation-frequency', '5'],
      ...['--stopping', 'validations', '--stale-validations', '2', '--penalize-bias'],
    ];
    const one = ['--learning-rate', '0.05', '--batch-size', '30', '--l2', '0.001', ...own];
    const [swept, trained] = [join(folder, 'swept'), join(folder, 'trained')];
    for (const [command, out] of [
      ['sweep', swept],
      ['train', trained],
    ] as const) {
      expect((await runCli([command, ...one, ...others, '--out', out])).code).toBe(0);
    }
    const file = 'best.safetensors';
    expect(readFileSync(join(swept, file))).toEqual(readFileSync(join(trained, file)));
  });

  test('prints a table, best first by validation over all images, and says what it saved', () => {
    const [head, ...rows] = linesOf(stdout);
    expect(head?.split(/ {2,}/).map((word) => word.trim())).toEqual([
      ...['setting', 'learning rate', 'batch size', 'l2', 'validation', 'test'],
      ...["tutorial's validation", "tutorial's test", 'epochs', 'stopped by', 'seconds'],
    ]);
    const cells = rows.map((row) => row.trim().split(/ {2,}/));
    const results = settingNumbers(whole).map((setting) => readResult(whole, setting));
    const expected = results.sort(
      (a, b) => a.full.validation.errors - b.full.validation.errors || a.setting - b.setting,
    );
    const percent = (score: { errors: number; count: number }) =>
      `${((100 * score.errors) / score.count).toFixed(6)} %`;
    expect(cells).toEqual(
      expected.map((result) => [
        ...[result.setting, result.learningRate, result.batchSize, result.l2].map(String),
        ...[result.full.validation, result.full.test].map(percent),
        ...[result.bestValidation, result.test].map(percent),
        ...['3', 'epochs', result.seconds.toFixed(1)],
      ]),
    );
    // Else the order would say nothing.
    expect(new Set(expected.map(({ full }) => full.validation.errors)).size).toBeGreaterThan(2);
    expect(stderr).toContain(
      `saved ${join(whole, 'best.safetensors')}, of setting ${cells[0]?.[0]}`,
    );
    expect(stderr).toMatch(/^8 of 8 settings to train on mnist with backend simd, in \d+ process/);
  });

  test('writes the same as CSV, JSON and the best model', async () => {
    const lines = jsonLines(readFileSync(join(whole, 'results.ndjson'), 'utf8'));
    expect(lines.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(lines.map(({ setting }) => String(setting))).toEqual(
      linesOf(stdout)
        .slice(1)
        .map((row) => row.trim().split(' ')[0]),
    );
    const [names, ...rows] = linesOf(readFileSync(join(whole, 'results.csv'), 'utf8'));
    const keys = (names as string).split(',');
    rows.forEach((row, i) => {
      const cells = Object.fromEntries(row.split(',').map((cell, k) => [keys[k], cell]));
      const { rank, setting, learningRate, batchSize, l2, reason, epochs, ...line } = lines[i];
      const { bestValidation, test, full, seconds } = line;
      expect(cells).toEqual({
        ...{ rank: `${rank}`, setting: `${setting}`, learning_rate: `${learningRate}` },
        ...{ batch_size: `${batchSize}`, l2: `${l2}`, reason, epochs: `${epochs}` },
        validation_errors: `${full.validation.errors}`,
        validation_count: `${full.validation.count}`,
        test_errors: `${full.test.errors}`,
        test_count: `${full.test.count}`,
        minibatch_validation_errors: `${bestValidation.errors}`,
        minibatch_validation_count: `${bestValidation.count}`,
        minibatch_test_errors: `${test.errors}`,
        minibatch_test_count: `${test.count}`,
        seconds: `${seconds}`,
      });
    });
    expect(rows).toHaveLength(8);
    const best = readFileSync(join(whole, 'best.safetensors'));
    const first = readFileSync(join(settingFolder(whole, lines[0].setting), 'best.safetensors'));
    expect(Buffer.compare(best, first)).toBe(0);
    const verified = await runCli(['verify', whole, '--data-dir', data, '--no-verify', '--json']);
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([
      0,
      { same: true, epochs: 3 },
    ]);
    const { receipt } = await readModel(join(whole, 'best.safetensors'));
    expect(JSON.parse(receipt.settings as string)).toMatchObject({
      learningRate: lines[0].learningRate,
      batchSize: lines[0].batchSize,
      l2: lines[0].l2,
    });
    expect(readdirSync(whole).sort()).toEqual(
      [...REPORTS, 'best.safetensors', 'receipt.json', 'settings', 'sweep.json'].sort(),
    );
  });

  test('with --json and --quiet prints those lines and a last one, and nothing else', async () => {
    const again = await runCli([
      ...['sweep', '--resume', whole, '--data-dir', data, '--no-verify', '--json', '--quiet'],
    ]);
    expect([again.code, again.stderr]).toEqual([0, '']);
    const lines = linesOf(again.stdout);
    const last = JSON.parse(lines.pop() as string);
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(join(whole, 'results.ndjson'), 'utf8'));
    expect(last).toEqual({
      ...{ event: 'done', settings: 8, failed: 0 },
      best: JSON.parse(lines[0] as string).setting,
      model: join(whole, 'best.safetensors'),
    });
  });

  test('has one setting, as train by itself, where no list is given', async () => {
    const out = join(folder, 'one');
    const run = await runCli(['sweep', ...others, '--batch-size', '50', '--out', out, '--json']);
    expect(jsonLines(run.stdout)).toMatchObject([
      { setting: 1, learningRate: 0.13, batchSize: 50, l2: 0 },
      { event: 'done' },
    ]);
    expect(readConfig(out).axes).toEqual({ learningRate: [0.13], batchSize: [50], l2: [0] });
  });
});

test('settings that diverge are rows, and no failures', async () => {
  const out = join(folder, 'diverged');
  const run = await runCli([
    ...['sweep', '--learning-rate', '1e38,0.1,1e37', '--batch-size', '50', ...others],
    ...['--pixel-scale', '0.001', '--out', out, '--json'],
  ]);
  expect(run.code).toBe(0);
  const rows = jsonLines(run.stdout);
  expect(rows.map(({ setting, reason }) => [setting, reason]).slice(0, 3)).toEqual([
    [2, 'epochs'],
    [1, 'diverged'],
    [3, 'diverged'],
  ]);
  expect(rows[1]).toMatchObject({ bestValidation: null, test: null, full: null, epochs: 1 });
  expect(rows[3]).toMatchObject({ failed: 0, best: 2 });
  expect(existsSync(join(settingFolder(out, 1), 'best.safetensors'))).toBe(false);
  const svg = readFileSync(join(out, 'validation-error.svg'), 'utf8');
  expect(svg).toContain('best of each of 3 settings; 2 without a score left out');

  const none = join(folder, 'all-diverged');
  const all = await runCli([
    ...['sweep', '--learning-rate', '1e38', '--batch-size', '50', ...others],
    ...['--pixel-scale', '0.001', '--out', none],
  ]);
  expect(all.code).toBe(0);
  expect(all.stderr).toContain('no setting ended with a model; results.csv are in');
  expect(readdirSync(none).sort()).toEqual([
    ...['results.csv', 'results.ndjson', 'settings', 'sweep.json'],
  ]);
});

describe('what is refused with exit code 2, before anything is written', () => {
  const many = Array.from({ length: 101 }, (_, i) => `${i + 1}e-3`).join(',');
  test.each([
    [['--learning-rate', '0.1,zero'], '--learning-rate: expected a number, found zero'],
    [['--learning-rate', '0.1,'], '--learning-rate: expected a number, found nothing'],
    [['--learning-rate', '0.1,-1'], '--learning-rate: expected a number above 0, found -1'],
    [['--batch-size', '50,0'], '--batch-size: expected a whole number of 1 or more, found 0'],
    [
      ['--batch-size', '50,61'],
      '--batch-size: expected at most 60, the number of validation images, found 61',
    ],
    [['--l2', '0,-0.1'], '--l2: expected a number of 0 or more, found -0.1'],
    [['--epochs', '0'], '--epochs: expected a whole number of 1 or more, found 0'],
    [['--momentum', '0.9'], '--momentum: expected nothing'],
    [['--pixel-scale', '0'], '--pixel-scale: expected a number above 0, found 0'],
    [['--jobs', '0'], '--jobs: expected a whole number of 1 or more, found 0'],
    [['--shard', '3/2'], '--shard: expected K/N, whole numbers with K from 1 to N, found 3/2'],
    [['--shard', '0/2'], '--shard: expected K/N'],
    [['--shard', 'two'], '--shard: expected K/N, as in 2/5, found two'],
    [
      ['--learning-rate', many, '--l2', many],
      '--learning-rate: expected at most 10000 settings in the grid, with batch sizes and penalties, found 10201',
    ],
    [['--backend', 'abacus'], 'abacus'],
    [['--dataset', 'abc'], 'abc'],
  ])('%j', async (flags, expected) => {
    const out = join(temporaryFolder(), 'sweep');
    const run = await runCli(['sweep', '--batch-size', '50', ...others, ...flags, '--out', out]);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(expected);
    expect(linesOf(run.stderr)).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  test('a folder that has a sweep, or --out with --resume', async () => {
    const used = await runCli(['sweep', ...others, '--batch-size', '50', '--out', whole]);
    expect(used.code).toBe(2);
    expect(used.stderr).toContain(`go on with: softreg sweep --resume ${whole}`);
    const both = await runCli(['sweep', ...others, '--resume', whole, '--out', folder]);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('--out: expected nothing with --resume');
  });
});

describe('a sweep that is resumed', () => {
  const from = ['--data-dir', data, '--no-verify'];

  test('trains what is missing alone, and ends as if it had never stopped', async () => {
    const copy = copyOfWhole();
    for (const name of [...REPORTS, 'best.safetensors']) rmSync(join(copy, name));
    // A model without a result is of a setting that was not written whole.
    rmSync(join(settingFolder(copy, 3), 'result.json'));
    rmSync(settingFolder(copy, 6), { recursive: true });
    const kept = join(settingFolder(copy, 4), 'result.json');
    const before = statSync(kept).mtimeMs;
    const run = await runCli(['sweep', '--resume', copy, ...from]);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('2 of 8 settings to train');
    expect(run.stderr).toMatch(/7\/8 {2}setting [36], .*\n8\/8 {2}setting [36], /);
    expect(statSync(kept).mtimeMs).toBe(before);
    const { 'results.csv': _, 'results.ndjson': __, ...timeless } = readReports(whole);
    expect(readReports(copy)).toMatchObject(timeless);
    const settings = (text: string) =>
      linesOf(text)
        .slice(1)
        .map((row) => row.split(',')[1]);
    expect(settings(readFileSync(join(copy, 'results.csv'), 'utf8'))).toEqual(
      settings(readFileSync(join(whole, 'results.csv'), 'utf8')),
    );
    for (const setting of settingNumbers(copy)) {
      const [found, expected] = [copy, whole].map((at) =>
        readFileSync(join(settingFolder(at, setting), 'best.safetensors')),
      );
      expect(found).toEqual(expected);
    }
  });

  test.each([
    [
      ['--learning-rate', '0.0005,0.3'],
      '--learning-rate: expected 0.0005,0.1, as in the run to resume, found 0.0005,0.3',
    ],
    [['--batch-size', '20'], '--batch-size: expected 20,50'],
    [['--l2', '0.01,0'], '--l2: expected 0,0.01'],
    [['--epochs', '4'], '--epochs: expected 3'],
    [['--optimizer', 'adam'], '--optimizer: expected sgd'],
    [['--pixel-scale', '255'], '--pixel-scale: expected 256'],
    [['--backend', 'wasm'], '--backend: expected simd'],
    [['--shard', '1/2'], '--shard: expected none, as in the run to resume, found 1/2'],
    [['--dataset', 'digits'], '--dataset: expected mnist'],
    [['--stream'], '--stream: expected a run that'],
  ])('refuses %j', async (flags, expected) => {
    const run = await runCli(['sweep', '--resume', whole, ...from, ...flags]);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(expected);
  });

  test('takes the flags that it has, again', async () => {
    const run = await runCli(['sweep', '--resume', whole, ...grid, ...others, '--quiet']);
    expect([run.code, run.stdout]).toEqual([0, stdout]);
  });

  test('refuses other data', async () => {
    const other = join(temporaryFolder(), 'other');
    writeSyntheticDigits(other, { trainCount: 600 });
    const run = await runCli(['sweep', '--resume', whole, '--data-dir', other, '--no-verify']);
    expect([run.code, run.stdout]).toEqual([3, '']);
    const { sha256 } = readConfig(whole);
    expect(run.stderr).toContain(`expected SHA-256 ${sha256.trainImages}, as in the sweep`);
  });

  const damage: [what: string, file: string, change: (text: string) => string][] = [
    ['a result cut short', 'settings/00002/result.json', (text) => text.slice(0, -20)],
    ['an empty result', 'settings/00002/result.json', () => ''],
    ['null as a result', 'settings/00002/result.json', () => 'null'],
    [
      'the result of another setting',
      'settings/00002/result.json',
      (text) => text.replace('"setting":2', '"setting":3'),
    ],
    [
      'a result of another rate',
      'settings/00002/result.json',
      (text) => text.replace('0.0005', '0.03'),
    ],
    [
      'an unknown reason',
      'settings/00002/result.json',
      (text) => text.replace('"epochs",', '"bored",'),
    ],
    [
      'no score',
      'settings/00002/result.json',
      (text) => text.replace(/"full":.*\}\}/, '"full":null'),
    ],
    [
      'more errors than images',
      'settings/00002/result.json',
      (text) => text.replace(/"errors":\d+/, '"errors":999'),
    ],
    [
      'errors below 0',
      'settings/00002/result.json',
      (text) => text.replace(/"errors":\d+/, '"errors":-1'),
    ],
    [
      'epochs that are none',
      'settings/00002/result.json',
      (text) => text.replace('"epochs":3', '"epochs":0'),
    ],
    [
      'a time that is text',
      'settings/00002/result.json',
      (text) => text.replace(/"seconds":.*\}/, '"seconds":"long"}'),
    ],
    ['no settings of a sweep', 'sweep.json', () => '{}'],
    ['a sweep without a grid', 'sweep.json', (text) => text.replace('"axes"', '"axis"')],
    ['a rate that is none', 'sweep.json', (text) => text.replaceAll('0.0005', '-1')],
    [
      'a shard that is none',
      'sweep.json',
      (text) => text.replace('{', '{"shard":{"number":3,"count":2},'),
    ],
    ['no checksums', 'sweep.json', (text) => text.replace('"sha256"', '"sha"')],
    ['a number as data set', 'sweep.json', (text) => text.replace('"mnist"', '7')],
    ['no pixel scale', 'sweep.json', (text) => text.replace('"pixelScale"', '"scale"')],
  ];
  test.each(damage)('refuses %s, naming the file', async (_, file, change) => {
    const copy = copyOfWhole();
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    writeFileSync(path, changed);
    const run = await runCli(['sweep', '--resume', copy, ...from]);
    expect([run.code, run.stdout]).toEqual([3, '']);
    expect(run.stderr).toContain(`error: ${path}: expected`);
    expect(linesOf(run.stderr)).toHaveLength(1);
  });

  test('refuses a damaged model of the best setting', async () => {
    const copy = copyOfWhole();
    const { setting } = JSON.parse(
      linesOf(readFileSync(join(copy, 'results.ndjson'), 'utf8'))[0] as string,
    );
    const path = join(settingFolder(copy, setting), 'best.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1000] = (bytes[bytes.length - 1000] as number) ^ 1;
    writeFileSync(path, bytes);
    const run = await runCli(['sweep', '--resume', copy, ...from]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(path);
  });

  test.each(['none', 'data'])('refuses a folder without a sweep: %s', async (name) => {
    const run = await runCli(['sweep', '--resume', join(folder, name), ...from]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(`${join(folder, name, 'sweep.json')}: expected a file`);
  });
});
