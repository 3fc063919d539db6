import { join } from 'node:path';
import { goldenFolder, mnistFolder, readGoldenRun, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { shownLines } from './readme-log.js';
import { type CliResult, runCli } from './run-cli.js';

const mnist = mnistFolder();
const golden = goldenFolder();

describe.skipIf(mnist === undefined || golden === undefined)("the tutorial's run", () => {
  const env = { SOFTREG_DATA_DIR: mnist ?? '' };
  const expected = readGoldenRun(golden ?? '');
  let out: string;
  let model: string;
  let text: CliResult;

  beforeAll(async () => {
    out = temporaryFolder();
    model = join(out, 'best.safetensors');
    const flags = ['--backend', 'simd', '--threads', '2'];
    text = await runCli(['train', ...flags, '--out', out], { env });
  }, 240_000);

  const percent = (errors: number) => `${((100 * errors) / expected.scored).toFixed(6)} %`;

  test('prints the log of the tutorial, with its published result', () => {
    const log = expected.log.flatMap(({ epoch, validationErrors, testErrors }) => {
      const place = `epoch ${epoch}, minibatch 83/83`;
      const line = `${place}, validation error ${percent(validationErrors)}`;
      if (testErrors === undefined) return [line];
      return [line, `     ${place}, test error of best model ${percent(testErrors)}`];
    });
    const lines = text.stdout.trimEnd().split('\n');
    expect(text.code).toBe(0);
    expect(lines.slice(0, -2)).toEqual(log);
    expect(lines.at(-2)).toBe(
      'Optimization complete with best validation score of 7.500000 %, with test performance 7.489583 %',
    );
    expect(lines.at(-1)).toMatch(/^The code run for 74 epochs, with \d+\.\d{6} epochs\/sec$/);
    expect(text.stderr).toContain(
      'over all images: validation 7.430000 % (743 of 10,000), test 7.750000 % (775 of 10,000)',
    );
  });

  test('gives the same with --json, as events, on another backend', async () => {
    const { stdout } = await runCli(['train', '--json', '--backend', 'wasm', '--out', out], {
      env,
    });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const log = expected.log.flatMap(({ epoch, minibatch, validationErrors, testErrors }) => [
      { event: 'validation', epoch, minibatch, errors: validationErrors, count: 9600 },
      ...(testErrors === undefined
        ? []
        : [{ event: 'test', epoch, minibatch, errors: testErrors, count: 9600 }]),
    ]);
    expect(events.slice(0, -1)).toEqual(log);
    expect(events.at(-1)).toEqual({
      event: 'done',
      reason: 'patience',
      epochs: 74,
      bestValidation: { errors: 720, count: 9600 },
      test: { errors: 719, count: 9600 },
      full: {
        validation: { errors: 743, count: 10000 },
        test: { errors: 775, count: 10000 },
      },
      epochsPerSecond: expect.any(Number),
      backend: 'wasm',
      model,
    });
  }, 240_000);

  test('makes a model that evaluate gives both scores of', async () => {
    const { stdout, code } = await runCli(['evaluate', model], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('7.750000 %, 775 of 10,000 images');
    expect(stdout).toContain('7.489583 %, 719 of 9,600 in whole minibatches of 600');
    const json = await runCli(['evaluate', model, '--split', 'validation', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      event: 'evaluation',
      wholeMinibatches: { errors: 720, count: 9600 },
      full: { errors: 743, count: 10000 },
    });
  });

  test('makes a model that reads the first ten test digits', async () => {
    const argv = ['predict', model, '--dataset', 'mnist', '--count', '10'];
    const { stdout } = await runCli([...argv, '--json'], { env });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    // The ninth is a 5 that most linear models take for a 6.
    expect(rows.map(({ label }) => label).join('')).toBe('7210414969');
    expect(rows.map(({ actual }) => actual).join('')).toBe('7210414959');
    for (const { probabilities } of rows) {
      expect(probabilities.reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 12);
    }
    const text = await runCli(argv, { env });
    expect(text.stdout.split('\n')[0]).toMatch(/^test 0 {2}7 +\d+\.\d\d %$/);
    expect(text.stdout).toMatch(/^test 8 {2}6 +\d+\.\d\d % {2}\(it is 5\)$/m);
  });

  describe('is what the READMEs show', () => {
    const CLI_README = new URL('../README.md', import.meta.url);
    const ROOT_README = new URL('../../../README.md', import.meta.url);
    /** As if the run folder were the default one, and Node the oldest. */
    const asShown = (text: string) =>
      text.replaceAll(out, 'run').replace(' with fused multiply-add', '').split('\n');

    test('the log', () => {
      const printed = asShown(`${text.stdout}${text.stderr}`);
      const shown = shownLines(ROOT_README, /^training on/);
      expect(shown.length).toBeGreaterThan(8);
      for (const line of shown) {
        // How fast it was is the machine's.
        if (line.startsWith('The code run for')) {
          expect(line).toMatch(/^The code run for 74 epochs, with \d+\.\d{6} epochs\/sec$/);
        } else {
          expect(printed).toContain(line);
        }
      }
    });

    test.each([
      ['evaluate', []],
      ['predict', ['--dataset', 'mnist', '--count', '10']],
    ])('%s', async (command, flags) => {
      const { stdout } = await runCli([command, model, ...flags], { env });
      const shown = shownLines(CLI_README, new RegExp(`^\\$ softreg ${command} `));
      expect(shown.length).toBeGreaterThan(2);
      for (const line of shown) expect(asShown(stdout)).toContain(line);
    });
  });

  test('the files of the data set have figures', async () => {
    const file = join(mnist ?? '', 't10k-labels-idx1-ubyte.gz');
    const { stdout } = await runCli(['data', 'info', file, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      event: 'info',
      type: 'uint8',
      shape: [10000],
      min: 0,
      max: 9,
      counts: expect.arrayContaining([{ value: 1, count: 1135 }]),
    });
  });
});
