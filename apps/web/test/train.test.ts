import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const inChromium = describe.skipIf(CHROMIUM === undefined);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const epochOf = async (page: Page) =>
  Number(/[\d.]+/.exec((await page.getByTestId('epoch').textContent()) ?? '')?.[0]);
const untilEpoch = (page: Page, epoch: number) =>
  page.waitForFunction(
    (least) =>
      Number(/[\d.]+/.exec(document.querySelector('[data-testid=epoch]')?.textContent ?? '')) >=
      least,
    epoch,
  );

inChromium('training in the page', { timeout: 120_000 }, () => {
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

  async function open(fragment = '') {
    const opened = await openPage(browser, `${site.address}${fragment}`);
    pages.push(opened.page);
    return opened;
  }

  test('plays, pauses, steps, goes on by an epoch, and begins anew', async () => {
    const { page, faults } = await open('#backend=simd');
    expect(await epochOf(page)).toBe(0);
    await button(page, 'Step').click();
    await untilEpoch(page, 0.01);
    expect(await epochOf(page)).toBeCloseTo(1 / 16, 2);
    await button(page, 'One epoch').click();
    await untilEpoch(page, 1);
    expect(await epochOf(page)).toBe(1);
    await button(page, 'Play').click();
    await untilEpoch(page, 20);
    await button(page, 'Pause').click();
    await button(page, 'Play').waitFor();
    const paused = await epochOf(page);
    expect(paused).toBeGreaterThanOrEqual(20);
    await button(page, 'Reset').click();
    await page.waitForFunction(() =>
      document.querySelector('[data-testid=epoch]')?.textContent?.includes('0.00'),
    );
    expect(faults).toEqual([]);
  });

  test('runs to its end by itself, and says why', async () => {
    const { page } = await open('#backend=simd&patience=40&rate=1e-9');
    await button(page, 'Play').click();
    await page.getByText('ended: patience ran out').waitFor();
    expect(await button(page, 'Play').isDisabled()).toBe(true);
  });

  test('learning rate and patience change while it runs, and what cannot be is refused in a sentence', async () => {
    const { page, faults } = await open('#backend=simd');
    await button(page, 'Play').click();
    await untilEpoch(page, 3);
    const rate = page.getByLabel('Learning rate');
    await rate.fill('0.01');
    await rate.press('Enter');
    await page.waitForFunction(() => location.hash.includes('rate=0.01'));
    await page.getByLabel('Patience').fill('6000');
    await page.getByLabel('Patience').press('Enter');
    await page.waitForFunction(() => location.hash.includes('patience=6000'));
    const then = await epochOf(page);
    await untilEpoch(page, then + 3);
    await rate.fill('-1');
    await rate.press('Enter');
    await page.getByText('Learning rate: -1 is out of its range').waitFor();
    expect(page.url()).toContain('rate=0.01');
    await untilEpoch(page, then + 6);
    expect(faults).toEqual([]);
  });

  test('a link with nonsense is told, and the page works', async () => {
    const { page } = await open('#rate=fast&batch=0&seed=3');
    await page
      .getByText('The link says rate=fast; expected a number. The default is used.')
      .waitFor();
    await page.getByText('The link says batch=0; expected a value in its range.').waitFor();
    expect(await page.getByLabel('Seed').inputValue()).toBe('3');
    await button(page, 'Dismiss').click();
    await button(page, 'One epoch').click();
    await untilEpoch(page, 1);
  });

  test('a link to MNIST where the site has none is told, and the digits are taken', async () => {
    const { page } = await open('#backend=simd&data=mnist');
    await page.getByText('The link says data=mnist; expected digits.').waitFor();
    await button(page, 'One epoch').click();
    await untilEpoch(page, 1);
  });

  test('the backend changes while it runs, and the run goes on', async () => {
    const { page, faults } = await open('#backend=simd');
    await button(page, 'Play').click();
    await untilEpoch(page, 5);
    await page.getByLabel('Where to compute').selectOption('cpu');
    await page
      .getByTestId('engine')
      .getByText(/^Computing with cpu on/)
      .waitFor();
    const then = await epochOf(page);
    expect(then).toBeGreaterThanOrEqual(5);
    await untilEpoch(page, then + 0.5);
    await page.getByLabel('Where to compute').selectOption('webgl');
    await page
      .getByTestId('engine')
      .getByText(/^Computing with webgl on/)
      .waitFor();
    await untilEpoch(page, then + 1);
    expect(faults).toEqual([]);
  });

  test('a worker that throws where nobody listens is replaced at once', async () => {
    const { page } = await open('#backend=simd');
    await button(page, 'One epoch').click();
    await untilEpoch(page, 1);
    const [worker] = page.workers();
    await worker?.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of luck');
      });
    });
    await page.getByText(/was replaced \(.*out of luck\)/).waitFor();
    await button(page, 'One epoch').click();
    await untilEpoch(page, 0.5);
  });
});
