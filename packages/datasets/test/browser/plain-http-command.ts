import { dirname, join } from 'node:path';

const PAGE = 'http://demo.test/app/';

interface Route {
  fulfill(answer: object): Promise<void>;
  fetch(request: object): Promise<object>;
  request(): { url(): string };
}

/** As much of Playwright as is needed: the tests of this package do not depend on it themselves. */
interface Context {
  readonly testPath: string;
  readonly page: { url(): string };
  readonly context: {
    newPage(): Promise<{
      route(pattern: string, answer: (route: Route) => Promise<void>): Promise<void>;
      goto(url: string): Promise<unknown>;
      evaluate<T>(work: (given: never) => Promise<T>, given: unknown): Promise<T>;
      close(): Promise<void>;
    }>;
  };
}

export interface OpenedOnPlainHttp {
  readonly isSecureContext: boolean;
  readonly count: number;
  readonly sha256: Readonly<Record<string, string>>;
  readonly events: readonly { phase: string; mirror?: string; reason?: string }[];
  /** Addresses that were asked for, but for modules. */
  readonly asked: readonly string[];
}

/** Opens a data set in a page of a site that speaks http alone and has the files itself, in `data/` beside the page. */
export async function openOnPlainHttp(
  context: unknown,
  { entry, files }: { entry: object; files: Readonly<Record<string, string>> },
): Promise<OpenedOnPlainHttp> {
  const { testPath, page: testPage, context: browser } = context as Context;
  const modules = new URL(testPage.url()).origin;
  const asked: string[] = [];
  const page = await browser.newPage();
  try {
    await page.route('**/*', async (route) => {
      const url = new URL(route.request().url());
      if (url.href === PAGE) {
        return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>x</title>' });
      }
      // The site has the sources too, as the server of the tests gives them.
      if (url.host === 'demo.test' && /^\/(@|node_modules|src|packages)/.test(url.pathname)) {
        const response = await route.fetch({ url: modules + url.pathname + url.search });
        return route.fulfill({ response });
      }
      asked.push(url.href);
      const file = files[url.pathname.replace(/^\/app\/data\/|\.gz$/g, '')];
      if (file === undefined) return route.fulfill({ status: 404 });
      return route.fulfill({ body: Buffer.from(file, 'base64') });
    });
    await page.goto(PAGE);
    const source = `/@fs${join(dirname(testPath), '../../src/browser/index.ts')}`;
    const opened = await page.evaluate(openHere, { source, entry });
    return { ...opened, asked };
  } finally {
    await page.close();
  }
}

/** Runs in the page. */
async function openHere({ source, entry }: { source: string; entry: object }) {
  // What the server of the tests makes of an import in a source asks for it.
  const runner = { wrapDynamicImport: (load: () => unknown) => load() };
  Object.assign(globalThis, { __vitest_browser_runner__: runner });
  const { openDataset } = await import(/* @vite-ignore */ source);
  const events: OpenedOnPlainHttp['events'][number][] = [];
  const { train, sha256 } = await openDataset(entry, {
    mirrors: ['./data'],
    onProgress: (event: { phase: string }) => events.push(event),
  });
  return { isSecureContext, count: train.count as number, sha256, events };
}
