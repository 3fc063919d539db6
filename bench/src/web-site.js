import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const WEB = fileURLToPath(new URL('../../apps/web', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Name of the file that holds the code of the charts and nothing else. */
export const CHARTS = 'charts';

/**
 * Builds the web demo as it is deployed, but for the charts, which have a file of their own, and serves it. Its headers isolate nothing, as on most
 * hosts: no shared memory, so no threads.
 *
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function serveWebSite() {
  const folder = mkdtempSync(join(tmpdir(), 'softreg-bench-'));
  const clean = () => rmSync(folder, { recursive: true });
  try {
    await buildInto(folder);
  } catch (error) {
    clean();
    throw error;
  }
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const path = join(folder, name);
    response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
    if (path.startsWith(folder) && existsSync(path)) createReadStream(path).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
      clean();
    },
  };
}

function buildInto(outDir) {
  const groups = [{ name: CHARTS, test: /uplot|apps\/web\/src\/curves\// }];
  return build({
    root: WEB,
    configFile: join(WEB, 'vite.config.ts'),
    logLevel: 'silent',
    build: {
      outDir,
      emptyOutDir: true,
      rolldownOptions: {
        output: { codeSplitting: { includeDependenciesRecursively: false, groups } },
      },
    },
  });
}
