import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { drawByMouse, readAs } from './draw-pages.js';
import { trainEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, type Site, serveSite, untilOpen } from './site.js';

/** As on a machine without a graphics card. */
const NO_WEBGL = ['--disable-gpu', '--disable-software-rasterizer'];
/** V8 has WebAssembly SIMD only where the processor has this. */
const NO_SIMD = ['--js-flags=--no-enable-sse4-1'];
/** V8 without machine code (--jitless) has none either, but takes half a minute for an epoch. */
const NO_WASM = 'delete globalThis.WebAssembly;';

interface Denial {
  readonly without: string;
  /** Of Chromium. */
  readonly flags?: readonly string[];
  /** Runs first in the page and in its workers. */
  readonly script?: string;
  readonly isolated?: boolean;
  /** What the page says of the backends that do not run, as far as they are denied. */
  readonly reasons: Readonly<Record<string, string>>;
}

const DENIALS: readonly Denial[] = [
  { without: 'shared memory', isolated: false, reasons: {} },
  {
    without: 'WebGL',
    flags: NO_WEBGL,
    reasons: { webgl: 'this browser gives no WebGL 2 context' },
  },
  {
    without: 'WebAssembly SIMD',
    flags: NO_SIMD,
    reasons: { simd: 'the WebAssembly of this runtime has no SIMD' },
  },
  {
    without: 'WebAssembly',
    script: NO_WASM,
    reasons: {
      simd: 'there is no WebAssembly in this runtime',
      wasm: 'there is no WebAssembly in this runtime',
    },
  },
  {
    without: 'shared memory, WebGL and WebAssembly',
    flags: NO_WEBGL,
    script: NO_WASM,
    isolated: false,
    reasons: {
      webgl: 'this browser gives no WebGL 2 context',
      simd: 'there is no WebAssembly in this runtime',
      wasm: 'there is no WebAssembly in this runtime',
    },
  },
];

describe.skipIf(CHROMIUM === undefined)('a browser without', { timeout: 120_000 }, () => {
  const sites = new Map<boolean, Site>();
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    for (const isolated of [true, false]) sites.set(isolated, await serveSite({ isolated }));
  }, 180_000);
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  afterAll(async () => {
    for (const site of sites.values()) await site.close();
  });

  test.each(DENIALS)(
    '$without: an epoch, a drawing, and why each backend was passed over',
    async ({ flags = [], script = '', isolated = true, reasons }) => {
      const browser = await openBrowser(flags);
      closing.push(() => browser.close());
      const { address } = sites.get(isolated) as Site;
      const page = await openWith(script, browser, address);
      page.setDefaultTimeout(60_000);
      await drawByMouse(page, 0);
      expect(await readAs(page)).toBe('0');
      await page.getByText('What runs here, and why').click();
      await page.locator('.backend-reports dt').first().waitFor();
      const reports = await reportsOf(page);
      expect(Object.keys(reports)).toEqual(['webgpu', 'webgl', 'simd', 'wasm', 'cpu']);
      for (const [backend, reason] of Object.entries(reasons)) {
        expect(reports[backend], backend).toBe(`does not run here: ${reason}`);
      }
      const fastest = fastestOf(reports);
      expect(Object.keys(reasons)).not.toContain(fastest);
      await page.getByTestId('engine').getByText(`Computing with ${fastest} on `).waitFor();
      await trainEpoch(page, 1);
      expect(await readAs(page)).not.toBe('');
      expect(await page.evaluate(() => 'SharedArrayBuffer' in globalThis)).toBe(isolated);
      expect(await page.locator('.notices p').count()).toBe(0);
    },
  );
});

async function openWith(script: string, browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
  await context.addInitScript(script);
  await context.route(/worker-[\w-]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}${await response.text()}` });
  });
  const page = await context.newPage();
  await page.goto(address);
  await untilOpen(page);
  return page;
}

/** What the page says of each backend. */
async function reportsOf(page: Page): Promise<Record<string, string>> {
  const rows = await page
    .locator('.backend-reports > div')
    .evaluateAll((all) =>
      all.map((row) => [
        row.querySelector('dt')?.textContent,
        row.querySelector('dd')?.textContent,
      ]),
    );
  return Object.fromEntries(rows);
}

function fastestOf(reports: Record<string, string>): string | undefined {
  const speeds = Object.entries(reports).map(([name, text]): [string, number] => [
    name,
    Number(/^([\d.]+) steps\/s/.exec(text)?.[1] ?? 0),
  ]);
  return speeds.toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
