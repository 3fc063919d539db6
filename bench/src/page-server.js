import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const PAGE = fileURLToPath(new URL('page.js', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Serves the page of `page.js`, built in memory, with MNIST's files under `/mnist/` and those of the wasm backend under `/wasm/`.
 * Its headers isolate nothing, as on most servers: no shared memory, so no threads.
 *
 * @param {string} folder with MNIST's files, raw or gzipped
 * @returns {Promise<{ address: string, close: () => void }>}
 */
export async function servePage(folder) {
  const page = await buildPage();
  const folders = { '/mnist': folder, '/wasm': wasmFolder() };
  const server = createServer(({ url }, response) => {
    const text = page.get(url);
    const path = pathOf(folders[dirname(url)], basename(url));
    response.setHeader(
      'content-type',
      TYPES[extname(url) || '.html'] ?? 'application/octet-stream',
    );
    if (text !== undefined) response.end(text);
    else if (path !== undefined) createReadStream(path).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pathOf(folder, name) {
  if (folder === undefined) return undefined;
  return [join(folder, name), join(folder, `${name}.gz`)].find((path) => existsSync(path));
}

/** The text of each file by its address. */
async function buildPage() {
  const { output } = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: { write: false, minify: false, target: 'esnext', rolldownOptions: { input: PAGE } },
  });
  const files = new Map(
    output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? source]),
  );
  const entry = output.find(({ isEntry }) => isEntry).fileName;
  files.set(
    '/',
    `<!doctype html><title>bench</title><script type="module" src="/${entry}"></script>`,
  );
  return files;
}

/** The files of the wasm backend that our engine loads. */
function wasmFolder() {
  const backend = createRequire(import.meta.resolve('@softreg/backend'));
  return join(dirname(backend.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
}
