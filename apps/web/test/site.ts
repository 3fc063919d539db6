import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findChromium, required, temporaryFolder } from '@softreg/testkit';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';

/** Undefined where no Chromium is installed: tests in it are skipped then, unless SOFTREG_REQUIRE names it. */
export const CHROMIUM = findChromium();
if (CHROMIUM === undefined && required('chromium')) throw new Error('no Chromium was found');

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

export interface ServeOptions {
  /** With the headers that shared memory needs; default true. */
  readonly isolated?: boolean;
  /** Where on the host the site is; default a sub-path. */
  readonly path?: string;
  /** Environment of the build, such as its flags. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Site {
  /** Of the page. */
  readonly address: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const builds = new Map<string, Promise<string>>();

/** The folder of the built site; a build of each environment is made once. */
export function builtSite(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const key = JSON.stringify(env);
  const known = builds.get(key);
  if (known !== undefined) return known;
  const made = buildWith(env);
  builds.set(key, made);
  return made;
}

/** In a process of its own, where the packages are what others get of them, and as a user builds it. */
async function buildWith(env: Readonly<Record<string, string>>): Promise<string> {
  const outDir = join(temporaryFolder(), 'site');
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
  const argv = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'];
  await run(process.execPath, argv, { cwd: ROOT, env: { ...process.env, ...env } });
  return outDir;
}

/** Serves the built site as any host of files would. */
export async function serveSite(options: ServeOptions = {}): Promise<Site> {
  const { isolated = true, path = '/some/where/', env } = options;
  const folder = await builtSite(env);
  const requests: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    requests.push(pathname);
    if (isolated) {
      for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    }
    const bytes = pathname.startsWith(path)
      ? fileIn(folder, pathname.slice(path.length) || 'index.html')
      : undefined;
    const type = TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream';
    response.setHeader('content-type', type);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}${path}`, requests, close: () => closed(server) };
}

function fileIn(folder: string, name: string): Buffer | undefined {
  const path = normalize(join(folder, decodeURIComponent(name)));
  if (!path.startsWith(folder)) return undefined;
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: [...FLAGS, ...flags] });
}

export interface OpenedPage {
  readonly page: Page;
  /** What a page that does as it should never has: errors, and what its Content-Security-Policy forbids. */
  readonly faults: readonly string[];
}

/** Opens the site in a browser profile of its own, and waits until a run could begin. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  await page.goto(address);
  await page.getByTestId('epoch').waitFor({ timeout: 60_000 });
  return { page, faults };
}
