import { goldenFolder, mnistFolder, readGoldenRun } from '@softreg/testkit';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemsOf } from './data-pages.js';
import { button, epochsOf, showValues, trainEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, type Site, serveSite } from './site.js';

const mnist = mnistFolder();
const golden = goldenFolder();
const ALL = '50,000 images to train, 10,000 to validate, 10,000 to test.';
const DRAWN = 'Drawn in this page; nothing was downloaded.';

describe.skipIf(CHROMIUM === undefined || mnist === undefined || golden === undefined)(
  'the MNIST of a site',
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let site: Site;
    const env = { SOFTREG_WEB_MNIST: '1', SOFTREG_DATA_DIR: mnist as string };
    beforeAll(async () => {
      [browser, site] = await Promise.all([openBrowser(), serveSite({ env })]);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    /** What the service worker would keep is not what is looked at here. */
    const profile = () => browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
    const asked = () => site.requests.filter((path) => path.includes('/data/mnist/'));

    async function open(context: BrowserContext, fragment: string): Promise<Page> {
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(`${site.address}${fragment}`);
      return page;
    }

    test('is loaded with progress, trains as the reference run, and is kept in the browser', async () => {
      const context = await profile();
      const page = await open(context, '#backend=simd');
      await page.getByText(DRAWN).waitFor();
      await page.getByText('MNIST comes from this site: 11.5 MB, which').waitFor();
      expect(asked()).toEqual([]);
      await noteStatus(page);
      await page.getByLabel('What to train on').selectOption('mnist');
      await page.getByText(ALL).waitFor();
      const { texts, disabled } = await statusOf(page);
      expect(texts[0]).toBe('Opening MNIST …');
      const percents = texts.flatMap((text) => /^Opening MNIST … (\d+) %$/.exec(text)?.[1] ?? []);
      expect(percents.length).toBeGreaterThanOrEqual(3);
      expect(percents.map(Number)).toEqual(percents.map(Number).toSorted((a, b) => a - b));
      expect(Number(percents.at(-1))).toBeGreaterThanOrEqual(99);
      expect(disabled).toBe(true);
      expect(await page.locator('.data-status').textContent()).toBe(
        'From this site; this browser keeps it if it can. ',
      );
      expect(new Set(asked()).size).toBe(4);
      expect(asked()).toHaveLength(4);

      await showValues(page);
      await trainEpoch(page, 1);
      const { log, scored } = readGoldenRun(golden as string);
      const [first] = log;
      expect(first?.epoch).toBe(1);
      const [value] = await epochsOf(page);
      expect(value?.validationError).toBeCloseTo(
        (100 * (first?.validationErrors ?? 0)) / scored,
        9,
      );
      expect(value?.trainingLoss).toBeCloseTo(first?.meanTrainingCost ?? 0, 5);

      expect(page.url()).toContain('data=mnist');
      await page.reload();
      await page.getByTestId('epoch').getByText('epoch 0.00').waitFor();
      await page.getByText(ALL).waitFor();
      await trainEpoch(page, 1);
      expect(asked()).toHaveLength(4);
      await context.close();
    });

    test('comes from a host, too, that lets browsers unpack it on the way', async () => {
      const packed = await serveSite({
        env,
        headersOf: (path) => (path.endsWith('.gz') ? { 'content-encoding': 'gzip' } : {}),
      });
      const context = await profile();
      const page = await context.newPage();
      await page.goto(`${packed.address}#backend=simd&data=mnist`);
      await page.getByText(/^Opening MNIST … \d+ %$/).waitFor();
      await page.getByTestId('epoch').getByText('epoch 0.00').waitFor();
      await page
        .getByText('From this site; this browser keeps it if it can.')
        .waitFor({ timeout: 30_000 });
      expect(await problemsOf(page)).toEqual([]);
      await context.close();
      await packed.close();
    });

    test('can be left while it comes, and one that does not come is told', async () => {
      const context = await profile();
      let answers: 'never' | 'missing' = 'never';
      await context.route('**/data/mnist/**', async (route) => {
        if (answers === 'missing') await route.fulfill({ status: 404, body: 'not here' });
      });
      const page = await open(context, '#backend=simd');
      await page.getByText(DRAWN).waitFor();
      await trainEpoch(page, 1);
      await page.getByLabel('What to train on').selectOption('mnist');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText(DRAWN).waitFor();
      expect(await page.getByLabel('What to train on').inputValue()).toBe('digits');
      expect(await problemsOf(page)).toEqual([]);
      await trainEpoch(page, 2);

      answers = 'missing';
      await page.getByLabel('What to train on').selectOption('mnist');
      await page.locator('.notices p').waitFor();
      const { host } = new URL(site.address);
      expect(await problemsOf(page)).toEqual([
        `train-images-idx3-ubyte.gz: expected a download from a mirror, found ${host} answered 404; try again later, or give the files of MNIST handwritten digits themselves`,
      ]);
      await page.getByLabel('Language').selectOption('zh');
      expect(await problemsOf(page)).toEqual([
        `无法下载：train-images-idx3-ubyte.gz：应为可供下载的来源，实际为 ${host} 返回状态 404；请稍后再试，或自行提供 MNIST handwritten digits 的文件`,
      ]);
      await page.getByLabel('语言').selectOption('en');
      await trainEpoch(page, 3);

      // A link to it: the digits are taken, and why is told.
      await page.goto(`${site.address}?again#backend=simd&data=mnist`);
      await page.getByText(DRAWN).waitFor();
      await page.getByText(/expected a download from a mirror, found .* answered 404/).waitFor();
      await trainEpoch(page, 1);
      expect(page.url()).not.toContain('data=mnist');
      await button(page, 'Dismiss').click();
      expect(await problemsOf(page)).toEqual([]);
      await context.close();
    });
  },
);

/** Notes from now on what the status says, and whether other data can be chosen meanwhile. */
async function noteStatus(page: Page): Promise<void> {
  await page.evaluate(() => {
    const status = document.querySelector('.data-status [role=status]') as HTMLElement;
    const select = document.querySelector('#data select') as HTMLSelectElement;
    const noted = { texts: [] as string[], disabled: true };
    Object.assign(globalThis, { noted });
    const note = () => {
      const text = (status.textContent ?? '').trim();
      if (noted.texts.at(-1) !== text) noted.texts.push(text);
      if (text.startsWith('Opening')) noted.disabled &&= select.disabled;
    };
    new MutationObserver(note).observe(status, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
}

function statusOf(page: Page): Promise<{ texts: string[]; disabled: boolean }> {
  return page.evaluate(
    () => (globalThis as unknown as { noted: { texts: string[]; disabled: boolean } }).noted,
  );
}
