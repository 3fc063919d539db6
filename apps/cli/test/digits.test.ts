import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';

// The cache of tests is empty: without a folder and a network there is no MNIST.
const env = { SOFTREG_DATA_DIR: '', SOFTREG_OFFLINE: '1' };

describe('with no network and no files', () => {
  test('train says so aloud and trains on the built-in digits, which evaluate draws again', async () => {
    const out = join(temporaryFolder(), 'run');
    const flags = ['--backend', 'simd', '--epochs', '5', '--quiet', '--out', out];
    const { code, stdout, stderr } = await runCli(['train', ...flags], { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^MNIST IS NOT HERE\. Training on the built-in digits in its place/m);
    expect(stderr).toMatch(/^Why: .*train-images-idx3-ubyte.* nothing is downloaded offline/m);
    expect(stdout).toMatch(/^epoch 5, minibatch 83\/83, validation error \d\.\d{6} %$/m);
    const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(config.dataset).toBe('digits');

    const model = join(out, 'best.safetensors');
    const evaluation = await runCli(['evaluate', model, '--dataset', 'digits', '--json'], { env });
    expect(evaluation.code).toBe(0);
    const { full } = JSON.parse(evaluation.stdout.split('\n')[0] as string);
    expect(full.count).toBe(10_000);
    // Learned, and not trivial.
    expect(full.errors).toBeGreaterThan(200);
    expect(full.errors).toBeLessThan(1500);
  }, 120_000);

  test('bench measures on the built-in digits, if they are named', async () => {
    const flags = ['--dataset', 'digits', '--backend', 'simd', '--seconds', '0.1', '--rounds', '1'];
    const { code, stdout } = await runCli(['bench', ...flags], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^data +digits\n +50,000 images/);
  }, 60_000);

  test.each([
    ['train', ['--dataset', 'mnist']],
    ['train', ['--dataset', 'kmnist']],
  ])('%s %j does as it is told, or nothing', async (command, flags) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stderr } = await runCli([command, ...flags, '--backend', 'simd', '--out', out], {
      env,
    });
    expect(code).toBe(4);
    expect(stderr).toMatch(/since nothing is downloaded offline, found no file; fetch it once/);
    expect(stderr).not.toContain('digits');
  });
});
