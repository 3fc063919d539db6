import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModel, encodeModel } from '@softreg/serialization';
import { temporaryFolder } from '@softreg/testkit';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SITE_HEADERS } from '../vite/headers.js';
import { writeServiceWorker } from '../vite/service-worker.js';
import { button, drawByMouse, readAs } from './draw-pages.js';
import {
  builtSite,
  CHROMIUM,
  holdWorkers,
  openBrowser,
  type Site,
  serveSite,
  untilOpen,
} from './site.js';

const TITLE = 'a newer softreg';
const NEWER_SCRIPT = 'index-NEWER123.js';

describe.skipIf(CHROMIUM === undefined)('the site without its host', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  let folder: string;
  let served: string;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    [browser, folder] = await Promise.all([openBrowser(), builtSite()]);
    served = folder;
  }, 120_000);
  afterEach(async () => {
    served = folder;
    for (const context of contexts.splice(0)) await context.close();
    await site?.close().catch(() => undefined);
  });
  afterAll(() => browser?.close());

  async function visit(init?: () => void, prepare?: (page: Page) => Promise<unknown>) {
    site = await serveSite({ isolated: false, folder: () => served });
    const context = await browser.newContext({ locale: 'en-US' });
    contexts.push(context);
    const faults: string[] = [];
    context.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
    });
    context.on('weberror', (error) => faults.push(error.error().message));
    context.on('request', (request) => {
      if (!request.url().startsWith(site.address)) faults.push(request.url());
    });
    if (init) await context.addInitScript(init);
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(`${site.address}#backend=simd`);
    await untilOpen(page);
    return { page, context, faults };
  }

  const untilKept = (page: Page) =>
    page.locator('[data-kept=all]').waitFor({ timeout: 60_000, state: 'attached' });

  async function trainAnEpoch(page: Page): Promise<void> {
    await button(page, 'One epoch').click();
    await page
      .getByTestId('epoch')
      .getByText(/[^0]1\.00/)
      .waitFor();
  }

  test('after one visit it trains and reads drawings on each backend, with threads', async () => {
    const { page, faults } = await visit();
    await page.getByText('This page is kept in your browser').waitFor();
    await untilKept(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await site.close();
    await page.reload();
    await untilOpen(page);
    // The host sets no headers; what is kept has them.
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const script = await page.evaluate(async () => {
      const { src } = document.querySelector('script[src]') as HTMLScriptElement;
      return [...(await fetch(src)).headers];
    });
    for (const [name, value] of Object.entries(SITE_HEADERS)) {
      expect(script).toContainEqual([name.toLowerCase(), value]);
    }
    await drawByMouse(page, 1);
    expect(await readAs(page)).toBe('1');
    await trainAnEpoch(page);
    for (const backend of ['wasm', 'cpu']) {
      await page.getByLabel('Where to compute').selectOption(backend);
      await page.getByTestId('engine').getByText(`Computing with ${backend} on`).waitFor();
    }
    expect(faults).toEqual([]);
  });

  test('a newer build takes over when it is asked to, and no page sees files of both', async () => {
    const next = await newerBuild(folder);
    const { page, context, faults } = await visit();
    await untilKept(page);
    await page.reload();
    await untilKept(page);
    const before = await seenBy(page);
    served = next;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await page.getByText('A new version of this page is here').waitFor();
    expect(await seenBy(page)).toEqual(before);
    // A reload leaves it as it is, and says again that there is more.
    await page.reload();
    await page.getByText('A new version of this page is here').waitFor();
    const other = await context.newPage();
    const letGo = await holdWorkers(other);
    await other.goto(`${site.address}#backend=cpu`);
    expect(await seenBy(other)).toEqual(before);

    await button(page, 'Reload').click();
    await page.waitForFunction((title) => document.title === title, TITLE);
    const after = await seenBy(page);
    expect(after.script).toBe(NEWER_SCRIPT);
    expect(after.model).not.toBe(before.model);
    expect(await page.getByText('A new version').count()).toBe(0);
    // The other window goes on, and is told.
    await other.getByText('A new version of this page is here').waitFor();
    expect(await other.title()).not.toBe(TITLE);
    letGo();
    await trainAnEpoch(other);
    await button(other, 'Reload').click();
    await other.waitForFunction((title) => document.title === title, TITLE);
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      const keys = await (await caches.open(name as string)).keys();
      return keys.map(({ url }) => new URL(url).pathname);
    });
    expect(new Set(kept).size).toBe(kept.length);
    expect(kept.some((path) => path.endsWith(before.script))).toBe(false);
    expect(faults).toEqual([]);
  });

  test('what a host has half of is not taken; a page that the browser drops is not put together of two builds', async () => {
    const next = await newerBuild(folder);
    const script = join(next, 'assets', NEWER_SCRIPT);
    const whole = readFileSync(script);
    writeFileSync(script, whole.subarray(0, -1));
    const { page } = await visit(() => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
    });
    await page.locator('[data-kept=page]').waitFor({ state: 'attached' });
    const before = await seenBy(page);
    served = next;
    const ended = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      const { installing } = registration;
      return new Promise((resolve) => {
        installing?.addEventListener('statechange', () => resolve(installing.state));
      });
    });
    expect(ended).toBe('redundant');
    await page.reload();
    expect(await seenBy(page)).toEqual(before);
    await drop(page, 'model/mnist.safetensors');
    await expect(seenBy(page)).rejects.toThrow('Failed to fetch');

    writeFileSync(script, whole);
    await drop(page, '/');
    await page.reload();
    expect(await page.title()).toBe(TITLE);
    const after = await seenBy(page);
    expect(after.script).toBe(NEWER_SCRIPT);
    expect(after.model).not.toBe(before.model);
    await untilOpen(page);
    // The browser is to save data, and hosts may lead from this name to another.
    expect(site.requests.filter((path) => /tensorflow\/|index\.html/.test(path))).toEqual([]);
  });

  test('a browser that has no room for it has the page all the same', async () => {
    const { page, faults } = await visit(undefined, async (visitor) => {
      const session = await visitor.context().newCDPSession(visitor);
      const { origin } = new URL(site.address);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 10_000 });
    });
    const ended = await page.evaluate(async () => {
      const { installing } = await navigator.serviceWorker.register('service-worker.js');
      return new Promise((resolve) => {
        installing?.addEventListener('statechange', () => resolve(installing.state));
      });
    });
    expect(ended).toBe('redundant');
    await trainAnEpoch(page);
    expect(await page.locator('footer').getAttribute('data-kept')).toBe('nothing');
    expect(await page.getByRole('alert').getByText(/\S/).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test('a browser that allows no service worker has the page all the same', async () => {
    const { page, faults } = await visit(() => {
      // A page that is not yet there has none.
      if (!('serviceWorker' in navigator)) return;
      navigator.serviceWorker.register = () =>
        Promise.reject(new DOMException('denied', 'SecurityError'));
    });
    await trainAnEpoch(page);
    await drawByMouse(page, 1);
    expect(await page.locator('footer').getAttribute('data-kept')).toBe('nothing');
    expect(await page.getByRole('alert').getByText(/\S/).count()).toBe(0);
    expect(faults).toEqual([]);
    const { page: without, faults: others } = await visit(() => {
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    });
    expect(await without.locator('footer').getAttribute('data-kept')).toBe('nothing');
    expect(others).toEqual([]);
  });
});

/** The script of a page, and what the page gets where there is no hash in a path. */
async function seenBy(page: Page): Promise<{ script: string; model: string }> {
  return page.evaluate(async () => {
    const response = await fetch('model/mnist.safetensors');
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { src } = document.querySelector('script[src]') as HTMLScriptElement;
    return { script: src.split('/').at(-1) as string, model: bytes.join() };
  });
}

/** What is kept of the file whose path ends so is gone. */
function drop(page: Page, end: string): Promise<void> {
  return page.evaluate(async (wanted) => {
    const [name] = await caches.keys();
    const cache = await caches.open(name as string);
    for (const request of await cache.keys()) {
      if (new URL(request.url).pathname.endsWith(wanted)) await cache.delete(request);
    }
  }, end);
}

/** The site with another title, its script under another name, and another model. */
async function newerBuild(folder: string): Promise<string> {
  const next = join(temporaryFolder(), 'site');
  cpSync(folder, next, { recursive: true });
  const page = readFileSync(join(next, 'index.html'), 'utf8');
  const [script = ''] = /index-[\w-]+\.js/.exec(page) ?? [];
  renameSync(join(next, 'assets', script), join(next, 'assets', NEWER_SCRIPT));
  const newer = page.replace(script, NEWER_SCRIPT).replace('<title>softreg<', `<title>${TITLE}<`);
  writeFileSync(join(next, 'index.html'), newer);
  const path = join(next, 'model/mnist.safetensors');
  const model = await decodeModel(readFileSync(path));
  model.parameters.bias.fill(0.5);
  writeFileSync(path, await encodeModel(model));
  await writeServiceWorker(next);
  return next;
}
