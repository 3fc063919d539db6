import { type Engine, openEngine, openReferenceEngine, type Parameters } from '@softreg/backend';
import { type DatasetSplit, drawDigits, tutorialSplit } from '@softreg/datasets';
import { type Evaluation, evaluate, examplesOf } from '@softreg/model';
import { type TrainingEvent, TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const EPOCHS = 3;
const PATIENTLY = { timeout: 20_000 };

/** What the page shows after the same three epochs, computed in Node. */
interface Expected {
  readonly meanLosses: readonly number[];
  readonly validationErrors: readonly number[];
  readonly validationLosses: readonly number[];
  readonly parameters: readonly Parameters[];
  /** Of the test images, after each epoch. */
  readonly evaluations: readonly Evaluation[];
}

async function expectedRun(data: DatasetSplit): Promise<Expected> {
  const sets = {
    train: examplesOf(data.train, 256),
    validation: examplesOf(data.validation, 256),
    test: examplesOf(data.test, 256),
  };
  const engine = await openEngine('simd');
  const reference = await openReferenceEngine();
  const events: TrainingEvent[] = [];
  const settings = { ...TUTORIAL_SETTINGS, epochs: EPOCHS };
  for await (const event of train({ engine, data: sets, settings })) events.push(event);
  engine.close();
  const epochs = events.filter((event) => event.type === 'epoch');
  const lookAt = async (examples: typeof sets.test) => {
    const split = await (reference as Engine).load(examples);
    const found: Evaluation[] = [];
    for (const { parameters } of epochs) {
      found.push(await evaluate(reference, parameters, split, examples.labels, 600));
    }
    return found;
  };
  return {
    meanLosses: epochs.map(({ meanLoss }) => meanLoss),
    validationErrors: events
      .filter((event) => event.type === 'validation')
      .map(({ score }) => (100 * score.errors) / score.count),
    validationLosses: (await lookAt(sets.validation)).map(({ loss }) => loss),
    parameters: epochs.map(({ parameters }) => parameters),
    evaluations: await lookAt(sets.test),
  };
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const slider = (page: Page) => page.getByRole('slider');

/** Waits until the run is paused at that epoch, and that is what is shown in all parts. */
async function oneEpoch(page: Page, epoch: number): Promise<void> {
  await button(page, 'One epoch').click();
  await page.getByTestId('epoch').getByText(`epoch ${epoch}.00`).waitFor();
  await button(page, 'Play').waitFor();
  await page
    .locator('.curve-values tbody tr')
    .nth(epoch - 1)
    .waitFor();
  await page.locator('.curve-values tbody tr').first().locator('td:nth-child(3) data').waitFor();
}

const matrixOf = (page: Page): Promise<number[][]> =>
  page
    .locator('.confusion tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('button')].map((cell) => Number(cell.textContent)),
      ),
    );

const mistakesOf = (page: Page) =>
  page
    .locator('.mistakes li p')
    .evaluateAll((all) => all.map((text) => [...text.children].map((line) => line.textContent)));
const scaleOf = (page: Page) => page.getByTestId('weight-scale').textContent();
const untilShown = (page: Page, text: string) =>
  page.getByTestId('shown-epoch').getByText(text, { exact: true }).waitFor();

/** Gray levels of the canvases of test images, top to bottom. */
const pixelsOf = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((canvases) =>
    (canvases as HTMLCanvasElement[]).map((canvas) => {
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i] as number);
    }),
  );

describe.skipIf(CHROMIUM === undefined)('what is seen of a run', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  let data: DatasetSplit;
  let expected: Expected;
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveSite()]);
    const train = drawDigits({ part: 'train', count: 12_000 });
    const test = drawDigits({ part: 'test', count: 2000 });
    data = tutorialSplit({ name: 'digits', train, test });
    expected = await expectedRun(data);
  }, 180_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, `${site.address}#backend=simd`, options);
    pages.push(opened.page);
    opened.page.setDefaultTimeout(20_000);
    await opened.page.locator('#curves details').evaluate((details: HTMLDetailsElement) => {
      details.open = true;
    });
    await opened.page.locator('.confusion table').waitFor();
    return opened;
  }

  async function openTrained(options: BrowserContextOptions = {}) {
    const opened = await open(options);
    for (let epoch = 1; epoch <= EPOCHS; epoch++) await oneEpoch(opened.page, epoch);
    return opened;
  }

  test('the curves are those of the same run in Node', async () => {
    const { page, faults } = await openTrained();
    const rows = await page.locator('.curve-values tbody tr').evaluateAll((all) =>
      all.map((row) => ({
        epoch: Number(row.querySelector('th')?.textContent),
        values: [...row.querySelectorAll('data')].map(({ value }) => Number(value)),
      })),
    );
    expect(rows.map(({ epoch }) => epoch)).toEqual([3, 2, 1]);
    for (const { epoch, values } of rows) {
      const [trainingLoss, validationLoss, validationError] = values;
      const index = epoch - 1;
      expect(Math.abs((trainingLoss ?? 9) - (expected.meanLosses[index] ?? 0))).toBeLessThan(1e-6);
      expect(
        Math.abs((validationLoss ?? 9) - (expected.validationLosses[index] ?? 0)),
      ).toBeLessThan(1e-6);
      expect(validationError).toBe(expected.validationErrors[index]);
    }
    const error = expected.validationErrors.at(-1)?.toFixed(4);
    expect(
      await page.getByRole('img', { name: 'Errors by epoch' }).getAttribute('aria-label'),
    ).toContain(`validation ${error};`);
    expect(await page.locator('#curves .key-best').textContent()).toBe(
      `best: ${expected.validationErrors.at(-1)?.toFixed(3)}\u00a0% at epoch 3`,
    );
    expect(await page.locator('#curves .key-limit').textContent()).toBe(
      'patience ends at epoch 312.50',
    );
    expect(faults).toEqual([]);
  });

  test('the matrix counts every test image, and its diagonal those that are right', async () => {
    const { page } = await openTrained();
    const matrix = await matrixOf(page);
    expect(matrix).toEqual(expected.evaluations.at(-1)?.confusion);
    const sum = matrix.flat().reduce((total, count) => total + count, 0);
    const hits = matrix.reduce((total, row, k) => total + (row[k] as number), 0);
    const scores = await page.locator('.test-scores').textContent();
    const { full, wholeMinibatches } = expected.evaluations.at(-1) as Evaluation;
    expect(sum).toBe(2000);
    expect(sum - hits).toBe(full.errors);
    expect(scores).toContain(`all images: ${full.errors} of 2000 wrong`);
    expect(scores).toContain(`whole minibatches: ${wholeMinibatches?.errors} of 1800 wrong`);
  });

  test('a cell shows as many digits as it counts, and they are those', async () => {
    const { page } = await openTrained();
    const matrix = await matrixOf(page);
    const cells = page.locator('.confusion button');
    const [missRow, missColumn] = largestMiss(matrix);
    for (const [actual, predicted] of [
      [missRow, missColumn],
      [3, 3],
    ] as const) {
      const count = matrix[actual]?.[predicted] as number;
      await cells.nth(10 * actual + predicted).click();
      let seen = 0;
      for (let from = 1; from <= count; from += 60) {
        const to = Math.min(count, from + 59);
        await page.getByText(`${from} to ${to} of ${count}`, { exact: true }).waitFor();
        await page.waitForFunction(
          (wanted) => document.querySelectorAll('.cell-images canvas').length === wanted,
          to - from + 1,
        );
        seen += to - from + 1;
        const names = await page
          .locator('.cell-images canvas')
          .evaluateAll((all) => all.map((canvas) => canvas.getAttribute('aria-label') ?? ''));
        const indices = names.map((name) => Number(/test image (\d+), a (\d)/.exec(name)?.[1]));
        expect(indices.map((index) => data.test.labels[index])).toEqual(indices.map(() => actual));
        const wanted = indices.map((index) => [
          ...data.test.images.subarray(784 * index, 784 * (index + 1)),
        ]);
        await expect.poll(() => pixelsOf(page, '.cell-images canvas'), PATIENTLY).toEqual(wanted);
        if (to < count) await button(page, 'Next').click();
      }
      expect(seen).toBe(count);
    }
    expect(matrix[3]?.[3]).toBeGreaterThan(60);
    await button(page, 'Previous').click();
    const count = matrix[3]?.[3] as number;
    const from = 60 * (Math.ceil(count / 60) - 2) + 1;
    await page.getByText(`${from} to ${from + 59} of ${count}`, { exact: true }).waitFor();
  });

  test('the worst mistakes are those of largest wrong probability', async () => {
    const { page } = await openTrained();
    const engine = await openReferenceEngine();
    await engine.writeParameters(expected.parameters.at(-1) as Parameters);
    const split = await engine.load(examplesOf(data.test, 256));
    const probabilities = await engine.probabilities(split, { start: 0, end: 2000 });
    const worst = [...data.test.labels]
      .map((label, i) => {
        const own = [...probabilities.subarray(10 * i, 10 * (i + 1))];
        return { label, own, most: Math.max(...own), predicted: own.indexOf(Math.max(...own)) };
      })
      .filter(({ label, predicted }) => label !== predicted)
      .sort((a, b) => b.most - a.most)
      .slice(0, 24);
    expect(await mistakesOf(page)).toEqual(
      worst.map(({ label, own, most, predicted }) => [
        `read as ${predicted}: ${(100 * most).toFixed(1)}\u00a0%`,
        `is ${label}: ${(100 * (own[label] as number)).toFixed(1)}\u00a0%`,
      ]),
    );
  });

  test('the slider shows weights, matrix and mistakes of an epoch again, and now follows the run', async () => {
    const { page } = await open();
    const seen = new Map<number, readonly unknown[]>();
    const look = async () => [await matrixOf(page), await mistakesOf(page), await scaleOf(page)];
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      await oneEpoch(page, epoch);
      seen.set(epoch, await look());
    }
    expect(seen.get(1)).not.toEqual(seen.get(3));
    await slider(page).focus();
    await page.keyboard.press('Home');
    await untilShown(page, 'epoch 0');
    expect(await scaleOf(page)).toContain('0.0000');
    await page.keyboard.press('ArrowRight');
    await untilShown(page, 'epoch 1');
    expect(await slider(page).getAttribute('aria-valuetext')).toBe('epoch 1');
    expect(await look()).toEqual(seen.get(1));
    expect(await matrixOf(page)).toEqual(expected.evaluations[0]?.confusion);

    // What is shown of the past stays while the run goes on.
    await oneEpoch(page, 4);
    expect(await look()).toEqual(seen.get(1));
    await button(page, 'Best').click();
    await untilShown(page, 'epoch 4');
    await slider(page).focus();
    await page.keyboard.press('ArrowLeft');
    await untilShown(page, 'epoch 3');
    expect(await look()).toEqual(seen.get(3));
    await page.keyboard.press('End');
    await untilShown(page, 'now, following the training');
    const four = await look();
    await oneEpoch(page, 5);
    await expect.poll(look, PATIENTLY).not.toEqual(four);

    await slider(page).focus();
    await page.keyboard.press('Home');
    await untilShown(page, 'epoch 0');
    await button(page, 'Reset').click();
    await untilShown(page, 'now, following the training');
    await page.waitForFunction(
      () => document.querySelectorAll('.curve-values tbody tr').length === 0,
    );
  });

  test('a step shows other weights and another matrix, too', async () => {
    const { page } = await open();
    await button(page, 'Step').click();
    await untilShown(page, 'now, following the training');
    await expect.poll(() => scaleOf(page), PATIENTLY).not.toContain('0.0000');
    // Parameters that are all zero take every image for the first class.
    const classesRead = async () => {
      const matrix = await matrixOf(page);
      return matrix.filter((_, k) => matrix.some((row) => (row[k] ?? 0) > 0)).length;
    };
    await expect.poll(classesRead, PATIENTLY).toBeGreaterThan(1);
  });

  test('before the run begins the pretrained model is shown', async () => {
    const { page, faults } = await open();
    await untilShown(page, 'the pretrained model');
    expect(await scaleOf(page)).not.toContain('0.0000');
    const matrix = await matrixOf(page);
    expect(matrix.flat().reduce((total, count) => total + count, 0)).toBe(2000);
    const hits = matrix.reduce((total, row, k) => total + (row[k] as number), 0);
    expect(hits).toBeGreaterThan(1000);
    await button(page, 'Now').click();
    await expect.poll(() => scaleOf(page), PATIENTLY).toContain('0.0000');
    expect(faults).toEqual([]);
  });

  test('a pixel under the pointer or the arrow keys tells its weight', async () => {
    const { page } = await openTrained();
    const { weights } = expected.parameters.at(-1) as Parameters;
    const readout = page.locator('#weights output');
    const image = page.getByRole('button', { name: 'Weights of 7' });
    await image.scrollIntoViewIfNeeded();
    const box = (await image.boundingBox()) as {
      x: number;
      y: number;
      width: number;
      height: number;
    };
    const textOf = (row: number, column: number) => {
      const weight = weights[(28 * row + column) * 10 + 7] as number;
      const sign = weight < 0 ? '−' : '+';
      return `7: row ${row + 1}, column ${column + 1}: ${sign}${Math.abs(weight).toFixed(4)}`;
    };
    await page.mouse.move(box.x + (10.5 / 28) * box.width, box.y + (12.5 / 28) * box.height);
    expect(await readout.textContent()).toBe(textOf(12, 10));
    await page.mouse.move(0, 0);
    await image.focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await readout.textContent()).toBe(textOf(13, 16));
  });

  test('each image is of its own class: the strongest color is where the largest weight is', async () => {
    const { page } = await openTrained();
    const { weights } = expected.parameters.at(-1) as Parameters;
    const colors = await page.locator('.weight-image canvas').evaluateAll((all) =>
      (all as HTMLCanvasElement[]).map((canvas) => {
        const context = canvas.getContext('2d') as CanvasRenderingContext2D;
        return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
      }),
    );
    const most = Math.max(...weights.map(Math.abs));
    expect(colors).toHaveLength(10);
    for (const [k, image] of colors.entries()) {
      for (let pixel = 0; pixel < 784; pixel++) {
        const share = (weights[10 * pixel + k] as number) / most;
        // From white to the light theme's #b2182b and #2166ac.
        const red = 255 + Math.abs(share) * ((share < 0 ? 0x21 : 0xb2) - 255);
        expect(Math.abs((image[4 * pixel] as number) - red)).toBeLessThan(1);
      }
    }
  });

  test('weights are drawn again when they change, and not when something else does', async () => {
    const { page } = await openTrained();
    await page.evaluate(() => {
      const { putImageData } = CanvasRenderingContext2D.prototype;
      const counts = { weights: 0 };
      Object.assign(globalThis, { counts });
      CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
        if (this.canvas.closest('.weight-image')) counts.weights += 1;
        return Reflect.apply(putImageData, this, args);
      };
    });
    const drawn = () =>
      page.evaluate(
        () => (globalThis as unknown as { counts: { weights: number } }).counts.weights,
      );
    await page.getByRole('button', { name: 'Weights of 3' }).hover();
    await page.locator('.confusion button').nth(11).click();
    await page.getByTestId('cell-images').waitFor();
    expect(await drawn()).toBe(0);
    await oneEpoch(page, 4);
    expect(await drawn()).toBe(10);
  });

  test('zero has the color of the surface in both themes, also when the theme changes', async () => {
    const { page } = await openTrained({ colorScheme: 'light' });
    const corner = () =>
      page
        .locator('.weight-image canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => [
          ...(canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data ?? []),
        ]);
    expect(await corner()).toEqual([255, 255, 255, 255]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(corner, PATIENTLY).toEqual([24, 32, 42, 255]);
    await page.getByLabel('Theme').selectOption('light');
    await expect.poll(corner, PATIENTLY).toEqual([255, 255, 255, 255]);
  });

  test('arrow keys go from cell to cell of the matrix', async () => {
    const { page } = await openTrained();
    const matrix = await matrixOf(page);
    await page.locator('.confusion button').first().focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      await page.keyboard.press(key);
    }
    await page.keyboard.press('Enter');
    const pressed = page.locator('.confusion button[aria-pressed=true]');
    expect(await pressed.getAttribute('aria-label')).toBe(`2 read as 1: ${matrix[2]?.[1]}`);
    expect(await page.locator('.confusion button[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await pressed.count()).toBe(0);
  });

  test('charts are drawn at most ten times a second, keep their size, and follow the run', async () => {
    const { page } = await open();
    const heights = () =>
      page.locator('.chart').evaluateAll((all) => all.map((chart) => chart.clientHeight));
    const before = await heights();
    await page.evaluate(() => {
      const { clearRect } = CanvasRenderingContext2D.prototype;
      const draws = { count: 0, since: performance.now() };
      Object.assign(globalThis, { draws });
      CanvasRenderingContext2D.prototype.clearRect = function (...args: unknown[]) {
        if (this.canvas.closest('.chart')) draws.count += 1;
        return Reflect.apply(clearRect, this, args);
      };
    });
    await button(page, 'Play').click();
    await page.waitForFunction(
      () => (globalThis as unknown as { draws: { count: number } }).draws.count >= 20,
    );
    const rate = await page.evaluate(() => {
      const { count, since } = (
        globalThis as unknown as { draws: { count: number; since: number } }
      ).draws;
      return (1000 * count) / (performance.now() - since);
    });
    // There are two of them.
    expect(rate).toBeLessThan(22);
    expect(await heights()).toEqual(before);
    await button(page, 'Pause').click();
    await button(page, 'Play').waitFor();
  });

  test('the tutorial’s curve is off on other data, and there when it is asked for', async () => {
    const { page } = await open();
    const key = page.locator('#curves').getByText('the tutorial’s published run', { exact: true });
    const asked = page.getByLabel('Show the tutorial’s published run');
    expect(await asked.isChecked()).toBe(false);
    expect(await key.count()).toBe(0);
    await asked.check();
    await key.waitFor();
  });

  test('speaks Chinese on a phone, and nothing is wider than it', async () => {
    const { page, faults } = await open({
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    for (const title of ['曲线', '回看各轮', '权重', '测试图像的混淆矩阵', '最严重的错误']) {
      await page.getByRole('region', { name: title, exact: true }).waitFor();
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    expect(faults).toEqual([]);
  });
});

function largestMiss(matrix: readonly (readonly number[])[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  for (const [actual, row] of matrix.entries()) {
    for (const [predicted, count] of row.entries()) {
      if (actual !== predicted && count > (matrix[best[0]]?.[best[1]] as number)) {
        best = [actual, predicted];
      }
    }
  }
  return best;
}
