import { CHROMIUM_FLAGS } from '@softreg/testkit/chromium';
import { chromium } from 'playwright';
import { servePage } from './page-server.js';
import { watchSilence } from './silence.js';

/** A real graphics card where Chromium finds one, else one in software. */
const FLAGS = [...CHROMIUM_FLAGS, '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu'];

/**
 * Runs backends in a page, each in a browser of its own.
 *
 * @param {string} executablePath of Chromium
 * @param {string} folder with MNIST's files
 */
export async function openChromium(executablePath, folder) {
  const server = await servePage(folder);
  const launch = () => chromium.launch({ executablePath, args: FLAGS });
  const version = await versionOf(launch).catch((error) => {
    server.close();
    throw error;
  });
  return {
    version,
    close: () => server.close(),

    /** @returns {Promise<object>} as `runBackend` gives it */
    async run({ backend, maxSeconds, tell }) {
      let browser;
      let silence;
      try {
        browser = await launch();
        const page = await browser.newPage();
        const givenUp = new Promise((_, reject) => {
          silence = watchSilence((reason) => reject(new Error(reason)));
          page.on('crash', () => reject(new Error('the page crashed')));
        });
        givenUp.catch(() => {});
        await page.exposeFunction('tell', (epochs) => {
          silence.broken();
          tell(epochs);
        });
        await page.goto(server.address);
        const running = page.evaluate(
          ([name, seconds]) => globalThis.runInPage(name, seconds),
          [backend, maxSeconds],
        );
        return await Promise.race([running, givenUp]);
      } catch (error) {
        return { works: false, reason: error.message.split('\n', 1)[0] };
      } finally {
        silence?.stop();
        await browser?.close();
      }
    },
  };
}

async function versionOf(launch) {
  const browser = await launch();
  const version = browser.version();
  await browser.close();
  return version;
}
