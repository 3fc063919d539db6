import { execFile, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '@softreg/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CACHE_CONTROL, SITE_HEADERS } from '../vite/headers.js';
import { kindOf } from '../vite/site-paths.js';
import { FIRST_LOAD_BUDGET } from '../vite/size-table.js';
import { button, drawByMouse, readAs } from './draw-pages.js';
import { headersOfFile } from './headers-file.js';
import {
  builtSite,
  CHROMIUM,
  holdWorkers,
  openBrowser,
  openPage,
  type ServeOptions,
  type Site,
  serveSite,
  untilOpen,
} from './site.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');

/** What a page has found out about itself since it began. */
interface Noted {
  /** Sum of the layout shifts. */
  shift: number;
  /** Milliseconds from the navigation until a stroke had its probabilities. */
  read?: number;
}

describe.skipIf(CHROMIUM === undefined)('the deployed site', { timeout: 120_000 }, () => {
  let browser: Browser;
  const sites: Site[] = [];
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser] = await Promise.all([openBrowser(), builtSite()]);
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

  async function trainAnEpoch(page: Page): Promise<void> {
    await button(page, 'One epoch').click();
    await page
      .getByTestId('epoch')
      .getByText(/[^0]1\.00/)
      .waitFor();
  }

  test('with its headers file: threads, a small first load, and the hashed files for good', async () => {
    const folder = await builtSite();
    const headersOf = headersOfFile(readFileSync(join(folder, '_headers'), 'utf8'));
    expect(headersOf('/')).toEqual({ ...SITE_HEADERS, 'Cache-Control': CACHE_CONTROL.entry });
    expect(headersOf('/model/mnist.safetensors')).toEqual(SITE_HEADERS);
    const site = await serve({ path: '/', headersOf, compressed: true });
    const { page, faults } = await openPage(browser, site.address, { serviceWorkers: 'allow' });
    pages.push(page);
    await trainAnEpoch(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const threads = await page.evaluate(() => navigator.hardwareConcurrency);
    const isThreaded = site.requests.some((path) => /\/page-worker-.*\.js$/.test(path));
    expect(isThreaded).toBe(threads > 1);

    // The service worker keeps what is there, and what `auto` measures is loaded: nothing more comes afterwards.
    await page.locator('[data-kept=all]').waitFor({ timeout: 60_000 });
    expect(await page.getByRole('alert').getByText(/\S/).count()).toBe(0);
    const isLater = (path: string) => kindOf(path.slice(1)) === 'later';
    const sum = (wanted: (path: string) => boolean) =>
      site.requests.reduce((all, path, i) => all + (wanted(path) ? (site.sent[i] ?? 0) : 0), 0);
    const first = sum((path) => !isLater(path));
    const used = sum(isLater);
    process.stdout.write(
      `first load: ${(first / 1000).toFixed(0)} kB compressed, with the service worker; what is kept once it is idle: ${(used / 1000).toFixed(0)} kB more\n`,
    );
    expect(first).toBeGreaterThan(50_000);
    expect(first).toBeLessThan(FIRST_LOAD_BUDGET);
    const hashed = site.requests.filter((path) => path.startsWith('/assets/'));
    expect(new Set(hashed).size).toBe(hashed.length);
    expect(faults).toEqual([]);
  });

  test('drawings are read before the worker that trains is there', async () => {
    const site = await serve();
    const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
    const page = await context.newPage();
    pages.push(page);
    const letGo = await holdWorkers(page);
    await page.goto(`${site.address}#backend=simd`);
    await drawByMouse(page, 1);
    expect(await readAs(page)).toBe('1');
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    expect(await page.locator('main').getAttribute('aria-busy')).toBe('true');
    // What needs a session can be seen, and neither clicked nor reached by keys.
    await page.locator('#setting-seed').focus();
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe('setting-seed');
    const before = await page.locator('#data').textContent();
    letGo();
    await untilOpen(page);
    expect(await readAs(page)).toBe('1');
    // It was right about what was to come.
    const counts = /[\d,]+ images to train.*10 classes/.exec(before ?? '')?.[0];
    expect(await page.locator('#data').textContent()).toContain(counts);
    await trainAnEpoch(page);
  });

  test('a host that answers with a page for a .wasm file: said with the address, and the run goes on', async () => {
    const answer = { type: 'text/html', text: '<!doctype html><title>Not here</title>' };
    const folder = join(await builtSite(), 'assets/tensorflow');
    const [name] = readdirSync(folder).filter(
      (entry) => entry.startsWith('wasm-') && !entry.endsWith('.js'),
    );
    const files = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
    const paths = files.map((file) => `assets/tensorflow/${name}/${file}`);
    const site = await serve({ answers: Object.fromEntries(paths.map((path) => [path, answer])) });
    const { page } = await openPage(browser, `${site.address}#backend=simd`);
    pages.push(page);
    await page.getByLabel('Where to compute').selectOption('wasm');
    const sentence = page.getByText(
      `backend wasm: expected WebAssembly at ${site.address}${paths[1]}, found text/html that is none; let the host serve the .wasm files`,
    );
    await sentence.waitFor();
    await trainAnEpoch(page);
    expect(await page.getByTestId('engine').textContent()).toContain('simd');
  });

  test('the README tells hosts the headers that the build has', () => {
    const readme = readFileSync(README, 'utf8');
    const snippets = [...readme.matchAll(/```(nginx|apache|json)\n([^`]*)```/g)].map(
      ([, , text = '']) => text,
    );
    expect(snippets).toHaveLength(3);
    for (const snippet of snippets) {
      for (const [header, value] of Object.entries(SITE_HEADERS)) {
        expect(snippet).toMatch(header);
        expect(snippet).toContain(`"${value}"`);
      }
      for (const value of Object.values(CACHE_CONTROL)) expect(snippet).toContain(`"${value}"`);
    }
  });

  test('preview serves the built site with the headers, and says if there is none', async () => {
    const folder = await builtSite();
    const vite = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'preview', '--outDir'];
    const options = { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } };
    const server = spawn(process.execPath, [...vite, folder, '--port', '0'], options);
    let address = '';
    for await (const text of server.stdout) {
      [address = ''] = /http:\S+/.exec(String(text)) ?? [];
      if (address !== '') break;
    }
    const response = await fetch(address);
    server.kill();
    expect(await response.text()).toBe(readFileSync(join(folder, 'index.html'), 'utf8'));
    for (const [header, value] of Object.entries(SITE_HEADERS)) {
      expect(response.headers.get(header)).toBe(value);
    }
    const missing = join(temporaryFolder(), 'nothing');
    const run = promisify(execFile)(process.execPath, [...vite, missing], options);
    await expect(run).rejects.toThrow('does not exist. Did you build your project?');
  });

  test.each([
    ['desktop', { viewport: { width: 1280, height: 900 } }],
    ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ] as const)(
    'can be drawn on before a run can begin, and nothing moves: %s',
    async (name, options) => {
      const site = await serve();
      const context = await browser.newContext({
        locale: 'en-US',
        serviceWorkers: 'block',
        ...(options as BrowserContextOptions),
      });
      const page = await context.newPage();
      pages.push(page);
      await page.addInitScript(noteShiftsAndFirstReading);
      await page.goto(site.address, { waitUntil: 'commit' });
      await page.waitForFunction(
        () =>
          'noted' in globalThis &&
          (globalThis as never as { noted: Noted }).noted.read !== undefined,
      );
      await untilOpen(page);
      await page
        .getByTestId('engine')
        .getByText(/^Computing with/)
        .waitFor();
      await page.locator('.mistakes li').first().waitFor();
      const { shift, read } = await page.evaluate(
        () => (globalThis as never as { noted: Noted }).noted,
      );
      process.stdout.write(
        `${name}: strokes have probabilities ${read?.toFixed(0)} ms after the navigation; layout shift ${shift.toFixed(4)}\n`,
      );
      expect(shift).toBeLessThan(0.01);
    },
  );
});

function noteShiftsAndFirstReading(): void {
  const noted: { shift: number; read?: number } = { shift: 0 };
  Object.assign(globalThis, { noted });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[]) {
      if (!entry.hadRecentInput) noted.shift += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  let isDrawn = false;
  const look = () => {
    const pad = document.querySelector<HTMLElement>('#pad');
    if (pad !== null && !isDrawn) {
      isDrawn = true;
      const { left, top, width, height } = pad.getBoundingClientRect();
      pad.setPointerCapture = () => {};
      for (const [type, y] of [
        ['pointerdown', 0.2],
        ['pointermove', 0.5],
        ['pointermove', 0.8],
        ['pointerup', 0.8],
      ] as const) {
        pad.dispatchEvent(
          new PointerEvent(type, {
            pointerId: 1,
            button: 0,
            clientX: left + 0.5 * width,
            clientY: top + y * height,
          }),
        );
      }
    }
    if (/\d/.test(document.querySelector('[data-testid=probability-1]')?.textContent ?? '')) {
      noted.read = performance.now();
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
