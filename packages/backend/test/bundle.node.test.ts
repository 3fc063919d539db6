import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, required, temporaryFolder } from '@softreg/testkit';
import { chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = findChromium();
if (executablePath === undefined && required('chromium')) throw new Error('no Chromium was found');

/** What somebody's page may do with the built package. */
const PAGE = `
  import { openEngine, zeroParameters } from ${JSON.stringify(fileURLToPath(new URL('../dist/index.js', import.meta.url)))};
  globalThis.trainOn = async (threads) => {
    const engine = await openEngine('simd', { threads });
    const values = Uint8Array.from({ length: 200 * 49 }, (_, i) => (i % 5 === 0 ? (i * 7919) % 256 : 0));
    const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 3);
    const split = await engine.load({ values, labels, scale: 256, count: 200, features: 49, classes: 3 }, { minibatch: 200 });
    await engine.writeParameters(zeroParameters(49, 3));
    for (let i = 0; i < 50; i++) await engine.step(split, { start: 0, end: 200 }, { learningRate: 0.1 });
    const { weights } = await engine.readParameters();
    engine.close();
    return { description: engine.description, weights: Array.from(weights) };
  };
`;

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.html': 'text/html' };
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The text of each file of the built page, by its path. */
async function buildPage(): Promise<Map<string, string>> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'page.js'), PAGE);
  const built = await build({
    root: folder,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'esnext',
      rolldownOptions: { input: join(folder, 'page.js') },
    },
  });
  if (!('output' in built)) throw new Error('expected one build');
  const files = new Map(
    built.output.map((file) => [
      `/${file.fileName}`,
      String(file.type === 'chunk' ? file.code : file.source),
    ]),
  );
  const entry = built.output.find((file) => file.type === 'chunk' && file.isEntry)?.fileName;
  files.set(
    '/',
    `<!doctype html><title>test</title><script type="module" src="/${entry}"></script>`,
  );
  return files;
}

function serve(files: Map<string, string>, headers: Record<string, string>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const text = files.get(url);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('content-type', TYPES[extname(url) || '.html'] ?? 'text/plain');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const inChromium = describe.skipIf(executablePath === undefined);

inChromium('a page that a bundler made', { timeout: 120_000 }, () => {
  let files: Map<string, string>;
  const servers: Server[] = [];
  beforeAll(async () => {
    files = await buildPage();
  }, 120_000);
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function train(headers: Record<string, string>, threads: number | undefined) {
    const server = await serve(files, headers);
    servers.push(server);
    const browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction(() => 'trainOn' in globalThis);
      return await page.evaluate(
        (count) =>
          (
            globalThis as unknown as {
              trainOn(threads?: number): Promise<{ description: string; weights: number[] }>;
            }
          ).trainOn(count),
        threads,
      );
    } finally {
      await browser.close();
      server.closeAllConnections();
    }
  }

  test('holds nothing that is for Node alone', () => {
    const all = [...files].map(([name, text]) => `${name}\n${text}`).join('\n');
    expect(all).not.toMatch(/(from|import) ?\(?["']node:/);
    expect([...files.keys()].filter((name) => name.includes('worker'))).toEqual([
      expect.stringMatching(/page-worker/),
    ]);
  });

  test('trains on threads where it is isolated, on one elsewhere, with the same result to the bit', async () => {
    const isolated = await train(ISOLATION, 2);
    expect(isolated.description).toMatch(/, 2 threads$/);
    const plain = await train({}, undefined);
    expect(plain.description).toMatch(/, 1 thread$/);
    expect(isolated.weights).toEqual(plain.weights);
    expect(isolated.weights.some((weight) => weight !== 0)).toBe(true);
  });
});
