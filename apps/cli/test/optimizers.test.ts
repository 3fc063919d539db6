import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import { writeSyntheticDigits } from './synthetic-digits.js';

const folder = temporaryFolder();
const data = join(folder, 'data');
const flags = ['--data-dir', data, '--no-verify', '--batch-size', '20', '--backend', 'simd'];

beforeAll(() => {
  writeSyntheticDigits(data);
});

const MANNERS: [name: string, own: string[]][] = [
  ['momentum', ['--optimizer', 'momentum', '--momentum', '0.8']],
  ['nesterov', ['--optimizer', 'nesterov']],
  ['adam', ['--optimizer', 'adam', '--learning-rate', '0.01', '--beta1', '0.8']],
  ['sgd with a cosine', ['--schedule', 'cosine', '--decay-iterations', '40']],
  ['sgd, clipped', ['--clip-norm', '0.5', '--l2', '0.01', '--penalize-bias']],
];

describe.each(MANNERS)('%s', (name, own) => {
  test('learns, and goes on where it was stopped, to the bit', async () => {
    const straight = join(folder, name, 'straight');
    const run = ['train', ...flags, '--epochs', '4', ...own];
    const whole = await runCli([...run, '--out', straight]);
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('run for 4 epochs')]);
    const errors = [...whole.stdout.matchAll(/validation error ([\d.]+) %/g)].map(([, rate]) =>
      Number(rate),
    );
    // Of ten classes, nine of ten by chance.
    expect(errors.at(-1)).toBeLessThan(20);

    const out = join(folder, name, 'stopped');
    const controller = new AbortController();
    const stopped = await runCli([...run, '--out', out], {
      interrupt: controller.signal,
      onStdout: () => controller.abort(),
    });
    expect(stopped.code).toBe(130);
    expect((await runCli(['train', '--resume', out, ...flags])).code).toBe(0);
    for (const file of ['best.safetensors', 'checkpoint.safetensors']) {
      expect(readFileSync(join(out, file)), file).toEqual(readFileSync(join(straight, file)));
    }
    const other = await runCli(['train', '--resume', out, ...flags, '--clip-norm', '7']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('--clip-norm: expected');
  });
});

test('the ordinary early stopping ends a run that no longer improves', async () => {
  const stopping = ['--stopping', 'validations', '--stale-validations', '3'];
  const argv = ['train', ...flags, '--epochs', '500', ...stopping, '--out', join(folder, 'stop')];
  const { code, stdout } = await runCli([...argv, '--json']);
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rates = events.filter(({ event }) => event === 'validation').map(({ errors }) => errors);
  const best = rates.indexOf(Math.min(...rates));
  expect(rates.length).toBe(best + 1 + 3);
  expect(events.at(-1)).toMatchObject({ event: 'done', reason: 'patience' });
});
