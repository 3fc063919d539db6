import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  CHROMIUM,
  openBrowser,
  openPage,
  type ServeOptions,
  type Site,
  serveSite,
} from './site.js';

const inChromium = describe.skipIf(CHROMIUM === undefined);
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { target: unknown }[];
  }[];
}

inChromium('the page', { timeout: 120_000 }, () => {
  let browser: Browser;
  const sites: Site[] = [];
  const pages: Page[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    // Builds the site.
    await serve();
  }, 120_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    for (const site of sites) await site.close();
  });

  async function serve(options: ServeOptions = {}): Promise<Site> {
    const site = await serveSite(options);
    sites.push(site);
    return site;
  }

  async function open(
    fragment = '',
    options: BrowserContextOptions = {},
    serving: ServeOptions = {},
  ) {
    const site = await serve(serving);
    const opened = await openPage(browser, `${site.address}${fragment}`, options);
    pages.push(opened.page);
    return { ...opened, site };
  }

  async function trainAnEpoch(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^(One epoch|一轮)$/ }).click();
    await page.waitForFunction(() =>
      /[^0]1\.00/.test(document.querySelector('[data-testid=epoch]')?.textContent ?? ''),
    );
  }

  test('asks for nothing off its origin, and breaks no line of its policy', async () => {
    const site = await serve();
    const context = await browser.newContext();
    const origins = new Set<string>();
    context.on('request', (request) =>
      origins.add(new URL(request.url()).protocol + new URL(request.url()).host),
    );
    const { page, faults } = await openPage(browser, `${site.address}#backend=simd`);
    pages.push(page);
    page.on('request', (request) =>
      origins.add(new URL(request.url()).protocol + new URL(request.url()).host),
    );
    await trainAnEpoch(page);
    await page.getByText('What runs here, and why').click();
    await page
      .getByText(/steps\/s/)
      .first()
      .waitFor({ timeout: 60_000 });
    await context.close();
    expect(faults).toEqual([]);
    expect(
      [...origins].filter((origin) => !site.address.includes(origin.replace(/^\w+:/, ''))),
    ).toEqual([]);
    expect(
      site.requests.every((path) => path.startsWith('/some/where/') || path === '/favicon.ico'),
    ).toBe(true);
  });

  test.each([
    ['light, in English', { colorScheme: 'light', locale: 'en-US' }],
    ['dark, in Chinese', { colorScheme: 'dark', locale: 'zh-CN' }],
  ] as const)('has no fault that axe finds: %s', async (_, options) => {
    const { page } = await open('#backend=simd', { ...options, bypassCSP: true });
    await trainAnEpoch(page);
    await page.getByRole('button', { name: '3', exact: true }).first().click();
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
  });

  test('speaks the language of the browser, and the one that is chosen', async () => {
    const { page } = await open('#backend=simd', { locale: 'zh-CN' });
    await page.getByRole('heading', { name: '训练' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByLabel('语言').selectOption('en');
    await page.getByRole('heading', { name: 'Train', exact: true }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByRole('heading', { name: 'Train', exact: true }).waitFor();
  });

  test('fits a phone, with nothing to the side', async () => {
    const { page } = await open('#backend=simd', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await trainAnEpoch(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      390,
    );
  });

  test('trains without shared memory', async () => {
    const { page } = await open('#backend=simd', {}, { isolated: false });
    expect(await page.evaluate(() => 'SharedArrayBuffer' in globalThis)).toBe(false);
    await trainAnEpoch(page);
    expect(await page.getByTestId('engine').textContent()).toMatch(/simd/);
  });
});
