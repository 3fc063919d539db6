import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { TENSORFLOW_FILES } from './chunk-names.js';

const FILES = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];

/**
 * Serves the files that TensorFlow.js's wasm backend asks for by their names, in a folder that has their hash in its own. The page learns
 * of it by `import.meta.env.VITE_WASM_FOLDER`.
 */
export function wasmFiles(): Plugin {
  const backend = createRequire(
    createRequire(import.meta.url).resolve('@softreg/backend/package.json'),
  );
  const source = dirname(backend.resolve('@tensorflow/tfjs-backend-wasm'));
  const files = new Map(FILES.map((name) => [name, readFileSync(join(source, name))]));
  const hash = createHash('sha256');
  for (const bytes of files.values()) hash.update(bytes);
  const folder = `${TENSORFLOW_FILES}wasm-${hash.digest('hex').slice(0, 8)}/`;
  return {
    name: 'softreg:wasm-files',
    config: () => ({ define: { 'import.meta.env.VITE_WASM_FOLDER': JSON.stringify(folder) } }),
    generateBundle() {
      // Workers are bundles of their own.
      if (this.environment.config.isWorker) return;
      for (const [name, bytes] of files) {
        this.emitFile({ type: 'asset', fileName: `${folder}${name}`, source: bytes });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${folder}`, (request, response, next) => {
        const bytes = files.get(request.url?.slice(1) ?? '');
        if (bytes === undefined) return next();
        response.setHeader('content-type', 'application/wasm');
        response.end(bytes);
      });
    },
  };
}
