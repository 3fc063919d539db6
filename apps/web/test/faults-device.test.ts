import { openReferenceEngine } from '@softreg/backend';
import { drawDigits, tutorialSplit } from '@softreg/datasets';
import { examplesOf } from '@softreg/model';
import { below, seededRandom } from '@softreg/testkit';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import type { Browser, Page, Worker } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  button,
  epochOf,
  epochsOf,
  showValues,
  trainEpoch,
  untilEpoch,
  untilOn,
  useBackend,
} from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

/** WebGPU on a graphics card in software. */
const FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
];
const EPOCHS = 6;
/** The tolerance of the golden run. */
const TOLERANCE = 1e-5;

/** In the worker: takes the device away at one of the next calls. */
interface Taker {
  /** Calls of the device so far. */
  calls: number;
  /** The call at which it is taken, by the same count; infinite for never. */
  takeAt: number;
  /** How often it was taken. */
  taken: number;
}

declare const taker: Taker;

inPage('a device that is lost', () => {
  test('WebGL, at random calls of five epochs: the run is as if nothing had happened', async () => {
    const { page, worker, random } = await openWithTaker(takeWebgl, 1);
    const halfAnEpoch = await callsOfHalfAnEpoch(page, worker, 'webgl');
    for (let epoch = 2; epoch <= EPOCHS; epoch++) {
      await useBackend(page, 'webgl');
      await takeAfter(worker, 1 + below(random, halfAnEpoch));
      await trainEpoch(page, epoch);
      await untilOn(page, 'simd');
      expect(await worker.evaluate(() => taker.taken)).toBe(epoch - 1);
      expect(await page.getByLabel('Where to compute').inputValue()).toBe('simd');
      expect(await noticeOf(page)).toBe(
        'webgl was lost (the browser took its WebGL context away); training goes on with simd from the last good state.',
      );
    }
    await expectReferenceRun(page, EPOCHS);
  });

  test('WebGL, while it plays: the run goes back by no more than an epoch, and its curve has no hole', async () => {
    const { page, worker, random } = await openWithTaker(takeWebgl, 2);
    // What is left is slow enough to see where it goes on from.
    await worker.evaluate(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
    await useBackend(page, 'webgl');
    await watchEpochs(page);
    await button(page, 'Play').click();
    for (let round = 0; round < 2; round++) {
      const before = await epochOf(page);
      await untilEpoch(page, before + 2.2);
      await takeAfter(worker, 1 + below(random, 60));
      await untilOn(page, 'cpu');
      await untilEpoch(page, before + 4);
      if (round === 0) await useBackend(page, 'webgl');
    }
    await button(page, 'Pause').click();
    await button(page, 'Play').waitFor();
    expect(await worker.evaluate(() => taker.taken)).toBe(2);
    const places = (await epochsOf(page)).map(({ epoch }) => epoch);
    const last = places.at(-1) as number;
    expect(places).toEqual(places.map((_, index) => last - places.length + 1 + index));
    const seen = await page.evaluate(() => (globalThis as unknown as { epochs: number[] }).epochs);
    expect(seen.length).toBeGreaterThan(3);
    const steps = seen.slice(1).map((epoch, index) => epoch - (seen[index] as number));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1);
  });

  test('WebGL, while the run is paused: the next change of settings goes on from the last good state', async () => {
    const { page, worker } = await openWithTaker(takeWebgl, 3);
    await useBackend(page, 'webgl');
    await trainEpoch(page, 1);
    for (const at of [1 / 16, 2 / 16, 3 / 16]) {
      await button(page, 'Step').click();
      await untilEpoch(page, Math.floor(100 * (1 + at)) / 100);
      await button(page, 'Play').waitFor();
    }
    await worker.evaluate(() => (globalThis as unknown as { takeNow(): void }).takeNow());
    const rate = page.getByLabel('Learning rate');
    await rate.fill('0.131');
    await rate.press('Enter');
    await page.getByTestId('epoch').getByText('epoch 1.00').waitFor();
    await rate.fill('0.13');
    await rate.press('Enter');
    await page.waitForFunction(() => !location.hash.includes('rate'));
    for (let epoch = 2; epoch <= 3; epoch++) await trainEpoch(page, epoch);
    await untilOn(page, 'simd');
    await expectReferenceRun(page, 3);
  });

  test('WebGPU, at random calls of two epochs: the run is as if nothing had happened', async () => {
    const { page, worker, random } = await openWithTaker(takeWebgpu, 4);
    const halfAnEpoch = await callsOfHalfAnEpoch(page, worker, 'webgpu');
    for (let epoch = 2; epoch <= 3; epoch++) {
      await useBackend(page, 'webgpu');
      await takeAfter(worker, 1 + below(random, halfAnEpoch));
      await trainEpoch(page, epoch);
      await untilOn(page, 'simd');
      expect(await worker.evaluate(() => taker.taken)).toBe(epoch - 1);
      expect(await noticeOf(page)).toMatch(
        /^webgpu was lost \(its device is lost \(.+\)\); training goes on with simd from the last good state\.$/,
      );
    }
    await expectReferenceRun(page, 3);
  });
});

function inPage(name: string, tests: () => void): void {
  describe.skipIf(CHROMIUM === undefined)(name, { timeout: 120_000 }, () => {
    beforeAll(async () => {
      [browser, site, expected] = await Promise.all([
        openBrowser(FLAGS),
        serveSite(),
        referenceLosses(),
      ]);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });
    tests();
  });
}

let browser: Browser;
let site: Site;
let expected: readonly number[];

/** Mean training losses of the same epochs, in float64 in Node. */
async function referenceLosses(): Promise<number[]> {
  const data = tutorialSplit({
    name: 'digits',
    train: drawDigits({ part: 'train', count: 12_000 }),
    test: drawDigits({ part: 'test', count: 2000 }),
  });
  const engine = openReferenceEngine();
  const losses: number[] = [];
  const sets = {
    train: examplesOf(data.train, 256),
    validation: examplesOf(data.validation, 256),
    test: examplesOf(data.test, 256),
  };
  const settings = { ...TUTORIAL_SETTINGS, epochs: EPOCHS };
  for await (const event of train({ engine, data: sets, settings })) {
    if (event.type === 'epoch') losses.push(event.meanLoss);
  }
  return losses;
}

async function expectReferenceRun(page: Page, epochs: number): Promise<void> {
  const values = await epochsOf(page);
  expect(values.map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: epochs }, (_, index) => index + 1),
  );
  for (const { epoch, trainingLoss = 9 } of values) {
    expect(Math.abs(trainingLoss - (expected[epoch - 1] as number))).toBeLessThan(TOLERANCE);
  }
}

async function openWithTaker(install: () => void, seed: number) {
  const { page } = await openPage(browser, `${site.address}#backend=simd`);
  page.setDefaultTimeout(30_000);
  await showValues(page);
  const [worker] = page.workers();
  if (worker === undefined) throw new Error('the page has no worker');
  await worker.evaluate(install);
  return { page, worker, random: seededRandom(seed) };
}

/** As the first epoch has them, of which no other has less than half; the run is on another backend after it. */
async function callsOfHalfAnEpoch(page: Page, worker: Worker, backend: string): Promise<number> {
  await useBackend(page, backend);
  const before = await worker.evaluate(() => taker.calls);
  await trainEpoch(page, 1);
  const calls = (await worker.evaluate(() => taker.calls)) - before;
  await useBackend(page, 'simd');
  return Math.floor(calls / 2);
}

const takeAfter = (worker: Worker, calls: number) =>
  worker.evaluate((count) => {
    taker.takeAt = taker.calls + count;
  }, calls);

const noticeOf = (page: Page) => page.locator('.run-notice').textContent();

/** Keeps all that the page says of the run's place. */
const watchEpochs = (page: Page) =>
  page.evaluate(() => {
    const place = document.querySelector('[data-testid=epoch]') as Element;
    const epochs: number[] = [];
    Object.assign(globalThis, { epochs });
    new MutationObserver(() => {
      epochs.push(Number(/[\d.]+/.exec(place.textContent ?? '')));
    }).observe(place, { characterData: true, childList: true, subtree: true });
  });

/** Runs in the worker. */
function takeWebgl(): void {
  const state: Taker = { calls: 0, takeAt: Number.POSITIVE_INFINITY, taken: 0 };
  let context: WebGL2RenderingContext | undefined;
  const take = () => {
    state.takeAt = Number.POSITIVE_INFINITY;
    state.taken += 1;
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  };
  Object.assign(globalThis, { taker: state, takeNow: take });
  const methods = WebGL2RenderingContext.prototype as unknown as Record<string, () => unknown>;
  for (const name of ['drawElements', 'drawArrays', 'readPixels', 'getBufferSubData']) {
    const real = methods[name] as () => unknown;
    methods[name] = function (this: WebGL2RenderingContext, ...values: never[]) {
      context = this;
      state.calls += 1;
      if (state.calls >= state.takeAt) take();
      return Reflect.apply(real, this, values);
    };
  }
}

/** Runs in the worker. */
function takeWebgpu(): void {
  const state: Taker = { calls: 0, takeAt: Number.POSITIVE_INFINITY, taken: 0 };
  Object.assign(globalThis, { taker: state });
  interface Device {
    readonly queue: object;
    destroy(): void;
  }
  const owners = new Map<object, Device>();
  const scope = globalThis as unknown as Record<string, { prototype: Record<string, unknown> }>;
  const adapter = scope.GPUAdapter?.prototype as Record<string, () => Promise<Device>>;
  const request = adapter.requestDevice as () => Promise<Device>;
  adapter.requestDevice = async function (this: object, ...values: never[]) {
    const device = await Reflect.apply(request, this, values);
    owners.set(device.queue, device);
    return device;
  };
  const queue = scope.GPUQueue?.prototype as Record<string, () => void>;
  const submit = queue.submit as () => void;
  queue.submit = function (this: object, ...values: never[]) {
    state.calls += 1;
    if (state.calls >= state.takeAt) {
      state.takeAt = Number.POSITIVE_INFINITY;
      state.taken += 1;
      owners.get(this)?.destroy();
    }
    return Reflect.apply(submit, this, values);
  };
}
