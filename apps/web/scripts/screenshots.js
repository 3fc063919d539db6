// The main states of the built site as pictures, for a person to look at: into `screenshots`, which git ignores.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { openChromium } from './chromium.js';
import { STATES } from './states.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));
const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Each state in two of the eight ways, so that all ways are seen. */
const WAYS = [
  { name: 'desktop-light-en', ...DESKTOP, colorScheme: 'light', locale: 'en-US' },
  { name: 'phone-dark-zh', ...PHONE, colorScheme: 'dark', locale: 'zh-CN' },
  { name: 'desktop-dark-zh', ...DESKTOP, colorScheme: 'dark', locale: 'zh-CN' },
  { name: 'phone-light-en', ...PHONE, colorScheme: 'light', locale: 'en-US' },
  { name: 'desktop-light-zh', ...DESKTOP, colorScheme: 'light', locale: 'zh-CN' },
  { name: 'phone-dark-en', ...PHONE, colorScheme: 'dark', locale: 'en-US' },
  { name: 'desktop-dark-en', ...DESKTOP, colorScheme: 'dark', locale: 'en-US' },
  { name: 'phone-light-zh', ...PHONE, colorScheme: 'light', locale: 'zh-CN' },
];

if (!existsSync(`${ROOT}dist/index.html`)) {
  process.stderr.write('screenshots: apps/web/dist is not there; run `pnpm build` first\n');
  process.exit(1);
}
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const server = await preview({
  root: ROOT,
  logLevel: 'silent',
  preview: { port: 0, host: '127.0.0.1' },
});
const { port } = server.httpServer.address();
const browser = await openChromium();
try {
  for (const [index, state] of STATES.entries()) {
    for (const way of [WAYS[(2 * index) % 8], WAYS[(2 * index + 1) % 8]]) {
      const name = `${String(index + 1).padStart(2, '0')}-${state.name}-${way.name}.png`;
      const context = await browser.newContext({ ...way, serviceWorkers: 'block' });
      const page = await context.newPage();
      await state.reach(page, `http://127.0.0.1:${port}/`);
      if (state.focus) await page.locator(state.focus).evaluate((part) => part.scrollIntoView());
      // Of a phone's page, as long as it is, nothing could be seen.
      const fullPage = !state.focus && !way.isMobile;
      await page.screenshot({ path: `${FOLDER}${name}`, fullPage });
      await context.close();
      process.stdout.write(`screenshots/${name}\n`);
    }
  }
} finally {
  await browser.close();
  await server.close();
}
