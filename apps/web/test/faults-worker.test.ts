import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { button, epochOf, LONG_RUN, playFor, trainEpoch, untilEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, type Site, serveSite, untilOpen } from './site.js';

const WORKER = /\/worker-[\w-]+\.js$/;

describe.skipIf(CHROMIUM === undefined)(
  'a worker that is lost, by a clock that the test moves',
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    let site: Site;
    const pages: Page[] = [];
    beforeAll(async () => {
      // On one thread, so that a page has one worker.
      [browser, site] = await Promise.all([openBrowser(), serveSite({ isolated: false })]);
    }, 180_000);
    afterEach(async () => {
      for (const page of pages.splice(0)) await page.context().close();
    });
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    /** Not yet at the site. */
    async function newPage(): Promise<Page> {
      const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await page.clock.install();
      pages.push(page);
      return page;
    }

    async function open(): Promise<Page> {
      const page = await newPage();
      await page.goto(`${site.address}${LONG_RUN}`);
      await untilOpen(page);
      return page;
    }

    test('ended while the run is paused, then failed twice in a row: it goes on each time from what was saved', async () => {
      const page = await open();
      await watchEpochs(page);
      await playFor(page, 3);
      await button(page, 'Pause').click();
      await button(page, 'Play').waitFor();
      const { paused, earlier } = await epochsSeen(page);

      await page.workers()[0]?.evaluate(() => globalThis.close());
      await page.getByRole('slider').press('Home');
      await outOfPatience(page);
      await noticeOf(page).getByText('was replaced (no answer for 20 s)').waitFor();
      const first = await epochOf(page);
      expect(first).toBeLessThanOrEqual(paused);
      expect(first).toBeGreaterThanOrEqual(earlier);
      expect(first).toBeGreaterThan(0);

      for (const reason of ['one fault', 'another fault']) {
        await page.workers()[0]?.evaluate((message) => {
          setTimeout(() => {
            throw new Error(message);
          });
        }, reason);
        await noticeOf(page).getByText(`was replaced (Uncaught Error: ${reason})`).waitFor();
        expect(await epochOf(page)).toBe(first);
      }
      await button(page, 'One epoch').click();
      // What the page says is rounded.
      await untilEpoch(page, Math.floor(first - 0.01) + 1);
      await button(page, 'Play').waitFor();

      // What was asked of the one that is gone is in nobody's way.
      await page.getByRole('slider').press('Home');
      await page.getByTestId('shown-epoch').getByText('epoch 0', { exact: true }).waitFor();
    });

    test('stuck while the run plays: another plays on', async () => {
      const page = await open();
      await playFor(page, 2);
      getStuck(page);
      await outOfPatience(page);
      await noticeOf(page).getByText('was replaced (no answer for 20 s)').waitFor();
      await button(page, 'Pause').waitFor();
      const after = await epochOf(page);
      expect(after).toBeGreaterThan(0);
      await untilEpoch(page, after + 3);
    });

    test('not to be started at first: a second one is', async () => {
      const page = await newPage();
      let asked = 0;
      await page.route(WORKER, (route) => {
        asked += 1;
        return asked === 1 ? route.abort() : route.continue();
      });
      await page.goto(`${site.address}#backend=simd`);
      await trainEpoch(page, 1);
      expect(asked).toBe(2);
      expect(await page.locator('.notices p').count()).toBe(0);
    });

    test('stuck while a session opens: a second one opens it', async () => {
      const page = await newPage();
      let asked = 0;
      await page.route(WORKER, (route) => {
        asked += 1;
        return asked === 1 ? route.fulfill(STUCK) : route.continue();
      });
      const started = page.waitForEvent('worker');
      await page.goto(`${site.address}#backend=simd`);
      await started;
      await outOfPatience(page);
      await trainEpoch(page, 1);
      expect(asked).toBe(2);
      expect(await page.locator('.notices p').count()).toBe(0);
    });

    test('never to be started: the page says so, and a run under way goes on', async () => {
      const page = await open();
      await button(page, 'Play').click();
      await untilEpoch(page, 3);
      await page.route(WORKER, (route) => route.abort());
      await page.getByLabel('What to train on').selectOption('digits');
      await noticeOf(page)
        .getByText('No worker to train in could be started (it failed to start); reload the page')
        .waitFor();
      await untilEpoch(page, (await epochOf(page)) + 3);
      expect(await page.locator('.notices p').count()).toBe(0);
    });

    test('not lost, but at fault: the run pauses, says why, and can be played on', async () => {
      const page = await open();
      const [worker] = page.workers();
      await worker?.evaluate(() => {
        const real = Array.prototype.sort;
        Array.prototype.sort = () => {
          Array.prototype.sort = real;
          throw new Error('out of sorts');
        };
      });
      await button(page, 'Play').click();
      await page.getByText('out of sorts').waitFor();
      await button(page, 'Play').waitFor();
      const then = await epochOf(page);
      await button(page, 'Play').click();
      await untilEpoch(page, then + 3);
      expect(page.workers()).toEqual([worker]);
    });

    test('a page that was asleep does not take its worker for stuck', async () => {
      const page = await open();
      await button(page, 'Play').click();
      await untilEpoch(page, 3);
      const [worker] = page.workers();
      worker
        ?.evaluate(() => {
          const began = Date.now();
          while (Date.now() - began < 2500);
        })
        .catch(() => undefined);
      // It is asked, and the page falls asleep before it answers.
      await page.clock.fastForward(3000);
      await page.clock.fastForward(3_600_000);
      const then = await epochOf(page);
      await untilEpoch(page, then + 3);
      expect(page.workers()).toEqual([worker]);
      expect(await noticeOf(page).textContent()).toBe('');
    });
  },
);

const STUCK = { contentType: 'text/javascript', body: 'while (true);' };

const noticeOf = (page: Page) => page.locator('.run-notice');

function getStuck(page: Page): void {
  page
    .workers()[0]
    ?.evaluate(() => {
      while (true);
    })
    .catch(() => undefined);
}

/** The page asks, once more if the worker had an answer still, and waits in vain. */
async function outOfPatience(page: Page): Promise<void> {
  for (let i = 0; i < 4; i++) await page.clock.fastForward(11_000);
}

/** Keeps what the page says of the run's place, and when. */
const watchEpochs = (page: Page) =>
  page.evaluate(() => {
    const place = document.querySelector('[data-testid=epoch]') as Element;
    const seen: [number, number][] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      seen.push([performance.now(), Number(/[\d.]+/.exec(place.textContent ?? ''))]);
    }).observe(place, { characterData: true, childList: true, subtree: true });
  });

/** Where the run is, and where it was at least two seconds before: a state is saved every second. */
const epochsSeen = (page: Page) =>
  page.evaluate(() => {
    const { seen } = globalThis as unknown as { seen: [number, number][] };
    const [end, paused] = seen.at(-1) ?? [0, 0];
    const [, earlier] = seen.findLast(([at]) => at < end - 2000) ?? [0, 0];
    return { paused, earlier };
  });
