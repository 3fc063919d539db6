import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { goldenFolder, mnistFolder, readGoldenRun } from '@softreg/testkit';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { button, epochsOf, showValues, trainEpoch, useBackend } from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const mnist = mnistFolder();
const golden = goldenFolder();
const FILES = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
/** What the trainer's own tests ask of each mean training loss. */
const TOLERANCE = 1e-5;

describe.skipIf(CHROMIUM === undefined || mnist === undefined || golden === undefined)(
  "the tutorial's run in the page, on the files of MNIST",
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let site: Site;
    let page: Page;
    let faults: readonly string[];
    beforeAll(async () => {
      [browser, site] = await Promise.all([openBrowser(), serveSite()]);
      ({ page, faults } = await openPage(browser, `${site.address}#backend=simd`));
      page.setDefaultTimeout(60_000);
      await dropFiles(page, FILES.map(pathOf));
      await page.getByText('50,000 images to train, 10,000 to validate, 10,000 to test').waitFor();
      await showValues(page);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    test.each([
      ['simd', 4],
      ['webgl', 2],
      ['wasm', 2],
    ] as const)('goes as the reference run on %s, for %i epochs', async (backend, epochs) => {
      await useBackend(page, backend);
      await button(page, 'Reset').click();
      await page.getByTestId('epoch').getByText('epoch 0.00').waitFor();
      for (let epoch = 1; epoch <= epochs; epoch++) await trainEpoch(page, epoch);
      const { log, scored } = readGoldenRun(golden as string);
      const expected = log.filter(({ epoch }) => epoch <= epochs);
      const values = await epochsOf(page);
      expect(expected).toHaveLength(epochs);
      expect(
        values.map(({ epoch, validationError, testError }) => [epoch, validationError, testError]),
      ).toEqual(
        expected.map(({ epoch, validationErrors, testErrors }) => [
          epoch,
          100 * (validationErrors / scored),
          testErrors && 100 * (testErrors / scored),
        ]),
      );
      for (const [index, { meanTrainingCost }] of expected.entries()) {
        const distance = Math.abs((values[index]?.trainingLoss ?? 9) - meanTrainingCost);
        expect(distance).toBeLessThan(TOLERANCE);
      }
      expect(await page.getByTestId('engine').textContent()).toContain(`with ${backend} on`);
      expect(faults).toEqual([]);
    });
  },
);

function pathOf(name: string): string {
  const path = join(mnist as string, `${name}-ubyte`);
  return existsSync(path) ? path : `${path}.gz`;
}

/** As a person drops them anywhere on the page. */
async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const picker = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await picker.setInputFiles([...paths]);
  await picker.evaluate(({ files }) => {
    const dataTransfer = new DataTransfer();
    for (const file of files ?? []) dataTransfer.items.add(file);
    dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  });
}
