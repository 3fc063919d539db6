import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel } from '@softreg/serialization/node';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

let data: string;
let out: string;

beforeAll(() => {
  data = join(temporaryFolder(), 'digits');
  writeSyntheticDigits(data);
});

beforeEach(() => {
  out = join(temporaryFolder(), 'made', 'run');
});

/** 300 training images and 60 to validate: 6 minibatches of 50 an epoch. */
function train(...flags: string[]) {
  const data50 = ['--data-dir', data, '--no-verify', '--batch-size', '50'];
  return ['train', '--backend', 'wasm', ...data50, '--out', out, ...flags];
}

const lines = (text: string) => text.trimEnd().split('\n');

describe('the text log', () => {
  test('is the form of the tutorial', async () => {
    const { code, stdout } = await runCli(train('--epochs', '3'));
    expect(code).toBe(0);
    const log = lines(stdout);
    expect(log[0]).toMatch(/^epoch 1, minibatch 6\/6, validation error \d+\.\d{6} %$/);
    expect(log[1]).toMatch(/^ {5}epoch 1, minibatch 6\/6, test error of best model \d+\.\d{6} %$/);
    expect(log.at(-2)).toMatch(
      /^Optimization complete with best validation score of \d+\.\d{6} %, with test performance \d+\.\d{6} %$/,
    );
    expect(log.at(-1)).toMatch(/^The code run for 3 epochs, with \d+\.\d{6} epochs\/sec$/);
  });

  test('is followed on stderr by both scores and by where the model is', async () => {
    const { stderr } = await runCli(train('--epochs', '2'));
    expect(stderr).toMatch(
      /over all images: validation [\d.]+ % \(\d+ of 60\), test [\d.]+ % \(\d+ of 100\)/,
    );
    expect(stderr).toContain(`saved ${join(out, 'best.safetensors')}`);
  });

  test('with --quiet stands alone', async () => {
    const { stdout, stderr } = await runCli(train('--epochs', '2', '--quiet'));
    expect(stderr).toBe('');
    expect(lines(stdout).at(-1)).toContain('The code run for 2 epochs');
  });
});

test('--json gives the same events, and a last one with both scores', async () => {
  const text = await runCli(train('--epochs', '4'));
  const json = await runCli(train('--epochs', '4', '--json'));
  const events = lines(json.stdout).map((line) => JSON.parse(line));
  const done = events.pop();
  const asText = events.map(({ event, epoch, minibatch, errors, count }) => {
    const rate = `${((100 * errors) / count).toFixed(6)} %`;
    return event === 'validation'
      ? `epoch ${epoch}, minibatch ${minibatch}/6, validation error ${rate}`
      : `     epoch ${epoch}, minibatch ${minibatch}/6, test error of best model ${rate}`;
  });
  expect(asText).toEqual(lines(text.stdout).slice(0, -2));
  const validations = events.filter(({ event }) => event === 'validation');
  const bestErrors = Math.min(...validations.map(({ errors }) => errors));
  expect(done).toEqual({
    event: 'done',
    reason: 'epochs',
    epochs: 4,
    bestValidation: { errors: bestErrors, count: 50 },
    test: { errors: expect.any(Number), count: 100 },
    full: {
      validation: { errors: expect.any(Number), count: 60 },
      test: { errors: expect.any(Number), count: 100 },
    },
    epochsPerSecond: expect.any(Number),
    backend: 'wasm',
    model: join(out, 'best.safetensors'),
  });
  expect(events.filter(({ event }) => event === 'test').at(-1)).toMatchObject(done.test);
});

describe('the run folder', () => {
  test('holds model, checkpoint, settings and metrics', async () => {
    await runCli(train('--epochs', '3', '--l2', '0.001', '--json'));
    expect(readdirSync(out).sort()).toEqual([
      'best.safetensors',
      'checkpoint.safetensors',
      'config.json',
      'metrics.ndjson',
      'receipt.json',
    ]);
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      dataset: 'mnist',
      pixelScale: 256,
      backend: 'wasm',
      settings: { learningRate: 0.13, batchSize: 50, epochs: 3, l2: 0.001, optimizer: 'sgd' },
    });
    const metrics = lines(readFileSync(join(out, 'metrics.ndjson'), 'utf8')).map((line) =>
      JSON.parse(line),
    );
    const losses = metrics.filter(({ event }) => event === 'epoch').map((m) => m.meanLoss);
    expect(losses).toHaveLength(3);
    expect(losses[0]).toBeGreaterThan(losses[1]);
    expect(losses[1]).toBeGreaterThan(losses[2]);
    const { receipt, classNames } = await readModel(join(out, 'best.safetensors'));
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(receipt).toMatchObject({ backend: 'wasm', dataset: 'mnist', batch_size: '50' });
  });

  test('--shuffle with a seed is repeatable, and another seed is another run', async () => {
    const digest = async (...flags: string[]) => {
      await runCli(train('--epochs', '2', '--shuffle', ...flags));
      return (await readModel(join(out, 'best.safetensors'))).parameters.weights;
    };
    const first = await digest('--seed', '1');
    expect(await digest('--seed', '1')).toEqual(first);
    expect(await digest('--seed', '2')).not.toEqual(first);
  });
});

describe('a run that is interrupted', () => {
  test('saves, says so with 130, and goes on as if nothing had been', async () => {
    const straight = await runCli(train('--epochs', '6'));
    const straightModel = readFileSync(join(out, 'best.safetensors'));
    const straightMetrics = readFileSync(join(out, 'metrics.ndjson'), 'utf8');

    const controller = new AbortController();
    const onStdout = (text: string) => {
      if (text.startsWith('epoch 3')) controller.abort();
    };
    const options = { interrupt: controller.signal, onStdout };
    const first = await runCli(train('--epochs', '6'), options);
    expect(first.code).toBe(130);
    expect(first.stdout).not.toContain('Optimization complete');
    expect(first.stderr).toContain(`softreg train --resume ${out}`);

    const resume = ['train', '--resume', out, '--data-dir', data, '--no-verify'];
    const second = await runCli(resume);
    expect(second.code).toBe(0);
    const log = [...lines(first.stdout), ...lines(second.stdout)];
    expect(log.slice(0, -1)).toEqual(lines(straight.stdout).slice(0, -1));
    expect(Buffer.compare(readFileSync(join(out, 'best.safetensors')), straightModel)).toBe(0);
    expect(readFileSync(join(out, 'metrics.ndjson'), 'utf8')).toBe(straightMetrics);
  });

  test('as its last scores are made is saved whole, without them, and exits with 130', async () => {
    const whole = await runCli(train('--epochs', '2'));
    const model = readFileSync(join(out, 'best.safetensors'));
    const controller = new AbortController();
    const onStdout = (text: string) => {
      if (text.includes('epoch 2, minibatch 6/6, validation')) controller.abort();
    };
    const cut = await runCli(train('--epochs', '2'), { interrupt: controller.signal, onStdout });
    expect([whole.code, cut.code]).toEqual([0, 130]);
    expect(lines(cut.stdout).slice(0, -1)).toEqual(lines(whole.stdout).slice(0, -1));
    expect(whole.stderr).toContain('over all images');
    expect(cut.stderr).not.toContain('over all images');
    expect(Buffer.compare(readFileSync(join(out, 'best.safetensors')), model)).toBe(0);
  });

  test('is not resumed with other settings or other data', async () => {
    await runCli(train('--epochs', '2'));
    const resume = ['train', '--resume', join(out, 'checkpoint.safetensors'), '--no-verify'];
    const settings = await runCli([...resume, '--data-dir', data, '--learning-rate', '0.2']);
    expect(settings.code).toBe(2);
    expect(settings.stderr).toContain(
      '--learning-rate: expected 0.13, as in the run to resume, found 0.2',
    );
    const other = join(out, 'other-data');
    writeSyntheticDigits(other, { trainCount: 600 });
    const changed = await runCli([...resume, '--data-dir', other]);
    expect(changed.code).toBe(3);
    expect(changed.stderr).toContain('as in the run to resume');
  });
});

test('a run that diverges says so and leaves a model that is there alone', async () => {
  await runCli(train('--epochs', '2'));
  const model = readFileSync(join(out, 'best.safetensors'));
  const { code, stderr, stdout } = await runCli(
    train('--learning-rate', '1e38', '--pixel-scale', '0.001', '--json'),
  );
  expect(code).toBe(2);
  expect(stderr).toContain('diverged in epoch 1');
  expect(JSON.parse(lines(stdout).at(-1) as string)).toMatchObject({
    reason: 'diverged',
    model: null,
  });
  expect(Buffer.compare(readFileSync(join(out, 'best.safetensors')), model)).toBe(0);
});

describe('progress', () => {
  test('on a terminal: epoch, bar, rate and time left', async () => {
    const { stderr } = await runCli(train('--epochs', '40'), { terminal: true });
    expect(stderr).toMatch(
      /epoch \d+ {2}[█░]{24} {2}\d\/6 {2}[\d.]+ epochs\/s {2}about \d+:\d\d left/,
    );
  });

  test('nowhere else', async () => {
    const { stderr } = await runCli(train('--epochs', '40'));
    expect(stderr).not.toContain('█');
  });

  test('not with --quiet', async () => {
    const { stderr } = await runCli(train('--epochs', '40', '--quiet'), { terminal: true });
    expect(stderr).toBe('');
  });
});
