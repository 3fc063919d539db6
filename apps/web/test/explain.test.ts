import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { button, drawByMouse, openTrained, readAs } from './draw-pages.js';
import { CHROMIUM, openBrowser, type Site, serveSite } from './site.js';

const number = (text: string | null) => Number((text ?? '').replace('−', '-'));

describe.skipIf(CHROMIUM === undefined)('why a drawing is read so', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  let page: Page;
  let faults: readonly string[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveSite()]);
    ({ page, faults } = await openTrained(browser, site.address));
    await drawByMouse(page, 7);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    expect(faults).toEqual([]);
  });

  const rows = () =>
    page
      .locator('.arithmetic tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
      );

  test('the contributions to each class add up to its score in the table', async () => {
    const select = page.getByLabel('To the score of', { exact: true });
    const parts = page.locator('.parts dd');
    for (let index = 0; index < 10; index++) {
      await select.selectOption(String(index));
      const sum = await page.getByTestId('contribution-sum').textContent();
      expect(sum).toBe(await page.getByTestId(`score-${index}`).textContent());
      const [bias, above, below] = (await parts.allTextContents()).map(number);
      const total = (bias as number) + (above as number) + (below as number);
      expect(Math.abs(total - number(sum))).toBeLessThan(0.0021);
    }
    await select.selectOption('read');
    const read = await readAs(page);
    expect(await page.getByTestId('contribution-sum').textContent()).toBe(
      await page.getByTestId(`score-${read}`).textContent(),
    );
  });

  test('against another class it is the difference of both scores', async () => {
    const scores = (await rows()).map((row) => number(row[2] as string));
    const read = Number(await readAs(page));
    const against = page.getByLabel('against', { exact: true });
    const lead = async () => number(await page.getByTestId('contribution-sum').textContent());
    await against.selectOption('4');
    expect(
      Math.abs((await lead()) - ((scores[read] as number) - (scores[4] as number))),
    ).toBeLessThan(0.0011);
    await against.selectOption('runner-up');
    const next = Math.max(...scores.filter((_, index) => index !== read));
    expect(Math.abs((await lead()) - ((scores[read] as number) - next))).toBeLessThan(0.0011);
    await against.selectOption('nothing');
  });

  test('the table is the arithmetic of softmax', async () => {
    const table = await rows();
    const scores = table.map((row) => number(row[2] as string));
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    for (const [index, row] of table.entries()) {
      const exponential = exponentials[index] as number;
      // Scores are rounded to a thousandth.
      const near = (text: string, value: number) =>
        Math.abs(number(text.replace('e−', 'e-')) - value) <= 0.011 * value + 0.0001;
      expect(near(row[3] as string, exponential)).toBe(true);
      expect(near(row[4] as string, exponential / sum)).toBe(true);
    }
    const read = await page.locator('.arithmetic .largest th').textContent();
    expect(read).toBe(await readAs(page));
  });

  test('the smallest change is told for each class, and is none for the one that is read', async () => {
    const select = page.getByLabel('To be read as', { exact: true });
    const told = page.getByTestId('change');
    const read = await readAs(page);
    for (let index = 0; index < 10; index++) {
      await select.selectOption(String(index));
      const text = (await told.textContent()) ?? '';
      if (String(index) === read) {
        expect(text).toBe(`It is read as ${read} already.`);
        continue;
      }
      const [, count, most] =
        /^(\d+) pixels change by at most (\d+) of 255 gray levels\.$/.exec(text) ?? [];
      expect(Number(count)).toBeGreaterThan(0);
      expect(Number(count)).toBeLessThanOrEqual(784);
      expect(Number(most)).toBeGreaterThan(0);
      expect(Number(most)).toBeLessThanOrEqual(255);
      expect(await page.getByLabel(`The changed image, read as ${index}`).count()).toBe(1);
    }
    await select.selectOption('runner-up');
    expect(await told.textContent()).not.toContain('already');
  });

  test('nothing is left of it where nothing is drawn', async () => {
    await button(page, 'Clear').click();
    await page.getByText('Draw a digit, or start from one').waitFor();
    expect(await page.locator('.arithmetic').count()).toBe(0);
  });
});
