import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CHROMIUM_FLAGS, findChromium, required } from '@softreg/testkit';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { inject } from 'vitest';
import { ISOLATION } from '../vite/headers.js';

/** Undefined where no Chromium is installed: tests in it are skipped then, unless SOFTREG_REQUIRE names it. */
export const CHROMIUM = findChromium();
if (CHROMIUM === undefined && required('chromium')) throw new Error('no Chromium was found');

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

export interface ServeOptions {
  /** With the headers that shared memory needs; default true. */
  readonly isolated?: boolean;
  /** Where on the host the site is; default a sub-path. */
  readonly path?: string;
  /** Environment of the build, such as its flags. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that is served, asked at each request; default that of the site as it is built. */
  readonly folder?: () => string;
  /** What to set for a path of the host, in the place of `isolated`. */
  readonly headersOf?: (path: string) => Readonly<Record<string, string>>;
  /** Whether what is text is sent compressed; default false. */
  readonly compressed?: boolean;
  /** In the place of what is in the folder. */
  readonly answers?: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export interface Site {
  /** Of the page. */
  readonly address: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** What was sent for each of them, in bytes without headers. */
  readonly sent: readonly number[];
  close(): Promise<void>;
}

const builds = new Map<string, Promise<string>>();

/** The folder of the built site; a build of each environment is made once, for all test files of the run. */
export function builtSite(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const key = JSON.stringify(env);
  const known = builds.get(key);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const made = builtOnce(join(inject('builtSites'), name), env);
  builds.set(key, made);
  return made;
}

/** Whoever makes the folder builds; the others wait until it says how that went. */
async function builtOnce(folder: string, env: Readonly<Record<string, string>>): Promise<string> {
  const site = join(folder, 'site');
  const result = join(folder, 'result');
  try {
    mkdirSync(folder);
  } catch {
    while (!existsSync(result)) await wait(100);
    const fault = readFileSync(result, 'utf8');
    if (fault !== '') throw new Error(fault);
    return site;
  }
  try {
    await buildWith(site, env);
    writeFileSync(result, '');
  } catch (error) {
    writeFileSync(result, String((error as { stderr?: string }).stderr || error));
    throw error;
  }
  return site;
}

/** In a process of its own, where the packages are what others get of them, and as a user builds it. */
async function buildWith(outDir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const vite = fileURLToPath(new URL('../node_modules/vite/bin/vite.js', import.meta.url));
  const argv = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'];
  // The test runner's NODE_ENV would make it a site for development.
  const production = { ...process.env, NODE_ENV: 'production', ...env };
  await run(process.execPath, argv, { cwd: ROOT, env: production });
}

/** Serves the built site as any host of files would. */
export async function serveSite(options: ServeOptions = {}): Promise<Site> {
  const { isolated = true, path = '/some/where/', env, compressed = false, answers } = options;
  const built = options.folder === undefined ? await builtSite(env) : undefined;
  const folder = options.folder ?? (() => built as string);
  const headersOf = options.headersOf ?? (() => (isolated ? ISOLATION : {}));
  const requests: string[] = [];
  const sent: number[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    requests.push(pathname);
    response.setHeaders(new Map(Object.entries(headersOf(pathname))));
    const name = pathname.startsWith(path) ? pathname.slice(path.length) || 'index.html' : '';
    const answer = answers?.[name];
    const type = answer?.type ?? TYPES[extname(pathname) || '.html'] ?? 'application/octet-stream';
    response.setHeader('content-type', type);
    let bytes = answer ? Buffer.from(answer.text) : fileIn(folder(), name);
    if (compressed && bytes !== undefined && !type.startsWith('image/png')) {
      bytes = gzipSync(bytes);
      response.setHeader('content-encoding', 'gzip');
    }
    sent.push(bytes?.length ?? 0);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}${path}`;
  return { address, requests, sent, close: () => closed(server) };
}

function fileIn(folder: string, name: string): Buffer | undefined {
  const path = normalize(join(folder, decodeURIComponent(name)));
  if (name === '' || !path.startsWith(folder)) return undefined;
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
  return chromium.launch({
    executablePath: CHROMIUM as string,
    args: [...CHROMIUM_FLAGS, ...flags],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** What a page that does as it should never has: errors, and what its Content-Security-Policy forbids. */
  readonly faults: readonly string[];
}

/** Opens the site in a browser profile of its own, where nothing is kept for later, and waits until a run could begin. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    locale: 'en-US',
    serviceWorkers: 'block',
    ...options,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) faults.push(message.text());
  });
  await page.goto(address);
  await untilOpen(page);
  return { page, faults };
}

/** Lets no worker of the page begin until the function that it resolves with is called. */
export async function holdWorkers(page: Page): Promise<() => void> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route(/\/worker-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

/** Until a run could begin. */
export async function untilOpen(page: Page): Promise<void> {
  await page.locator('main[aria-busy=false]').waitFor({ timeout: 60_000 });
}
