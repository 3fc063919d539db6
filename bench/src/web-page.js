import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CHROMIUM_FLAGS } from '@softreg/testkit/chromium';
import { chromium } from 'playwright';
import { serveWebSite } from './web-site.js';

const FILES = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
/** A run that no patience ends. */
const SETTINGS = 'backend=simd&patience=1000000000';

/**
 * Opens the web demo with MNIST in it.
 *
 * @param {string} executablePath of Chromium
 * @param {string} folder with MNIST's files
 */
export async function openWebPage(executablePath, folder) {
  const site = await serveWebSite();
  let browser;
  const close = async () => {
    await browser?.close();
    site.close();
  };
  try {
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(`${site.address}#${SETTINGS}`);
    await page.locator('main[aria-busy=false]').waitFor();
    await dropFiles(
      page,
      FILES.map((name) => pathOf(folder, `${name}-ubyte`)),
    );
    await page.getByText('50,000 images to train').waitFor({ timeout: 120_000 });
    return { browser, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function pathOf(folder, name) {
  const path = join(folder, name);
  return existsSync(path) ? path : `${path}.gz`;
}

/** As a person drops them on the page. */
async function dropFiles(page, paths) {
  const picker = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await picker.setInputFiles(paths);
  await picker.evaluate(({ files }) => {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(file);
    dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  });
}

export const button = (page, name) => page.getByRole('button', { name, exact: true });

export async function play(page) {
  await button(page, 'Play').click();
  await button(page, 'Pause').waitFor();
}

export async function pause(page) {
  await button(page, 'Pause').click();
  await button(page, 'Play').waitFor();
}

/** To the start of the run: it ends after 1000 epochs. */
export async function reset(page) {
  await button(page, 'Reset').click();
  await page.getByTestId('epoch').getByText('epoch 0.00').waitFor();
}

/** Until the run that plays is at that epoch. */
export async function untilEpoch(page, epoch) {
  await page.waitForFunction(
    (least) =>
      Number(/[\d.]+/.exec(document.querySelector('[data-testid=epoch]').textContent)[0]) >= least,
    epoch,
  );
}

/** How far the run that plays comes, by the page's own clock. @param {number} atLeast seconds */
export function watchRun(page, atLeast) {
  return page.evaluate(
    (duration) =>
      new Promise((resolve) => {
        const place = document.querySelector('[data-testid=epoch]');
        let first;
        const watching = new MutationObserver(() => {
          const now = [performance.now() / 1000, Number(/[\d.]+/.exec(place.textContent)[0])];
          first ??= now;
          if (now[0] - first[0] < duration) return;
          watching.disconnect();
          resolve({ seconds: now[0] - first[0], epochs: now[1] - first[1] });
        });
        watching.observe(place, { characterData: true, childList: true, subtree: true });
      }),
    atLeast,
  );
}

/**
 * Draws lines on the pad.
 *
 * @param {number} moves of the pointer
 * @returns {Promise<number[]>} milliseconds of each move from its event to the probabilities in the page
 */
export async function drawingTimes(page, moves) {
  const pad = page.getByLabel('Drawing pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  await page.evaluate(watchDrawing);
  for (let i = 0; i <= moves; i++) {
    const turn = (2 * Math.PI * i) / 40;
    await page.mouse.move(
      x + width * (0.5 + 0.3 * Math.sin(turn)),
      y + height * (0.5 + 0.4 * Math.cos(turn)),
    );
    if (i % 40 === 0) await page.mouse.up();
    if (i % 40 === 0) await page.mouse.down();
  }
  await page.mouse.up();
  const times = await page.evaluate(() => globalThis.drawingTimes());
  await button(page, 'Clear').click();
  return times;
}

/** Runs in the page. */
function watchDrawing() {
  const times = [];
  let began;
  const onMove = () => {
    began = performance.now();
  };
  addEventListener('pointermove', onMove, { capture: true });
  const watching = new MutationObserver(() => {
    if (began !== undefined) times.push(performance.now() - began);
    began = undefined;
  });
  watching.observe(document.querySelector('.probabilities'), {
    attributes: true,
    characterData: true,
    childList: true,
    subtree: true,
  });
  globalThis.drawingTimes = () => {
    removeEventListener('pointermove', onMove, { capture: true });
    watching.disconnect();
    return times;
  };
}
