import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '@softreg/serialization';
import { temporaryFolder } from '@softreg/testkit';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { downloaded, openFiles, softreg, writeDigitFiles } from './keep-pages.js';
import { button, epochOf, trainEpoch, untilEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const inChromium = describe.skipIf(CHROMIUM === undefined);
const DATA = 'Choose IDX files';
const KEPT = 'Open a model or a checkpoint';
const CHECKPOINT = 'Download a checkpoint of the run';

inChromium('a checkpoint', { timeout: 120_000 }, () => {
  const files = writeDigitFiles(360, 60);
  const dataFlags = ['--data-dir', files.folder, '--no-verify'];
  let browser: Browser;
  let site: Site;
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveSite()]);
  }, 120_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(fragment: string) {
    const opened = await openPage(browser, `${site.address}${fragment}`);
    pages.push(opened.page);
    return opened;
  }

  async function openData(page: Page): Promise<void> {
    await openFiles(page, DATA, files.paths);
    await page.getByText('300 images to train, 60 to validate, 60 to test').waitFor();
  }

  /** @returns the checkpoint that the command line leaves */
  async function trained(argv: readonly string[], options?: { interrupted: boolean }) {
    const folder = temporaryFolder();
    const { code, stderr } = await softreg(['train', ...argv, '--out', folder], options);
    expect([code, stderr]).toEqual([options?.interrupted ? 130 : 0, expect.any(String)]);
    const path = join(folder, 'checkpoint.safetensors');
    return { path, checkpoint: await decodeCheckpoint(readFileSync(path)) };
  }

  test('of the page goes on on the command line, to the same bits', async () => {
    const fragment = '#backend=simd&batch=50&patience=60&shuffle=1&seed=3&rate=0.05&l2=0.001';
    const { page, faults } = await open(fragment);
    await openData(page);
    expect(await button(page, CHECKPOINT).isDisabled()).toBe(true);
    await trainEpoch(page, 1);
    await button(page, 'Step').click();
    await untilEpoch(page, 1.1);
    await button(page, 'Play').waitFor();
    const { name, bytes } = await downloaded(page, CHECKPOINT);
    expect(name).toBe('checkpoint.safetensors');
    await page.getByText('--resume checkpoint.safetensors --data-dir FOLDER --no-verify').waitFor();
    const path = join(temporaryFolder(), name);
    writeFileSync(path, bytes);
    const resumed = await trained(['--resume', path, ...dataFlags]);
    const flags =
      '--batch-size 50 --patience 60 --shuffle --seed 3 --learning-rate 0.05 --l2 0.001';
    const whole = await trained([...flags.split(' '), '--backend', 'simd', ...dataFlags]);
    expectSame(resumed.checkpoint, whole.checkpoint);
    await trainEpoch(page, 2);
    await refusesOthers(page, await decodeCheckpoint(bytes));
    await trainEpoch(page, 3);
    await openFiles(page, KEPT, [path]);
    await page.getByTestId('epoch').getByText('epoch 1.17').waitFor();
    expect(await page.getByTestId('other-settings').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('of the command line goes on in the page, to the same bits', async () => {
    const flags =
      '--batch-size 20 --patience 8000 --shuffle --seed 9 --optimizer momentum --momentum 0.95 ' +
      '--schedule cosine --decay-iterations 4000 --learning-rate 0.02 --validation-frequency 3 --backend simd --json';
    const argv = [...flags.split(' '), ...dataFlags];
    const [half, whole] = await Promise.all([trained(argv, { interrupted: true }), trained(argv)]);
    const { iterations } = JSON.parse(half.checkpoint.values) as { iterations: number };
    expect(iterations).toBeLessThan(8000);

    const { page, faults } = await open('#backend=cpu&rate=0.07&batch=2000&patience=20');
    await trainEpoch(page, 1);
    await goesOnOnBuiltInDigits(page);
    await openFiles(page, KEPT, [half.path]);
    await page
      .getByText(
        /^checkpoint\.safetensors: expected the data of that run, mnist, found other training images \(SHA-256 [0-9a-f]{12}, not [0-9a-f]{12}\); open that data first\.$/,
      )
      .waitFor();
    expect(await page.getByLabel('Learning rate').inputValue()).toBe('0.07');
    await trainEpoch(page, 2);
    await button(page, 'Dismiss').click();

    await openData(page);
    await openFiles(page, KEPT, [half.path]);
    const epoch = (iterations / 15).toFixed(2);
    await page
      .getByTestId('kept-status')
      .getByText(`The run in checkpoint.safetensors goes on from epoch ${epoch}.`)
      .waitFor();
    await page.getByTestId('engine').getByText('Computing with simd').waitFor();
    expect(await epochOf(page)).toBeCloseTo(iterations / 15, 2);
    expect(await page.getByTestId('other-settings').textContent()).toBe(
      'From the checkpoint, with no field here: validation-frequency 3, momentum 0.95, schedule cosine, decay-iterations 4000.',
    );
    expect(await page.getByLabel('Images a minibatch').inputValue()).toBe('20');
    expect(await page.getByLabel('Optimizer').inputValue()).toBe('momentum');
    const inLink = new URLSearchParams(new URL(page.url()).hash.slice(1));
    expect(Object.fromEntries(inLink)).toEqual({
      backend: 'simd',
      optimizer: 'momentum',
      rate: '0.02',
      batch: '20',
      patience: '8000',
      shuffle: '1',
      seed: '9',
    });
    await button(page, 'Play').click();
    await page.getByText('ended: patience ran out').waitFor();
    const { bytes } = await downloaded(page, CHECKPOINT);
    expectSame(await decodeCheckpoint(bytes), whole.checkpoint);

    await button(page, 'Begin anew without them').click();
    await page.getByTestId('epoch').getByText('epoch 0.00').waitFor();
    expect(await page.getByTestId('other-settings').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  /** Whole files, made by somebody: each is told in a sentence, and the run stays. */
  async function refusesOthers(page: Page, checkpoint: Checkpoint): Promise<void> {
    const config = JSON.parse(checkpoint.config) as { settings: object };
    const values = JSON.parse(checkpoint.values) as object;
    const { settings } = config;
    const cases: [Partial<Checkpoint>, RegExp][] = [
      [{ config: 'null' }, /^c\.safetensors: expected the settings of a run/],
      [{ config: JSON.stringify({ ...config, pixelScale: 255 }) }, /divided by 256, found 255/],
      [{ config: JSON.stringify({ ...config, stream: true }) }, /found one with --stream/],
      [
        { config: JSON.stringify({ ...config, settings: { ...settings, optimizer: 'adam' } }) },
        /^state: expected slots .*, found no slots/,
      ],
      [
        { config: JSON.stringify({ ...config, settings: { ...settings, learningRate: -1 } }) },
        /learning rate: expected a number above 0, found -1/,
      ],
      [{ values: JSON.stringify({ ...values, iterations: -1 }) }, /^state, iterations: expected/],
      [{ arrays: {} }, /^state, weights and bias: expected/],
    ];
    for (const [change, sentence] of cases) {
      const bytes = await encodeCheckpoint({ ...checkpoint, ...change });
      await openFiles(page, KEPT, [{ name: 'c.safetensors', bytes }]);
      const notices = page.locator('.notices p');
      await notices.getByText(sentence).waitFor();
      expect(await notices.count()).toBe(1);
      await button(page, 'Dismiss').click();
    }
  }

  /** By the commands that the page names: the same digits are written, and known again. */
  async function goesOnOnBuiltInDigits(page: Page): Promise<void> {
    const { bytes } = await downloaded(page, CHECKPOINT);
    await page.locator('.command').first().waitFor();
    const commands = await page.locator('.command').allTextContents();
    const folder = join(temporaryFolder(), 'digits');
    const path = join(temporaryFolder(), 'checkpoint.safetensors');
    writeFileSync(path, bytes);
    const [write = '', resume = ''] = commands.map((command) =>
      command.replace(/^softreg /, '').replace(/digits(?= --out|$)/, folder),
    );
    expect(write).toContain('--train 12000 --test 2000');
    expect(await softreg(write.split(' '))).toMatchObject({ code: 0 });
    const argv = resume.replace('checkpoint.safetensors', path).replace(/^train | --out run$/g, '');
    const { checkpoint } = await trained([...argv.split(' '), '--backend', 'simd']);
    expect(JSON.parse(checkpoint.config)).toMatchObject({ dataset: 'digits' });
    expect(JSON.parse((await decodeCheckpoint(bytes)).config)).toMatchObject({ backend: 'cpu' });
  }

  /** All of them, bit by bit: parameters, the best ones, the history, where it ended. */
  function expectSame(found: Checkpoint, expected: Checkpoint): void {
    expect(found.arrays).toEqual(expected.arrays);
    expect(JSON.parse(found.values)).toEqual(JSON.parse(expected.values));
    expect(JSON.parse(found.config)).toEqual(JSON.parse(expected.config));
  }
});
